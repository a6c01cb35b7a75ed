package io.tributary.libp2p.trial;

import java.time.Duration;

/**
 * What an exchange moved, all of it checked.
 *
 * @param sentBytes bytes that went to the peer
 * @param receivedBytes bytes that came back
 * @param elapsed from the opening of the stream to its end
 */
public record Moved(long sentBytes, long receivedBytes, Duration elapsed) {

  Moved plus(Moved other) {
    Duration longer = elapsed.compareTo(other.elapsed) > 0 ? elapsed : other.elapsed;
    return new Moved(sentBytes + other.sentBytes, receivedBytes + other.receivedBytes, longer);
  }
}

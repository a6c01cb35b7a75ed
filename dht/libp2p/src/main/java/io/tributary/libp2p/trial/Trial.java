package io.tributary.libp2p.trial;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamReset;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Exchanges with a peer that answers {@link TrialProtocols}, each on a stream of its own, each
 * checked to the last byte.
 *
 * <p>Their futures fail with {@link TrialException} where bytes are wrong, with {@code
 * StreamResetException} where the stream was reset, the deadline's passing included, and with
 * {@code StreamRefusedException} where there was none. Thread-safe.
 *
 * @param connection to the peer
 * @param deadline how long one exchange may take
 */
public record Trial(Connection connection, Duration deadline) {

  /** What a peer may take, at most, that does not read: windows and queues are smaller by far. */
  public static final long MAX_UNREAD_BYTES = 64L << 20;

  /** After how long without progress a peer that does not read counts as full. */
  public static final Duration QUIET = Duration.ofMillis(250);

  /** Sends bytes and compares what comes back. */
  public Future<Moved> echo(long bytes) {
    Promise<Moved> outcome = connection.eventLoop().newPromise();
    open(
        TrialProtocols.ECHO,
        outcome,
        stream -> new Exchange.Content(stream, bytes, bytes, outcome).begin(deadline));
    return outcome;
  }

  /** Sends bytes, none at all for a half-close, and compares their number and hash. */
  public Future<Moved> sink(long bytes) {
    Promise<Moved> outcome = connection.eventLoop().newPromise();
    open(
        TrialProtocols.SINK,
        outcome,
        stream -> new Exchange.Sum(stream, bytes, outcome).begin(deadline));
    return outcome;
  }

  /** Asks for bytes and compares each. */
  public Future<Moved> source(long bytes) {
    Promise<Moved> outcome = connection.eventLoop().newPromise();
    open(
        TrialProtocols.SOURCE,
        outcome,
        stream -> {
          stream.write(stream.allocator().directBuffer(Long.BYTES).writeLong(bytes));
          new Exchange.Content(stream, 0, bytes, outcome).begin(deadline);
        });
    return outcome;
  }

  /** Does as many echoes at the same time. */
  public Future<Moved> echoes(int streams, long bytesEach) {
    Promise<Moved> outcome = connection.eventLoop().newPromise();
    connection.eventLoop().execute(() -> startEchoes(streams, bytesEach, outcome));
    return outcome;
  }

  private void startEchoes(int streams, long bytesEach, Promise<Moved> outcome) {
    int[] unfinished = {streams};
    Moved[] total = {new Moved(0, 0, Duration.ZERO)};
    for (int i = 0; i < streams; i++) {
      echo(bytesEach)
          .addListener(
              (Future<Moved> one) -> {
                if (!one.isSuccess()) {
                  outcome.tryFailure(one.cause());
                  return;
                }
                total[0] = total[0].plus(one.getNow());
                unfinished[0]--;
                if (unfinished[0] == 0) {
                  outcome.trySuccess(total[0]);
                }
              });
    }
  }

  /** Has the peer reset a stream, and returns how that looked. */
  public Future<StreamReset> reset() {
    return awaitReset(TrialProtocols.RESET);
  }

  /** Proposes a protocol that the peer shall refuse, and returns how that looked. */
  public Future<StreamReset> refused(String protocol) {
    return awaitReset(protocol);
  }

  private Future<StreamReset> awaitReset(String protocol) {
    Promise<StreamReset> outcome = connection.eventLoop().newPromise();
    open(protocol, outcome, stream -> new AwaitedReset(stream, outcome).begin(deadline));
    return outcome;
  }

  /**
   * Writes to a peer that does not read until nothing goes any more.
   *
   * @return how many bytes this side's queue and the peer took together
   */
  public Future<Long> flood() {
    Promise<Long> outcome = connection.eventLoop().newPromise();
    open(
        TrialProtocols.HOLD,
        outcome,
        stream -> new Flood(stream, MAX_UNREAD_BYTES, QUIET, outcome).begin(deadline));
    return outcome;
  }

  private <T> void open(String protocol, Promise<T> outcome, Consumer<Stream> begin) {
    connection
        .newStream(protocol)
        .addListener(
            (Future<Stream> opened) -> {
              if (opened.isSuccess()) {
                begin.accept(opened.getNow());
              } else {
                outcome.tryFailure(opened.cause());
              }
            });
  }
}

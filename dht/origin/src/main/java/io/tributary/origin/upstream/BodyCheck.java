package io.tributary.origin.upstream;

import java.nio.ByteBuffer;

/**
 * What an answer's bytes must satisfy; called in order, by one thread at a time.
 *
 * <p>A check that knows a unit to be wrong throws before the unit's last bytes are handed on, so
 * that whoever holds a whole unit holds a right one.
 */
public interface BodyCheck {
  /**
   * Looks at the next bytes before anybody else gets them.
   *
   * @param chunk the bytes; may be consumed
   * @throws UpstreamException if the body is wrong
   */
  void update(ByteBuffer chunk);

  /**
   * Takes note that the body ended.
   *
   * @throws UpstreamException if it ended too early
   */
  void end();
}

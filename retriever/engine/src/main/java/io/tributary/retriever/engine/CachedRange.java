package io.tributary.retriever.engine;

import io.netty.buffer.ByteBuf;
import io.tributary.retriever.engine.trace.TraceId;
import java.time.Duration;

/**
 * A range of a file that is in the engine's own cache, verified and under a pin: what a read would
 * give, at once and in one piece. Used by one thread, then closed.
 */
public interface CachedRange extends AutoCloseable {
  /** The file. */
  FileView file();

  /** The bytes, which are valid until this is closed. */
  ByteBuf bytes();

  /**
   * Counts it as a read that has delivered all its bytes, and remembers its trace.
   *
   * @param name under which the trace can be asked for
   * @return how long it took
   */
  Duration delivered(TraceId name);

  /** Lets go of the bytes; nothing was read unless that was {@linkplain #delivered counted}. */
  @Override
  void close();
}

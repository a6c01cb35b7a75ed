package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.trace.TraceLog;

/** Who waits for a column, or a stretch of one. Told once, on a computing thread. */
public interface Waiter {

  /**
   * Here it is.
   *
   * @param bytes verified; to be released by the waiter
   * @param from where they came from: {@code CACHE}, {@code DECODED}, or a kind of source
   */
  void onBytes(ByteBuf bytes, String from);

  /**
   * Memory that it takes is not there for a while: who holds some that it needs only later, after
   * this, is to give it back.
   */
  void onMemoryShort();

  /** It is not to be had. */
  void onFailure(RetrievalException failure);

  /** Whether it needs but a small part of the column, and so may soon need another. */
  boolean isForPart();

  /** The read it waits for. */
  TraceLog trace();
}

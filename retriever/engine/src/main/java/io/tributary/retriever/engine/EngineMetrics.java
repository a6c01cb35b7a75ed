package io.tributary.retriever.engine;

import io.tributary.fetch.SourceKind;
import io.tributary.retriever.engine.trace.Trace.Outcome;
import io.tributary.retriever.engine.trace.Trace.Role;
import java.time.Duration;

/**
 * Where an engine reports what can be counted. Called on any thread: implementations are quick and
 * thread-safe.
 */
public interface EngineMetrics {

  /** Counts nothing. */
  EngineMetrics NONE = new EngineMetrics() {};

  /**
   * A read ended.
   *
   * @param ending {@code DELIVERED} or the name of a {@link RetrievalReason}
   * @param deliveredBytes handed to the reader
   * @param firstPiece from its begin to its first piece; to its end if there was none
   */
  default void readEnded(String ending, long deliveredBytes, Duration firstPiece) {}

  /** Somebody was asked, and that ended. */
  default void asked(SourceKind kind, Role role, Outcome outcome, long receivedBytes) {}

  /** A fragment was found in the engine's own cache, or not. */
  default void cacheLookup(boolean found) {}

  /** A read found a fetch under way and joined it. */
  default void joined() {}

  /** Columns, or ranges of some, were computed from others. */
  default void decoded(int columns, long bytes, Duration took) {}

  /** A read dropped what it had ahead, since what it needed first lacked the memory. */
  default void gaveWay() {}

  /** A spare or hedge brought bytes of no use. */
  default void extra(long bytes) {}

  /** A hedge was due and the budget of extra bytes did not allow it. */
  default void hedgeDenied() {}
}

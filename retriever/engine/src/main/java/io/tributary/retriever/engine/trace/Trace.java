package io.tributary.retriever.engine.trace;

import java.util.List;
import java.util.Map;

/**
 * What a read did, as plain values that any writer of JSON understands. All times are microseconds
 * since the read began.
 *
 * @param id the trace's {@link TraceId}
 * @param fid the file
 * @param beganAt when, in milliseconds since 1970
 * @param rangeOffset the first byte wanted
 * @param rangeBytes how many bytes are wanted
 * @param ending {@code RUNNING}, {@code DELIVERED}, or the name of a {@code RetrievalReason}
 * @param detail what there is to say of the ending; may be empty
 * @param deliveredBytes handed to the reader so far
 * @param plan what the range needs
 * @param asks who was asked, in this order; at most {@link #MAX_ASKS}
 * @param asksLeftOut how many more were asked
 * @param phases how long things took; only those that have happened
 * @param bytesBySource delivered bytes by where they came from: {@code CACHE}, {@code ZERO}, {@code
 *     DECODED} or the name of a {@code SourceKind}
 * @param extraBytes what spares and hedges brought that was of no use
 */
public record Trace(
    String id,
    String fid,
    long beganAt,
    long rangeOffset,
    long rangeBytes,
    String ending,
    String detail,
    long deliveredBytes,
    Plan plan,
    List<Ask> asks,
    int asksLeftOut,
    Map<Phase, Long> phases,
    Map<String, Long> bytesBySource,
    long extraBytes) {
  /** The most asks that are remembered of one read. */
  public static final int MAX_ASKS = 256;

  /** {@link #ending} of a read that has not ended. */
  public static final String RUNNING = "RUNNING";

  /** {@link #ending} of a read that was delivered to its last byte. */
  public static final String DELIVERED = "DELIVERED";

  /** Copies what could change. */
  public Trace {
    asks = List.copyOf(asks);
    phases = Map.copyOf(phases);
    bytesBySource = Map.copyOf(bytesBySource);
  }

  /**
   * What a range needs.
   *
   * @param firstSegment the first segment, from 0
   * @param segments how many segments
   * @param slices how many stretches of data columns
   */
  public record Plan(int firstSegment, int segments, int slices) {}

  /** A point of a read that is timed. */
  public enum Phase {
    /** The first source was found. */
    LOCATED,
    /** The first byte came from a source. */
    FIRST_BYTE,
    /** The first unit was verified. */
    FIRST_VERIFIED,
    /** The first piece was handed to the reader. */
    FIRST_DELIVERED,
    /** The end. */
    ENDED
  }

  /** Why somebody was asked. */
  public enum Role {
    /** The column is needed. */
    NEEDED,
    /** One more than needed, from the start. */
    SPARE,
    /** Another was late. */
    HEDGE,
    /** Another failed. */
    REPLACEMENT
  }

  /** How a question ended. */
  public enum Outcome {
    /** It has not. */
    RUNNING,
    /** Right bytes came. */
    VERIFIED,
    /** Others were quicker, or nobody wanted it any more. */
    CANCELLED,
    /** Wrong bytes came. */
    LIED,
    /** The source does not have it. */
    MISSING,
    /** The source had no time for it. */
    BUSY,
    /** Nothing came, or not all. */
    FAILED
  }

  /**
   * One question to one source.
   *
   * @param kind of the source, by the name of its {@code SourceKind}
   * @param source who
   * @param segment of which segment
   * @param column which fragment
   * @param offset the first byte of the fragment that was asked for
   * @param bytes how many were
   * @param role why it was asked
   * @param joined whether this read found it already under way
   * @param askedAt when it was asked; may be negative if this read joined later
   * @param firstByteAt when the first byte came; 0 if none did
   * @param endedAt when it ended; 0 if it has not
   * @param receivedBytes how many came
   * @param outcome how it ended
   * @param detail what there is to say of that; may be empty
   */
  public record Ask(
      String kind,
      String source,
      int segment,
      int column,
      int offset,
      int bytes,
      Role role,
      boolean joined,
      long askedAt,
      long firstByteAt,
      long endedAt,
      long receivedBytes,
      Outcome outcome,
      String detail) {}
}

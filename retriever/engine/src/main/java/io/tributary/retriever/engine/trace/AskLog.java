package io.tributary.retriever.engine.trace;

import io.tributary.fetch.Source;
import io.tributary.retriever.engine.trace.Trace.Ask;
import io.tributary.retriever.engine.trace.Trace.Outcome;
import io.tributary.retriever.engine.trace.Trace.Role;

/**
 * One question while it is under way; shared by all reads that wait for its answer. Thread-safe.
 */
public final class AskLog {
  private final Source source;
  private final int segment;
  private final int column;
  private final int offset;
  private final int bytes;
  private final Role role;
  private final long askedNanos;
  private boolean hasFirstByte;
  private long firstByteNanos;
  private long endedNanos;
  private long receivedBytes;
  private Outcome outcome = Outcome.RUNNING;
  private String detail = "";

  /** A question that is being asked now. */
  public AskLog(
      Source source, int segment, int column, int offset, int bytes, Role role, long askedNanos) {
    this.source = source;
    this.segment = segment;
    this.column = column;
    this.offset = offset;
    this.bytes = bytes;
    this.role = role;
    this.askedNanos = askedNanos;
  }

  /** Bytes came. */
  public synchronized void received(long more, long nowNanos) {
    if (!hasFirstByte) {
      hasFirstByte = true;
      firstByteNanos = nowNanos;
    }
    receivedBytes += more;
  }

  /** It ended; later ends are ignored. */
  public synchronized void ended(Outcome how, String why, long nowNanos) {
    if (outcome == Outcome.RUNNING) {
      outcome = how;
      detail = why;
      endedNanos = nowNanos;
    }
  }

  /** How it ended, if it has. */
  public synchronized Outcome outcome() {
    return outcome;
  }

  /** How many bytes came. */
  public synchronized long receivedBytes() {
    return receivedBytes;
  }

  /** When the first byte came, or {@code otherwise}. */
  public synchronized long firstByteNanos(long otherwise) {
    return hasFirstByte ? firstByteNanos : otherwise;
  }

  /** As a read sees it that began at some time. */
  synchronized Ask seenFrom(long beganNanos) {
    return new Ask(
        source.kind().name(),
        source.name(),
        segment,
        column,
        offset,
        bytes,
        role,
        askedNanos - beganNanos < 0,
        micros(askedNanos - beganNanos),
        hasFirstByte ? micros(firstByteNanos - beganNanos) : 0,
        outcome == Outcome.RUNNING ? 0 : micros(endedNanos - beganNanos),
        receivedBytes,
        outcome,
        detail);
  }

  private static long micros(long nanos) {
    return nanos / 1000;
  }
}

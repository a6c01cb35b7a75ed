package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.fetch.Source;
import io.tributary.fetch.guard.Permit;
import io.tributary.retriever.engine.source.FragmentOffer;
import io.tributary.retriever.engine.trace.AskLog;
import io.tributary.retriever.engine.trace.Trace.Role;
import java.nio.ByteBuffer;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One question to one source, with the buffer for its answer. Confined to its race, but for the
 * bytes, which come on any thread.
 */
final class Attempt implements FragmentOffer.Sink {
  final Column column;
  final Candidate candidate;
  final Role role;
  final Permit permit;
  final AskLog log;
  final long beganNanos;
  private final LongSupplier nanoTime;
  private final int wantedBytes;
  FragmentOffer.@Nullable Fetching fetching;
  @Nullable Future<?> tick;
  boolean isLate;

  /** Whether it was late the last time, so that it is not relied on. */
  final boolean isDoubted;

  private volatile boolean isFilling;

  private @Nullable ByteBuf buffer;
  private boolean isTooLong;
  private long lastByteNanos;

  Attempt(
      Column column,
      Candidate candidate,
      Role role,
      Permit permit,
      AskLog log,
      ByteBuf buffer,
      int wantedBytes,
      boolean isDoubted,
      LongSupplier nanoTime) {
    this.column = column;
    this.candidate = candidate;
    this.role = role;
    this.permit = permit;
    this.log = log;
    this.buffer = buffer.clear();
    this.wantedBytes = wantedBytes;
    this.isDoubted = isDoubted;
    this.nanoTime = nanoTime;
    this.beganNanos = nanoTime.getAsLong();
    this.lastByteNanos = beganNanos;
  }

  Source source() {
    return candidate.source();
  }

  /** Whether it is still under way: neither answered nor cancelled. */
  boolean isRunning() {
    return column.running.contains(this);
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    int more = bytes.remaining();
    long now = nanoTime.getAsLong();
    synchronized (this) {
      ByteBuf into = buffer;
      if (into == null) {
        return;
      }
      lastByteNanos = now;
      if (more > wantedBytes - into.writerIndex()) {
        isTooLong = true;
      } else {
        into.writeBytes(bytes);
      }
    }
    log.received(more, now);
  }

  @Override
  public void onFilling() {
    isFilling = true;
  }

  /** Whether the source has to fetch the fragment itself first, as it said. */
  boolean isFilling() {
    return isFilling;
  }

  /** Whether exactly as many bytes came as were wanted. */
  synchronized boolean isComplete() {
    return buffer != null && !isTooLong && buffer.writerIndex() == wantedBytes;
  }

  synchronized boolean isTooLong() {
    return isTooLong;
  }

  synchronized long lastByteNanos() {
    return lastByteNanos;
  }

  /** Looks at the bytes, under a reference of the caller's; null if they were let go of. */
  synchronized @Nullable ByteBuf retained() {
    return buffer == null ? null : buffer.retain();
  }

  /** Hands the buffer over; nothing is written to it any more. */
  synchronized @Nullable ByteBuf takeBuffer() {
    ByteBuf taken = buffer;
    buffer = null;
    return taken;
  }

  /** Lets go of the buffer; nothing is written to it any more. */
  void drop() {
    ByteBuf dropped = takeBuffer();
    if (dropped != null) {
      dropped.release();
    }
    if (tick != null) {
      tick.cancel(false);
    }
  }
}

package io.tributary.retriever.engine.trace;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.retriever.engine.trace.Trace.Phase;
import io.tributary.retriever.engine.trace.Trace.Plan;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What one read does, while it does it. Thread-safe. */
public final class TraceLog {
  private final TraceId id;
  private final Fid fid;
  private final ByteRange range;
  private final Plan plan;
  private final long beganAtMillis;
  private final long beganNanos;
  private final Set<AskLog> asks = new LinkedHashSet<>(0);
  private final Map<Phase, Long> phases = new EnumMap<>(Phase.class);
  private final Map<String, Long> bytesBySource = new TreeMap<>();
  private int asksLeftOut;
  private String ending = Trace.RUNNING;
  private String detail = "";
  private long deliveredBytes;
  private long extraBytes;

  /** The log of a read that begins now. */
  public TraceLog(
      TraceId id, Fid fid, ByteRange range, Plan plan, long beganAtMillis, long beganNanos) {
    this.id = id;
    this.fid = fid;
    this.range = range;
    this.plan = plan;
    this.beganAtMillis = beganAtMillis;
    this.beganNanos = beganNanos;
  }

  /** Its name. */
  public TraceId id() {
    return id;
  }

  /** When the read began. */
  public long beganNanos() {
    return beganNanos;
  }

  /** Somebody is asked on behalf of this read; the same question counts once. */
  public synchronized void asked(AskLog ask) {
    if (asks.contains(ask)) {
      return;
    }
    if (asks.size() < Trace.MAX_ASKS) {
      asks.add(ask);
    } else {
      asksLeftOut++;
    }
  }

  /** A phase is reached; the first time counts. */
  public synchronized void reached(Phase phase, long nowNanos) {
    phases.putIfAbsent(phase, (nowNanos - beganNanos) / 1000);
  }

  /** Bytes were handed to the reader. */
  public synchronized void delivered(String from, long bytes) {
    deliveredBytes += bytes;
    bytesBySource.merge(from, bytes, Long::sum);
  }

  /** Bytes came for nothing. */
  public synchronized void extra(long bytes) {
    extraBytes += bytes;
  }

  /** How many bytes were handed to the reader. */
  public synchronized long deliveredBytes() {
    return deliveredBytes;
  }

  /** How long it took until the first bytes were handed to the reader, or else until it ended. */
  public synchronized Duration firstDelivered() {
    long untilEnd = phases.getOrDefault(Phase.ENDED, 0L);
    return Duration.of(phases.getOrDefault(Phase.FIRST_DELIVERED, untilEnd), ChronoUnit.MICROS);
  }

  /** The read ended; later ends are ignored. */
  public synchronized void ended(String how, String why, long nowNanos) {
    if (ending.equals(Trace.RUNNING)) {
      ending = how;
      detail = why;
      reached(Phase.ENDED, nowNanos);
    }
  }

  /** What is known by now. */
  public synchronized Trace snapshot() {
    return new Trace(
        id.toString(),
        fid.toHex(),
        beganAtMillis,
        range.offset(),
        range.length(),
        ending,
        detail,
        deliveredBytes,
        plan,
        asks.stream().map(ask -> ask.seenFrom(beganNanos)).toList(),
        asksLeftOut,
        phases,
        bytesBySource,
        extraBytes);
  }
}

package io.tributary.retriever.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.tributary.nodekit.http.BodySource;
import io.tributary.retriever.engine.Engine;
import io.tributary.retriever.engine.VerifiedBytes;
import io.tributary.retriever.engine.VerifiedStream;
import io.tributary.retriever.engine.trace.Trace;
import io.tributary.retriever.engine.trace.Trace.Phase;
import io.tributary.retriever.node.access.ClientBudgets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A verified stream as the body of an answer; a client that goes ends the read. */
final class VerifiedSource implements BodySource {
  private static final int MICROS_PER_MILLI = 1000;

  /** The phases as they are called in the header. */
  private static final Map<Phase, String> NAMES = names();

  private static Map<Phase, String> names() {
    Map<Phase, String> names = new EnumMap<>(Phase.class);
    for (Phase phase : Phase.values()) {
      names.put(phase, phase.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    return names;
  }

  private final Engine engine;
  private final VerifiedStream stream;
  private final ClientBudgets.Lease lease;

  VerifiedSource(Engine engine, VerifiedStream stream, ClientBudgets.Lease lease) {
    this.engine = engine;
    this.stream = stream;
    this.lease = lease;
  }

  @Override
  public CompletionStage<Optional<ByteBuf>> next() {
    return stream
        .next()
        .thenApply(
            piece -> {
              piece.ifPresent(bytes -> lease.sent(bytes.length()));
              return piece.map(VerifiedBytes::buf);
            });
  }

  @Override
  public void addLateHeaders(HttpHeaders headers) {
    addTiming(engine.trace(stream.traceId()), headers);
  }

  @Override
  public void close() {
    stream.cancel();
  }

  /** Says how long a read took so far. */
  static void addTiming(Optional<Trace> trace, HttpHeaders headers) {
    trace.map(VerifiedSource::timing).ifPresent(timing -> headers.set("Server-Timing", timing));
  }

  /** Says in milliseconds how far the read had come when its phases ended. */
  private static String timing(Trace trace) {
    StringBuilder entries = new StringBuilder(160);
    NAMES.forEach(
        (phase, name) -> {
          Long micros = trace.phases().get(phase);
          if (micros != null) {
            entries.append(name).append(";dur=").append(micros / MICROS_PER_MILLI).append('.');
            String fraction = String.valueOf(MICROS_PER_MILLI + micros % MICROS_PER_MILLI);
            entries.append(fraction, 1, fraction.length()).append(", ");
          }
        });
    return entries.append("trace;desc=\"").append(trace.id()).append('"').toString();
  }
}

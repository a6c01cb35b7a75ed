package io.tributary.nodekit.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What a server counts about its requests, as meters of a registry. Thread-safe. */
final class HttpMetrics {
  private final Counter[] answers = new Counter[6];
  private final Counter sentBytes;
  private final Counter brokenAnswers;
  private final Counter refusedConnections;
  private final Timer firstByte;
  private final AtomicInteger underWay = new AtomicInteger();

  HttpMetrics(MeterRegistry registry, String listener, ConnectionGate gate) {
    for (int hundreds = 2; hundreds <= 5; hundreds++) {
      answers[hundreds] =
          Counter.builder("tributary.http.answers")
              .description("Answers by the first digit of their status")
              .tag("listener", listener)
              .tag("status", hundreds + "xx")
              .register(registry);
    }
    sentBytes =
        Counter.builder("tributary.http.sent")
            .description("Content handed to connections, without headers, framing and TLS")
            .baseUnit("bytes")
            .tag("listener", listener)
            .register(registry);
    brokenAnswers =
        Counter.builder("tributary.http.answers.broken")
            .description("Answers that ended early, for want of the client or of the content")
            .tag("listener", listener)
            .register(registry);
    refusedConnections =
        Counter.builder("tributary.http.connections.refused")
            .description("Connections closed at once because too many were open")
            .tag("listener", listener)
            .register(registry);
    firstByte =
        Timer.builder("tributary.http.first.byte")
            .description("From the whole request to the head of its answer")
            .tag("listener", listener)
            .publishPercentileHistogram()
            .register(registry);
    Gauge.builder("tributary.http.requests.active", underWay, AtomicInteger::get)
        .description("Requests whose answer is not complete")
        .tag("listener", listener)
        .register(registry);
    Gauge.builder("tributary.http.connections.open", gate, ConnectionGate::open)
        .description("Open connections")
        .tag("listener", listener)
        .register(registry);
  }

  void began() {
    underWay.incrementAndGet();
  }

  void answered(int status, long nanos) {
    answers[Math.min(5, Math.max(2, status / 100))].increment();
    firstByte.record(nanos, TimeUnit.NANOSECONDS);
  }

  void sent(long bytes) {
    sentBytes.increment((double) bytes);
  }

  void ended(boolean complete) {
    underWay.decrementAndGet();
    if (!complete) {
      brokenAnswers.increment();
    }
  }

  void refusedConnection() {
    refusedConnections.increment();
  }
}

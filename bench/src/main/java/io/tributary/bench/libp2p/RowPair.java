package io.tributary.bench.libp2p;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.bench.libp2p.Libp2pReport.Connect;
import io.tributary.bench.libp2p.Libp2pReport.Opens;
import io.tributary.bench.libp2p.Libp2pReport.Ping;
import io.tributary.bench.libp2p.Libp2pReport.Throughput;
import io.tributary.bench.process.Worker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The two processes of one row, and what was measured between them so far. */
final class RowPair implements AutoCloseable {

  /** How many streams share a connection in the second measurement. */
  static final int MANY = 4;

  private static final int OPENS_AT_ONCE = 64;

  /** After a start, until the windows are open and the pipes full. */
  private static final long SETTLE_MILLIS = 200;

  private final Row row;
  private final Worker server;
  private final Worker client;
  private final Map<Integer, Samples> samples = new LinkedHashMap<>();
  private double coldMicros;

  RowPair(Row row, Worker server, Worker client) {
    this.row = row;
    this.server = server;
    this.client = client;
    samples.put(1, new Samples());
    if (row.kind() != Row.Kind.BARE) {
      samples.put(MANY, new Samples());
    }
  }

  Row row() {
    return row;
  }

  /** Connects for the first time and lets bytes flow until the code is compiled. */
  void warmUp(Duration time) throws IOException {
    coldMicros = micros(client.ask("connect"), "nanos");
    for (int streams : samples.keySet()) {
      client.ask("start " + streams);
      sleep(time.toMillis() / samples.size());
      client.ask("stop");
    }
  }

  /** Measures each number of streams once, one right after the other. */
  void sample(Duration each) throws IOException {
    for (Map.Entry<Integer, Samples> entry : samples.entrySet()) {
      client.ask("start " + entry.getKey());
      sleep(SETTLE_MILLIS);
      Usage senderBefore = Usage.of(server.ask("usage"));
      Usage receiverBefore = Usage.of(client.ask("usage"));
      sleep(each.toMillis());
      Usage sender = Usage.of(server.ask("usage")).since(senderBefore);
      Usage receiver = Usage.of(client.ask("usage")).since(receiverBefore);
      int resets = client.ask("stop").path("resets").asInt();
      entry.getValue().add(sender, receiver, resets);
    }
  }

  List<Throughput> throughputs() {
    List<Throughput> made = new ArrayList<>();
    samples.forEach((streams, taken) -> made.add(taken.summed(row, streams)));
    return made;
  }

  Ping ping(Duration time) throws IOException {
    JsonNode times = client.ask("ping " + time.toMillis());
    return new Ping(row.label(), micros(times, "p50Nanos"), micros(times, "p99Nanos"));
  }

  Opens opens(Duration time) throws IOException {
    double together = opens(OPENS_AT_ONCE, time);
    return new Opens(row.label(), together, opens(1, time));
  }

  private double opens(int atOnce, Duration time) throws IOException {
    return client.ask("opens " + atOnce + " " + time.toMillis()).path("perSecond").asDouble();
  }

  /** Connects again and again; the second half counts. */
  Connect connects(int count) throws IOException {
    Percentiles times = new Percentiles(count);
    for (int i = 0; i < count; i++) {
      long nanos = client.ask("connect").path("nanos").asLong();
      if (i >= count / 2) {
        times.add(nanos);
      }
    }
    return new Connect(row.label(), coldMicros, times.at(0.5) / 1e3);
  }

  private static double micros(JsonNode answer, String field) {
    return answer.path(field).asLong() / 1e3;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
  }

  @Override
  public void close() throws IOException {
    try (server) {
      client.close();
    }
  }
}

package io.tributary.bench.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.bench.Processor;
import io.tributary.bench.exchange.ExchangeReport.Round;
import io.tributary.bench.process.Worker;
import io.tributary.content.Layout;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Measures what accounting costs: two processes over loopback with TLS move the same fragments, in
 * turn as gifts and paid for, on one connection. Each has a core of its own where there is {@code
 * taskset}, with its journal and its signatures, and fragments are hashed in both cases. As many
 * are under way at a time as a payer with a full window may ask for.
 *
 * <p>Transfers are short and the order changes from round to round (A B, B A, ...), so that what
 * else the machine does falls on both; what counts is the median over all rounds of the quotient of
 * two neighbours. Before, so many vouchers are signed, checked and written down that their code is
 * compiled, as it is in a node that has run for an hour.
 */
public final class ExchangeBench {
  private static final int ROUNDS = 40;
  private static final int WARM_UP_ROUNDS = 40;
  private static final int WARM_UP_VOUCHERS = 20_000;
  private static final int FRAGMENTS = 32;
  private static final int IN_FLIGHT = 3;
  private static final double MIB = 1 << 20;
  private static final double GIB = 1 << 30;

  private final Path directory;
  private final PrintStream progress;

  /**
   * A measurement.
   *
   * @param directory where journals are kept meanwhile; a folder is made in it and removed
   * @param progress told what goes on
   */
  public ExchangeBench(Path directory, PrintStream progress) {
    this.directory = directory;
    this.progress = progress;
  }

  /**
   * Runs everything; takes about two minutes.
   *
   * @throws IOException if a measured process fails; its error output says why
   */
  public ExchangeReport run() throws IOException {
    Path folder = Files.createTempDirectory(directory, "exchange-bench");
    boolean canPin = Worker.canPin();
    try (Worker server = start("server", canPin, 0, List.of(folder.resolve("payee").toString()));
        Worker client =
            start(
                "client",
                canPin,
                1,
                List.of(
                    folder.resolve("payer").toString(),
                    server.address(),
                    server.greeting().path("peer").asText(),
                    server.greeting().path("payee").asText()))) {
      return measure(server, client, canPin);
    } finally {
      delete(folder);
    }
  }

  private static Worker start(String name, boolean canPin, int core, List<String> arguments)
      throws IOException {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=1g",
                "-Dio.netty.leakDetection.level=disabled"));
    if (Runtime.version().feature() >= 24) {
      flags.addAll(
          List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    }
    List<String> command = Worker.java(flags, ExchangeWorker.class, arguments);
    return Worker.start(name, Worker.pinned(canPin, core, command), Optional.empty());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private ExchangeReport measure(Worker server, Worker client, boolean isPinned)
      throws IOException {
    progress.println("warming up, " + WARM_UP_VOUCHERS + " vouchers");
    server.ask("warm-up " + WARM_UP_VOUCHERS);
    client.ask("warm-up " + WARM_UP_VOUCHERS);
    for (int i = 1; i <= WARM_UP_ROUNDS; i++) {
      progress.println("warming up, " + i + " of " + WARM_UP_ROUNDS);
      new Transfer(server, client, "plain");
      new Transfer(server, client, "paid");
    }
    JsonNode before = server.ask("usage");
    List<Round> rounds = new ArrayList<>();
    List<Transfer> plain = new ArrayList<>();
    List<Transfer> paid = new ArrayList<>();
    for (int i = 1; i <= ROUNDS; i++) {
      boolean isPlainFirst = i % 2 == 0;
      Transfer first = new Transfer(server, client, isPlainFirst ? "plain" : "paid");
      Transfer second = new Transfer(server, client, isPlainFirst ? "paid" : "plain");
      plain.add(isPlainFirst ? first : second);
      paid.add(isPlainFirst ? second : first);
      Round round =
          new Round(plain.get(i - 1).mebibytesPerSecond(), paid.get(i - 1).mebibytesPerSecond());
      rounds.add(round);
      progress.printf("round %d of %d: %s%n", i, ROUNDS, round);
    }
    JsonNode after = server.ask("usage");
    double plainBytes = plain.stream().mapToLong(each -> each.streamBytes).sum();
    double paidBytes = paid.stream().mapToLong(each -> each.streamBytes).sum();
    return new ExchangeReport(
        System.getProperty("java.version"),
        Processor.name(),
        client.greeting().path("curve").asText(),
        isPinned,
        rounds,
        median(rounds, Round::plain),
        median(rounds, Round::paid),
        median(rounds, Round::costPercent),
        quantile(rounds, Round::costPercent, 0.25),
        quantile(rounds, Round::costPercent, 0.75),
        cpu(plain),
        cpu(paid),
        100 * (paidBytes - plainBytes) / plainBytes,
        after.path("vouchers").asLong() - before.path("vouchers").asLong(),
        after.path("cutOffs").asLong() - before.path("cutOffs").asLong());
  }

  private static ExchangeReport.Cpu cpu(List<Transfer> transfers) {
    double gibibytes = transfers.size() * Transfer.BYTES / GIB;
    return new ExchangeReport.Cpu(
        transfers.stream().mapToLong(each -> each.serverCpuNanos).sum() / 1e9 / gibibytes,
        transfers.stream().mapToLong(each -> each.clientCpuNanos).sum() / 1e9 / gibibytes);
  }

  private static double median(List<Round> rounds, Function<Round, Double> figure) {
    return quantile(rounds, figure, 0.5);
  }

  private static double quantile(List<Round> rounds, Function<Round, Double> figure, double share) {
    List<Double> sorted = rounds.stream().map(figure).sorted().toList();
    return sorted.get((int) (sorted.size() * share));
  }

  /** One transfer of all fragments, and what it used up. */
  private static final class Transfer {
    static final double BYTES = FRAGMENTS * (double) Layout.FRAGMENT_BYTES;

    final long nanos;
    final long serverCpuNanos;
    final long clientCpuNanos;
    final long streamBytes;

    Transfer(Worker server, Worker client, String how) throws IOException {
      JsonNode serverBefore = server.ask("usage");
      JsonNode clientBefore = client.ask("usage");
      nanos = client.ask(how + " " + FRAGMENTS + " " + IN_FLIGHT).path("nanos").asLong();
      serverCpuNanos = used(server.ask("usage"), serverBefore, "cpuNanos");
      JsonNode clientAfter = client.ask("usage");
      clientCpuNanos = used(clientAfter, clientBefore, "cpuNanos");
      streamBytes = used(clientAfter, clientBefore, "streamBytes");
    }

    private static long used(JsonNode after, JsonNode before, String figure) {
      return after.path(figure).asLong() - before.path(figure).asLong();
    }

    double mebibytesPerSecond() {
      return BYTES / MIB / (nanos / 1e9);
    }
  }
}

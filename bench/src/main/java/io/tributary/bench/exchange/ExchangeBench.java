package io.tributary.bench.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.bench.exchange.ExchangeReport.Round;
import io.tributary.bench.exchange.ExchangeReport.Speeds;
import io.tributary.bench.exchange.ExchangeReport.WarmUp;
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
import java.util.stream.Stream;

/**
 * Measures what accounting costs: two processes over loopback with TLS move the same fragments, in
 * turn as gifts and paid for, on one connection. Each has a core of its own where there is {@code
 * taskset}, with its journal and its signatures, and fragments are hashed in both cases. As many
 * are under way at a time as a payer with a full window may ask for.
 *
 * <p>Transfers are short and the order changes from round to round (A B, B A, ...), so that what
 * else the machine does falls on both; what counts is the median over all rounds of the quotient of
 * two neighbours. The first rounds of two new processes are reported as {@code cold}. What counts
 * is measured as in a node that has run for hours: after so many vouchers and so many rounds that
 * the JIT compilers of both processes have come to rest, or have had enough time for it.
 */
public final class ExchangeBench {
  private static final int ROUNDS = 40;
  private static final int COLD_ROUNDS = 8;
  private static final int MOST_WARM_UP_ROUNDS = 60;
  private static final int WARM_UP_VOUCHERS = 20_000;

  /**
   * Each with a voucher for every 256 KiB: their way is compiled when thousands have gone it, and
   * with a full window it would take hours until then.
   */
  private static final int EAGER_TRANSFERS = 20;

  /** Compilers are at rest when they have taken less than this share of so many rounds. */
  private static final double REST_SHARE = 0.01;

  private static final int REST_ROUNDS = 5;
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
   * Runs everything; takes two to four minutes.
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
    List<Pair> cold = pairs("cold round", COLD_ROUNDS, server, client);
    progress.println("warming up, " + WARM_UP_VOUCHERS + " vouchers");
    server.ask("warm-up " + WARM_UP_VOUCHERS);
    client.ask("warm-up " + WARM_UP_VOUCHERS);
    for (int i = 1; i <= EAGER_TRANSFERS; i++) {
      progress.println("warming up, transfer " + i + " of " + EAGER_TRANSFERS + " in small steps");
      client.ask("eager " + FRAGMENTS + " 1");
    }
    WarmUp warmUp = warmUp(server, client);
    JsonNode before = server.ask("usage");
    List<Pair> warm = pairs("round", ROUNDS, server, client);
    JsonNode after = server.ask("usage");
    List<Transfer> plain = warm.stream().map(Pair::plain).toList();
    List<Transfer> paid = warm.stream().map(Pair::paid).toList();
    double plainBytes = plain.stream().mapToLong(each -> each.streamBytes).sum();
    double paidBytes = paid.stream().mapToLong(each -> each.streamBytes).sum();
    return new ExchangeReport(
        client.greeting().path("curve").asText(),
        isPinned,
        Speeds.of(cold.stream().map(Pair::round).toList()),
        warmUp,
        Speeds.of(warm.stream().map(Pair::round).toList()),
        cpu(plain),
        cpu(paid),
        100 * (paidBytes - plainBytes) / plainBytes,
        after.path("vouchers").asLong() - before.path("vouchers").asLong(),
        after.path("cutOffs").asLong() - before.path("cutOffs").asLong());
  }

  /** Runs rounds until the compilers of both processes have come to rest. */
  private WarmUp warmUp(Worker server, Worker client) throws IOException {
    for (int done = 0; done < MOST_WARM_UP_ROUNDS; done += REST_ROUNDS) {
      long startNanos = System.nanoTime();
      long serverBefore = compileMillis(server);
      long clientBefore = compileMillis(client);
      pairs("warm-up, at most " + MOST_WARM_UP_ROUNDS + " rounds;", REST_ROUNDS, server, client);
      long busiest =
          Math.max(compileMillis(server) - serverBefore, compileMillis(client) - clientBefore);
      double millis = (System.nanoTime() - startNanos) / 1e6;
      if (busiest < REST_SHARE * millis) {
        return new WarmUp(done + REST_ROUNDS, true);
      }
    }
    return new WarmUp(MOST_WARM_UP_ROUNDS, false);
  }

  private static long compileMillis(Worker worker) throws IOException {
    return worker.ask("usage").path("compileMillis").asLong();
  }

  private List<Pair> pairs(String name, int count, Worker server, Worker client)
      throws IOException {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      boolean isPlainFirst = i % 2 == 0;
      Transfer first = new Transfer(server, client, isPlainFirst ? "plain" : "paid");
      Transfer second = new Transfer(server, client, isPlainFirst ? "paid" : "plain");
      Pair pair = isPlainFirst ? new Pair(first, second) : new Pair(second, first);
      pairs.add(pair);
      progress.printf("%s %d of %d: %s%n", name, i, count, pair.round());
    }
    return pairs;
  }

  private record Pair(Transfer plain, Transfer paid) {
    Round round() {
      return new Round(plain.mebibytesPerSecond(), paid.mebibytesPerSecond());
    }
  }

  private static ExchangeReport.Cpu cpu(List<Transfer> transfers) {
    double gibibytes = transfers.size() * Transfer.BYTES / GIB;
    return new ExchangeReport.Cpu(
        side(transfers.stream().map(each -> each.server).toList(), gibibytes),
        side(transfers.stream().map(each -> each.client).toList(), gibibytes));
  }

  private static ExchangeReport.Side side(List<Used> transfers, double gibibytes) {
    return new ExchangeReport.Side(
        secondsPerGib(transfers, "cpuNanos", gibibytes),
        secondsPerGib(transfers, "loopNanos", gibibytes),
        secondsPerGib(transfers, "signingNanos", gibibytes),
        secondsPerGib(transfers, "journalNanos", gibibytes));
  }

  private static double secondsPerGib(List<Used> transfers, String figure, double gibibytes) {
    return transfers.stream().mapToLong(each -> each.of(figure)).sum() / 1e9 / gibibytes;
  }

  /** What a process used up between two answers. */
  private record Used(JsonNode before, JsonNode after) {
    long of(String figure) {
      return after.path(figure).asLong() - before.path(figure).asLong();
    }
  }

  /** One transfer of all fragments, and what it used up. */
  private static final class Transfer {
    static final double BYTES = FRAGMENTS * (double) Layout.FRAGMENT_BYTES;

    final long nanos;
    final Used server;
    final Used client;
    final long streamBytes;

    Transfer(Worker serving, Worker fetching, String how) throws IOException {
      JsonNode servedBefore = serving.ask("usage");
      JsonNode fetchedBefore = fetching.ask("usage");
      nanos = fetching.ask(how + " " + FRAGMENTS + " " + IN_FLIGHT).path("nanos").asLong();
      server = new Used(servedBefore, serving.ask("usage"));
      client = new Used(fetchedBefore, fetching.ask("usage"));
      streamBytes = client.of("streamBytes");
    }

    double mebibytesPerSecond() {
      return BYTES / MIB / (nanos / 1e9);
    }
  }
}

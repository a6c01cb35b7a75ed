package io.tributary.bench.relay;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.bench.process.Worker;
import io.tributary.bench.relay.RelayReport.Round;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Measures a relay between two processes over loopback: the relay in one, who sends and who is
 * behind it in the other, each pinned to a core where there is {@code taskset}. Both hops have TLS,
 * so the relay deciphers and enciphers all it passes on.
 */
public final class RelayBench {

  /**
   * How much is measured.
   *
   * @param mebibytes moved in each round
   * @param warmUpRounds before any counts
   * @param rounds that count
   * @param reservations peers that wait
   */
  public record Settings(long mebibytes, int warmUpRounds, int rounds, int reservations) {

    /** 3 and 9 rounds of 256 MiB, 1000 reservations; takes two minutes. */
    public static Settings defaults() {
      return new Settings(256, 3, 9, 1000);
    }
  }

  private final Settings settings;
  private final PrintStream progress;

  /**
   * A measurement.
   *
   * @param progress told what goes on
   */
  public RelayBench(Settings settings, PrintStream progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Runs everything.
   *
   * @throws IOException if a measured process fails; its error output says why
   */
  public RelayReport run() throws IOException {
    boolean canPin = Worker.canPin();
    try (Worker relay = start("relay", canPin, 0, RelayMain.class, List.of());
        Worker users = start("users", canPin, 1, UsersMain.class, List.of(relay.address()))) {
      for (int i = 0; i < settings.warmUpRounds(); i++) {
        progress.println("warming up, " + (i + 1) + " of " + settings.warmUpRounds());
        move(relay, users);
      }
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < settings.rounds(); i++) {
        rounds.add(move(relay, users));
        progress.println("round " + (i + 1) + " of " + settings.rounds() + ": " + rounds.get(i));
      }
      JsonNode before = relay.ask("memory");
      progress.println(settings.reservations() + " hosts reserve");
      users.ask("wait " + settings.reservations());
      JsonNode after = relay.ask("memory");
      // The host that was sent to has one, too.
      long waiting = relay.ask("usage").path("reservations").asLong() - 1;
      if (waiting != settings.reservations()) {
        throw new IOException("of " + settings.reservations() + " reservations hold " + waiting);
      }
      return new RelayReport(
          canPin,
          settings.mebibytes(),
          rounds,
          median(rounds, each -> settings.mebibytes() / each.seconds()),
          median(rounds, each -> settings.mebibytes() / each.cpuSeconds()),
          waiting,
          kibPer1000(before, after, "heapBytes"),
          kibPer1000(before, after, "residentBytes"));
    }
  }

  private Round move(Worker relay, Worker users) throws IOException {
    Duration before = cpu(relay);
    long nanos = users.ask("move " + settings.mebibytes()).path("nanos").asLong();
    return new Round(nanos / 1e9, cpu(relay).minus(before).toNanos() / 1e9);
  }

  private static Duration cpu(Worker worker) {
    return worker.handle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private long kibPer1000(JsonNode before, JsonNode after, String figure) {
    long bytes = after.path(figure).asLong() - before.path(figure).asLong();
    return (bytes * 1000 / settings.reservations()) >> 10;
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static Worker start(
      String name, boolean canPin, int core, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=512m",
                "-Dio.netty.leakDetection.level=disabled"));
    if (Runtime.version().feature() >= 24) {
      flags.addAll(
          List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    }
    List<String> command = Worker.java(flags, main, arguments);
    return Worker.start(name, Worker.pinned(canPin, core, command), Optional.empty());
  }
}

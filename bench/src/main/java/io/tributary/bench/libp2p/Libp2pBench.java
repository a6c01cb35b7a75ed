package io.tributary.bench.libp2p;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tributary.bench.Processor;
import io.tributary.bench.libp2p.Libp2pReport.Connect;
import io.tributary.bench.libp2p.Libp2pReport.Machine;
import io.tributary.bench.libp2p.Libp2pReport.Opens;
import io.tributary.bench.libp2p.Libp2pReport.Ping;
import io.tributary.bench.libp2p.Libp2pReport.Throughput;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The program that measures the host between two processes on loopback, and beside it the bare
 * socket, bare TLS and js-libp2p, in one run of about five minutes.
 */
public final class Libp2pBench {

  /** How many streams share a connection in the second measurement. */
  static final int MANY = 4;

  private static final int PARTS = 5;
  private static final int OPENS_AT_ONCE = 64;
  private static final double FRAME_BYTES = 64 << 10;
  private static final double GIBIBYTE = 1 << 30;
  private static final double MEBIBYTE = 1 << 20;

  private final PrintStream progress;
  private final Settings settings;
  private final boolean taskset;
  private final List<String> flags;
  private final List<Throughput> throughputs = new ArrayList<>();
  private final List<Connect> connects = new ArrayList<>();
  private final List<Ping> pings = new ArrayList<>();
  private final List<Opens> opens = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  /** Makes the program; it tells a person on {@code progress} what it is at. */
  public Libp2pBench(PrintStream progress, Settings settings) {
    this.progress = progress;
    this.settings = settings;
    this.flags = flags(settings);
    this.taskset = Runtime.getRuntime().availableProcessors() > 1 && runs("taskset", "-V");
  }

  /** Prints the report: a table, or with {@code --json} a JSON object. */
  public static void main(String[] arguments) throws IOException {
    Libp2pReport report = new Libp2pBench(System.err, Settings.defaults()).run();
    System.out.println(
        Arrays.asList(arguments).contains("--json") ? toJson(report) : report.toTable());
  }

  /** Returns a report as a JSON object. */
  public static String toJson(Libp2pReport report) throws IOException {
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report);
  }

  /**
   * Measures.
   *
   * @throws IOException if a measured process fails; its error output says why
   */
  public Libp2pReport run() throws IOException {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    for (Row row : Row.values()) {
      if (!settings.rows().contains(row)) {
        continue;
      }
      try {
        Path folder = row.kind() == Row.Kind.JS ? jsFolder() : null;
        progress.println("measuring " + row);
        measure(row, folder);
      } catch (JsInstall.Unavailable e) {
        skipped.add(row + ": " + e.getMessage());
      }
    }
    return new Libp2pReport(
        machine(load),
        throughputs,
        connects,
        pings,
        opens,
        skipped,
        Goals.of(throughputs, pings, opens, Runtime.version().feature()));
  }

  private static Path jsFolder() throws JsInstall.Unavailable, IOException {
    return JsInstall.folder(Path.of(System.getProperty("java.io.tmpdir")));
  }

  private void measure(Row row, @Nullable Path folder) throws IOException {
    try (Worker server = start(row, 0, folder, List.of());
        Worker client = start(row, 1, folder, List.of(server.address()))) {
      double cold = micros(client.ask("connect"), "nanos");
      throughputs.add(throughput(row, server, client, 1));
      if (row.kind() != Row.Kind.BARE) {
        throughputs.add(throughput(row, server, client, MANY));
      }
      long shortMillis = settings.shorts().toMillis();
      if (row.kind() != Row.Kind.JS) {
        JsonNode times = client.ask("ping " + shortMillis);
        pings.add(new Ping(row.label(), micros(times, "p50Nanos"), micros(times, "p99Nanos")));
      }
      if (row.kind() == Row.Kind.HOST) {
        double together = opens(client, OPENS_AT_ONCE, shortMillis);
        opens.add(new Opens(row.label(), together, opens(client, 1, shortMillis)));
      }
      connects.add(new Connect(row.label(), cold, connect(client)));
    }
  }

  private Worker start(Row row, int core, @Nullable Path folder, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (row.kind() == Row.Kind.JS) {
      String layer = row.label().substring(row.label().indexOf('-') + 1);
      command.addAll(List.of("node", "--import", "./polyfill.mjs", "perf.mjs", layer));
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(flags);
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(WorkerMain.class.getName(), row.label()));
    }
    command.addAll(arguments);
    String name = row + (core == 0 ? " server" : " client");
    return Worker.start(name, Worker.pinned(taskset, core, command), folder);
  }

  private Throughput throughput(Row row, Worker server, Worker client, int streams)
      throws IOException {
    client.ask("start " + streams);
    long partMillis = Math.max(1, settings.window().toMillis() / PARTS);
    sleep(settings.warmUp().toMillis() / (streams == 1 ? 1 : 2));
    Usage senderBefore = server.usage();
    Usage receiverBefore = client.usage();
    double[] rates = new double[PARTS];
    Usage last = receiverBefore;
    for (int i = 0; i < PARTS; i++) {
      sleep(partMillis);
      Usage now = client.usage();
      Usage part = now.since(last);
      rates[i] = part.bytes() / MEBIBYTE / part.seconds();
      last = now;
    }
    Usage sender = server.usage().since(senderBefore);
    Usage receiver = last.since(receiverBefore);
    int resets = client.ask("stop").path("resets").asInt();
    Arrays.sort(rates);
    double gibibytes = receiver.bytes() / GIBIBYTE;
    double frames = receiver.bytes() / FRAME_BYTES;
    return new Throughput(
        row.label(),
        streams,
        rates[PARTS / 2],
        sender.cpuNanos() / 1e9 / gibibytes,
        receiver.cpuNanos() / 1e9 / gibibytes,
        sender.allocatedBytes() / frames,
        receiver.allocatedBytes() / frames,
        resets);
  }

  private static double opens(Worker client, int atOnce, long millis) throws IOException {
    return client.ask("opens " + atOnce + " " + millis).path("perSecond").asDouble();
  }

  private double connect(Worker client) throws IOException {
    Percentiles times = new Percentiles(settings.connects());
    for (int i = 0; i < settings.connects(); i++) {
      long nanos = client.ask("connect").path("nanos").asLong();
      if (i >= settings.connects() / 2) {
        times.add(nanos);
      }
    }
    return times.at(0.5) / 1e3;
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

  // The machine

  /** Those of the launcher, with bounds on memory that suit two processes beside each other. */
  private static List<String> flags(Settings settings) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=1g",
                "-Dio.netty.leakDetection.level=disabled"));
    if (!settings.spin().isZero()) {
      flags.add("-D" + HostRow.SPIN_NANOS + "=" + settings.spin().toNanos());
    }
    if (Runtime.version().feature() >= 24) {
      flags.addAll(
          List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    }
    return flags;
  }

  private Machine machine(double load) {
    return new Machine(
        System.getProperty("java.version") + ", " + System.getProperty("java.vendor"),
        Processor.name(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        flags,
        taskset,
        load);
  }

  private static boolean runs(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

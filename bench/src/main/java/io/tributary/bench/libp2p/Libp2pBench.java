package io.tributary.bench.libp2p;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tributary.bench.libp2p.Libp2pReport.Connect;
import io.tributary.bench.libp2p.Libp2pReport.Opens;
import io.tributary.bench.libp2p.Libp2pReport.Ping;
import io.tributary.bench.libp2p.Libp2pReport.Throughput;
import io.tributary.bench.process.Worker;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The program that measures the host between two processes on loopback, and beside it the bare
 * socket, bare TLS and js-libp2p, in one run of about seven minutes.
 */
public final class Libp2pBench {

  /** How often the rows take turns; each figure is a median over them. */
  private static final int ROUNDS = 5;

  private final PrintStream progress;
  private final Settings settings;
  private final boolean taskset;
  private final List<String> flags;
  private final List<String> skipped = new ArrayList<>();

  /** Makes the program; it tells a person on {@code progress} what it is at. */
  public Libp2pBench(PrintStream progress, Settings settings) {
    this.progress = progress;
    this.settings = settings;
    this.flags = flags(settings);
    this.taskset = Worker.canPin();
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
    List<Throughput> throughputs = new ArrayList<>();
    List<Connect> connects = new ArrayList<>();
    List<Ping> pings = new ArrayList<>();
    List<Opens> opens = new ArrayList<>();
    List<RowPair> pairs = new ArrayList<>();
    try {
      for (Row row : Row.values()) {
        if (settings.rows().contains(row)) {
          start(row, pairs);
        }
      }
      // The rows take turns, so that what else the machine does falls on all of them alike.
      for (int round = 1; round <= ROUNDS; round++) {
        progress.println("round " + round + " of " + ROUNDS);
        for (RowPair pair : pairs) {
          pair.sample(settings.window().dividedBy(ROUNDS));
        }
      }
      for (RowPair pair : pairs) {
        throughputs.addAll(pair.throughputs());
        progress.println("pings and connections of " + pair.row());
        if (pair.row().kind() != Row.Kind.JS) {
          pings.add(pair.ping(settings.shorts()));
        }
        if (pair.row().kind() == Row.Kind.HOST) {
          opens.add(pair.opens(settings.shorts()));
        }
        connects.add(pair.connects(settings.connects()));
      }
    } finally {
      for (RowPair pair : pairs) {
        pair.close();
      }
    }
    return new Libp2pReport(
        flags,
        taskset,
        throughputs,
        connects,
        pings,
        opens,
        skipped,
        Goals.of(throughputs, pings, opens, Runtime.version().feature()));
  }

  private void start(Row row, List<RowPair> pairs) throws IOException {
    try {
      Optional<Path> folder =
          row.kind() == Row.Kind.JS ? Optional.of(jsFolder()) : Optional.empty();
      progress.println("warming up " + row);
      Worker server = start(row, 0, folder, List.of());
      RowPair pair;
      try {
        pair = new RowPair(row, server, start(row, 1, folder, List.of(server.address())));
      } catch (IOException e) {
        server.close();
        throw e;
      }
      pairs.add(pair);
      pair.warmUp(settings.warmUp());
    } catch (JsInstall.Unavailable e) {
      skipped.add(row + ": " + e.getMessage());
    }
  }

  private static Path jsFolder() throws JsInstall.Unavailable, IOException {
    return JsInstall.folder(Path.of(System.getProperty("java.io.tmpdir")));
  }

  private Worker start(Row row, int core, Optional<Path> folder, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (row.kind() == Row.Kind.JS) {
      String layer = row.label().substring(row.label().indexOf('-') + 1);
      command.addAll(List.of("node", "--import", "./polyfill.mjs", "perf.mjs", layer));
    } else {
      command.addAll(Worker.java(flags, WorkerMain.class, List.of(row.label())));
    }
    command.addAll(arguments);
    String name = row + (core == 0 ? " server" : " client");
    return Worker.start(name, Worker.pinned(taskset, core, command), folder);
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
}

package io.tributary.bench.retriever;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.bench.cacher.Peer;
import io.tributary.bench.process.Worker;
import io.tributary.bench.retriever.RetrieverReport.Setup;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Measures a retriever: a hot file through its HTTP API beside nginx serving the same file, and a
 * cold one from twelve cachers on loopback. The servers have one core, clients and cachers the
 * other, until the cold file comes whole: then all have all.
 */
public final class RetrieverBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OptionalInt SERVERS = OptionalInt.of(0);
  private static final OptionalInt CLIENTS = OptionalInt.of(1);
  private static final OptionalInt ALL = OptionalInt.empty();
  private final Settings settings;
  private final PrintStream progress;
  private final boolean isPinned = Worker.canPin();

  /** What can be measured by itself. */
  public enum Part {
    /** The file that is in the retriever's cache. */
    HOT,
    /** The file that comes from cachers. */
    COLD
  }

  /**
   * What to measure, and for how long.
   *
   * @param directory on the disk to be measured; a folder is made in it and removed
   * @param rounds how many rounds of what is compared
   * @param seconds how long each figure is measured in each round
   * @param segments how many segments are read with and without a stalled cacher
   * @param only the one part that is measured; empty for both
   */
  public record Settings(
      Path directory, int rounds, double seconds, int segments, Optional<Part> only) {
    /** Checks the numbers. */
    public Settings {
      if (rounds < 1 || !(seconds > 0) || segments < 1) {
        throw new IllegalArgumentException("a measurement needs rounds, time and segments");
      }
    }

    private boolean has(Part part) {
      return only.isEmpty() || only.get() == part;
    }

    long millis() {
      return Math.round(seconds * 1000);
    }
  }

  /** A measurement that tells what goes on. */
  public RetrieverBench(Settings settings, PrintStream progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /** Returns a report as a JSON object. */
  public static String toJson(RetrieverReport report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of ours cannot be written as JSON", e);
    }
  }

  /** Runs everything; takes some minutes. */
  public RetrieverReport run() throws IOException {
    Path folder = Files.createTempDirectory(settings.directory(), "tributary-bench-retriever");
    try {
      progress.println("making a file of 1 GiB");
      BenchedFile file = BenchedFile.make(Files.createDirectories(folder.resolve("file")));
      Optional<String> program = Peer.program("nginx");
      Findings found = new Findings();
      double sha = onOneCore(folder, file, program, found);
      if (settings.has(Part.COLD)) {
        onAllCores(folder, file, sha, found);
      }
      return new RetrieverReport(
          setup(program), found.figures, found.stages, found.notes, found.goals);
    } finally {
      remove(folder);
    }
  }

  /** Servers on one core, their clients on the other. Returns the speed of SHA-256 in GB/s. */
  private double onOneCore(Path folder, BenchedFile file, Optional<String> program, Findings found)
      throws IOException {
    Path store = folder.resolve("store");
    try (Worker readers = worker("readers", CLIENTS, ReadersMain.class);
        Worker cachers = cachers(folder, CLIENTS);
        Worker retriever = retriever(folder, store, SERVERS, cachers);
        Nginx nginx = new Nginx(program, folder, file, isPinned)) {
      if (settings.has(Part.HOT)) {
        new HotRun(settings, progress, folder, target(file), readers, retriever, nginx, found)
            .measure();
      }
      return settings.has(Part.COLD)
          ? new ColdRun(settings, progress, target(file), readers, cachers, retriever, found)
              .onOneCore()
          : 0;
    }
  }

  /** Started where it sees all cores, a program has an event loop on each, as a node does. */
  private void onAllCores(Path folder, BenchedFile file, double sha, Findings found)
      throws IOException {
    Path store = folder.resolve("store-of-all-cores");
    try (Worker readers = worker("readers", ALL, ReadersMain.class);
        Worker cachers = cachers(folder, ALL);
        Worker retriever = retriever(folder, store, ALL, cachers)) {
      new ColdRun(settings, progress, target(file), readers, cachers, retriever, found)
          .onAllCores(sha);
    }
  }

  private static String target(BenchedFile file) {
    return "/file/" + file.record().manifest().fid().toHex();
  }

  private Worker cachers(Path folder, OptionalInt core) throws IOException {
    return worker("cachers", core, CachersMain.class, folder.resolve("file").toString());
  }

  private Worker retriever(Path folder, Path store, OptionalInt core, Worker cachers)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add(folder.resolve("file").toString());
    arguments.add(store.toString());
    arguments.addAll(List.of(cachers.greeting().get("addresses").asText().split(" ", -1)));
    return worker("retriever", core, RetrieverMain.class, arguments.toArray(String[]::new));
  }

  private Worker worker(String name, OptionalInt core, Class<?> program, String... arguments)
      throws IOException {
    List<String> command = Worker.java(flags(), program, List.of(arguments));
    return Worker.start(
        name,
        core.isPresent() ? Worker.pinned(isPinned, core.getAsInt(), command) : command,
        Optional.empty());
  }

  /** Those of the launcher, with the most heap that a retriever is to need. */
  private static List<String> flags() {
    List<String> flags =
        new ArrayList<>(List.of("-Xmx512m", "-Dio.netty.leakDetection.level=disabled"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .forEach(flags::add);
    return flags;
  }

  private Setup setup(Optional<String> nginx) {
    return new Setup(
        flags(), nginx.map(program -> Peer.version(program, "-v")).orElse("nothing"), isPinned);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}

package io.tributary.bench.retriever;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.bench.Goal;
import io.tributary.bench.Processor;
import io.tributary.bench.cacher.Peer;
import io.tributary.bench.process.Worker;
import io.tributary.bench.retriever.RetrieverReport.Figure;
import io.tributary.bench.retriever.RetrieverReport.Machine;
import io.tributary.bench.retriever.RetrieverReport.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Measures a retriever: a hot file through its HTTP API beside nginx serving the same file, and a
 * cold one from twelve cachers on loopback. The servers have one core, clients and cachers the
 * other.
 */
public final class RetrieverBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RANGES = 4096;
  private static final int RANGE_BYTES = 4096;
  private static final int RANGE_CONNECTIONS = 32;
  private static final int FIRSTS = 200;
  private static final int COLD_FIRSTS = 60;
  private static final int STREAMS = 1000;
  private static final long MIB = 1L << 20;

  /** How long cachers take to answer while one of them is stalled. */
  private static final int DELAY_MILLIS = 20;

  private final Settings settings;
  private final PrintStream progress;
  private final boolean isPinned = Worker.canPin();

  /**
   * What to measure, and for how long.
   *
   * @param directory on the disk to be measured; a folder is made in it and removed
   * @param rounds how many rounds of what is compared
   * @param seconds how long each figure is measured in each round
   * @param segments how many segments are read with and without a stalled cacher
   * @param commit what is measured, for the report
   */
  public record Settings(Path directory, int rounds, double seconds, int segments, String commit) {
    /** Checks the numbers. */
    public Settings {
      if (rounds < 1 || !(seconds > 0) || segments < 1) {
        throw new IllegalArgumentException("a measurement needs rounds, time and segments");
      }
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
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    Path folder = Files.createTempDirectory(settings.directory(), "tributary-bench-retriever");
    try {
      progress.println("making a file of 1 GiB");
      BenchedFile file = BenchedFile.make(Files.createDirectories(folder.resolve("file")));
      Optional<String> program = Peer.program("nginx");
      try (Worker readers = worker("readers", 1, ReadersMain.class);
          Worker cachers =
              worker("cachers", 1, CachersMain.class, folder.resolve("file").toString());
          Worker retriever = retriever(folder, cachers.greeting().get("addresses").asText());
          Nginx nginx = new Nginx(program, folder, file)) {
        Run run = new Run(folder, file, readers, cachers, retriever, nginx);
        run.measure();
        return new RetrieverReport(
            machine(load, program), run.figures, run.stages, run.notes, run.goals());
      }
    } finally {
      remove(folder);
    }
  }

  private Worker retriever(Path folder, String cachers) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add(folder.resolve("file").toString());
    arguments.add(folder.resolve("store").toString());
    arguments.addAll(List.of(cachers.split(" ", -1)));
    return worker("retriever", 0, RetrieverMain.class, arguments.toArray(String[]::new));
  }

  private Worker worker(String name, int core, Class<?> program, String... arguments)
      throws IOException {
    return Worker.start(
        name,
        Worker.pinned(isPinned, core, Worker.java(flags(), program, List.of(arguments))),
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

  private Machine machine(double load, Optional<String> nginx) {
    return new Machine(
        Processor.name(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.version") + ", " + System.getProperty("java.vendor"),
        flags(),
        nginx.map(program -> Peer.version(program, "-v")).orElse("nothing"),
        settings.commit(),
        isPinned,
        load);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /** nginx with the same file, if it is installed. */
  private final class Nginx implements AutoCloseable {
    private final Optional<Peer> peer;

    Nginx(Optional<String> program, Path folder, BenchedFile file) throws IOException {
      peer =
          program.isPresent() ? Optional.of(start(program.get(), folder, file)) : Optional.empty();
    }

    private Peer start(String program, Path folder, BenchedFile file) throws IOException {
      Path directory = Files.createDirectories(folder.resolve("nginx"));
      int port = Peer.freePort();
      Path config = directory.resolve("nginx.conf");
      try (InputStream in = RetrieverBench.class.getResourceAsStream("nginx.conf")) {
        if (in == null) {
          throw new IOException("nginx.conf is not in this distribution");
        }
        Files.writeString(
            config,
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                .replace("@DIRECTORY@", directory.toString())
                .replace("@PORT@", String.valueOf(port))
                .replace("@ROOT@", file.root().toString()));
      }
      return Peer.start(
          program,
          Worker.pinned(
              isPinned,
              0,
              List.of(
                  program,
                  "-e",
                  directory.resolve("nginx.log").toString(),
                  "-c",
                  config.toString(),
                  "-p",
                  directory.toString())),
          port,
          directory.resolve("nginx.out"));
    }

    Optional<String> port() {
      return peer.map(running -> String.valueOf(running.port()));
    }

    @Override
    public void close() {
      peer.ifPresent(Peer::close);
    }
  }

  /** Figures of all rounds. */
  private static final class Rounds {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
      values.add(value);
    }

    double median() {
      List<Double> sorted = new ArrayList<>(values);
      Collections.sort(sorted);
      return sorted.get(sorted.size() / 2);
    }

    Figure figure(String name, String unit) {
      return new Figure(name, median(), Collections.min(values), Collections.max(values), unit);
    }
  }

  /** One run: everything that is measured, and what came of it. */
  private final class Run {
    private final Path folder;
    private final Worker readers;
    private final Worker cachers;
    private final Worker retriever;
    private final Nginx nginx;
    private final String hotPort;
    private final String coldPort;
    private final String target;
    private final List<Figure> figures = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Goal> goals = new ArrayList<>();

    Run(
        Path folder,
        BenchedFile file,
        Worker readers,
        Worker cachers,
        Worker retriever,
        Nginx nginx) {
      this.folder = folder;
      this.readers = readers;
      this.cachers = cachers;
      this.retriever = retriever;
      this.nginx = nginx;
      this.hotPort = retriever.greeting().get("hot").asText();
      this.coldPort = retriever.greeting().get("cold").asText();
      this.target = "/file/" + file.record().manifest().fid().toHex();
    }

    List<Goal> goals() {
      return goals;
    }

    void measure() throws IOException {
      if (nginx.port().isEmpty()) {
        notes.add("nginx is ABSENT, there is nothing to compare with: apt-get install nginx-light");
      }
      whole();
      ranges();
      firstBytes();
      double sha = stages();
      throughCachers(sha);
      stalled();
      streams();
    }

    private void whole() throws IOException {
      progress.println("the hot file, whole");
      for (Optional<String> port : List.of(Optional.of(hotPort), nginx.port())) {
        if (port.isPresent()) {
          readers.ask("whole " + port.get() + " " + target(port.get()) + " " + settings.millis());
        }
      }
      Rounds own = new Rounds();
      Rounds others = new Rounds();
      Rounds ratios = new Rounds();
      double cpu = 0;
      double gib = 0;
      for (int round = 0; round < settings.rounds(); round++) {
        double before = cpuSeconds();
        double mine = gigabytesPerSecond(hotPort);
        cpu += cpuSeconds() - before;
        gib += mine * settings.seconds() * 1e9 / (1L << 30);
        own.add(mine);
        if (nginx.port().isPresent()) {
          double other = gigabytesPerSecond(nginx.port().get());
          others.add(other);
          ratios.add(mine / other);
        }
      }
      figures.add(own.figure("hot, whole, retriever", "GB/s"));
      stages.add(new Stage("serve", cpu / gib, own.median()));
      if (nginx.port().isPresent()) {
        figures.add(others.figure("hot, whole, nginx", "GB/s"));
        figures.add(ratios.figure("hot, whole, retriever / nginx", ""));
        goals.add(Goal.atLeast("hot, whole, of nginx", ratios.median(), 0.7));
      }
    }

    private double cpuSeconds() throws IOException {
      return retriever.ask("cpu").get("seconds").asDouble();
    }

    private String target(String port) {
      return port.equals(hotPort) || port.equals(coldPort) ? target : "/file";
    }

    private double gigabytesPerSecond(String port) throws IOException {
      return readers
          .ask("whole " + port + " " + target(port) + " " + settings.millis())
          .get("gigabytesPerSecond")
          .asDouble();
    }

    private void ranges() throws IOException {
      progress.println("random ranges of 4 KiB");
      Path askedHere = rangesAsked(target);
      Path askedOfNginx = rangesAsked("/file");
      Rounds own = new Rounds();
      Rounds others = new Rounds();
      Rounds p99 = new Rounds();
      readers.ask(ranges(hotPort, askedHere));
      for (int round = 0; round < settings.rounds(); round++) {
        JsonNode said = readers.ask(ranges(hotPort, askedHere));
        own.add(said.get("perSecond").asDouble());
        p99.add(said.get("p99").asDouble());
        if (nginx.port().isPresent()) {
          others.add(
              readers.ask(ranges(nginx.port().get(), askedOfNginx)).get("perSecond").asDouble());
        }
      }
      figures.add(own.figure("hot, 4 KiB ranges, retriever", "/s"));
      figures.add(p99.figure("hot, 4 KiB ranges, retriever, p99", "us"));
      if (nginx.port().isPresent()) {
        figures.add(others.figure("hot, 4 KiB ranges, nginx", "/s"));
      }
      goals.add(Goal.atLeast("hot, 4 KiB ranges a second", own.median(), 20_000));
    }

    private String ranges(String port, Path asked) {
      return String.join(
          " ",
          "ranges",
          port,
          String.valueOf(RANGE_CONNECTIONS),
          String.valueOf(settings.millis()),
          asked.toString());
    }

    private Path rangesAsked(String of) throws IOException {
      SplittableRandom random = new SplittableRandom(2);
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < RANGES; i++) {
        long first = random.nextLong(BenchedFile.BYTES - RANGE_BYTES);
        lines.add(of + " " + first + "-" + (first + RANGE_BYTES - 1));
      }
      return Files.write(Files.createTempFile(folder, "ranges", ""), lines);
    }

    private void firstBytes() throws IOException {
      progress.println("first bytes");
      readers.ask("first " + hotPort + " " + target + " " + FIRSTS);
      JsonNode hot = readers.ask("first " + hotPort + " " + target + " " + FIRSTS);
      add("hot, first byte, p50", hot.get("p50").asDouble() / 1e3, "ms");
      add("hot, first byte, p99", hot.get("p99").asDouble() / 1e3, "ms");
      goals.add(Goal.atMost("hot, first byte, p99, ms", hot.get("p99").asDouble() / 1e3, 5));
      retriever.ask("first " + COLD_FIRSTS);
      JsonNode cold = retriever.ask("first " + COLD_FIRSTS);
      double more = (cold.get("firstP50").asDouble() - cold.get("fragmentP50").asDouble()) / 1e3;
      add("cold, one fragment alone, p50", cold.get("fragmentP50").asDouble() / 1e3, "ms");
      add("cold, first piece, p50", cold.get("firstP50").asDouble() / 1e3, "ms");
      add("cold, first piece, p99", cold.get("firstP99").asDouble() / 1e3, "ms");
      goals.add(Goal.atMost("cold, first piece after a fragment's time, ms", more, 10));
    }

    private void add(String name, double value, String unit) {
      figures.add(new Figure(name, value, value, value, unit));
    }

    /** Each stage alone. Returns how fast SHA-256 is. */
    private double stages() throws IOException {
      progress.println("each stage by itself");
      double sha = 0;
      for (String stage : List.of("fetch", "sha", "decode")) {
        retriever.ask(stage + " " + settings.millis());
        JsonNode said = retriever.ask(stage + " " + settings.millis());
        double speed = said.get("gigabytesPerSecond").asDouble();
        boolean isSha = stage.equals("sha");
        stages.add(
            new Stage(isSha ? "verify" : stage, said.get("cpuSecondsPerGib").asDouble(), speed));
        sha = isSha ? speed : sha;
      }
      return sha;
    }

    private void throughCachers(double sha) throws IOException {
      progress.println("the cold file, whole, from cachers");
      retriever.ask("read " + settings.millis());
      JsonNode alone = retriever.ask("read " + settings.millis());
      add("cold, through cachers, engine", alone.get("gigabytesPerSecond").asDouble(), "GB/s");
      stages.add(
          new Stage(
              "fetch+verify",
              alone.get("cpuSecondsPerGib").asDouble(),
              alone.get("gigabytesPerSecond").asDouble()));
      Rounds rounds = new Rounds();
      for (int round = 0; round < settings.rounds(); round++) {
        rounds.add(gigabytesPerSecond(coldPort));
      }
      figures.add(rounds.figure("cold, through cachers, HTTP", "GB/s"));
      add("SHA-256", sha, "GB/s");
      goals.add(Goal.atLeast("cold, through cachers, of SHA-256", rounds.median() / sha, 0.6));
    }

    private void stalled() throws IOException {
      progress.println("segments, without and with one of twelve cachers stalled");
      cachers.ask("delay " + DELAY_MILLIS);
      retriever.ask("segments " + settings.segments());
      JsonNode well = retriever.ask("segments " + settings.segments());
      cachers.ask("stall 1");
      JsonNode one = retriever.ask("segments " + settings.segments());
      cachers.ask("stall -1");
      cachers.ask("delay 0");
      for (String figure : List.of("p50", "p99")) {
        add("segments, all well, " + figure, well.get(figure).asDouble() / 1e3, "ms");
        add("segments, one stalled, " + figure, one.get(figure).asDouble() / 1e3, "ms");
      }
      add("segments, one stalled, extra bytes", 100 * one.get("extraShare").asDouble(), "%");
      goals.add(
          Goal.atMost(
              "segments, one stalled, p99 ratio",
              one.get("p99").asDouble() / well.get("p99").asDouble(),
              1.3));
    }

    private void streams() throws IOException {
      progress.println("1000 streams at a time");
      JsonNode held = readers.ask("hold " + hotPort + " " + target + " " + STREAMS + " 3000");
      JsonNode heap = retriever.ask("heap");
      add("streams at a time", held.get("streams").asDouble(), "");
      add("heap after them", heap.get("usedBytes").asDouble() / MIB, "MiB");
      add("heap committed after them", heap.get("committedBytes").asDouble() / MIB, "MiB");
      add("direct memory after them", heap.get("directBytes").asDouble() / MIB, "MiB");
      goals.add(Goal.atLeast("streams at a time", held.get("streams").asDouble(), STREAMS));
      goals.add(
          Goal.atMost(
              "heap committed at 1000 streams, MiB",
              heap.get("committedBytes").asDouble() / MIB,
              512));
    }
  }
}

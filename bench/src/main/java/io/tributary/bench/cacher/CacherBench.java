package io.tributary.bench.cacher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.bench.Goal;
import io.tributary.bench.cacher.CacherReport.Figure;
import io.tributary.bench.cacher.CacherReport.Heap;
import io.tributary.bench.cacher.CacherReport.Ratio;
import io.tributary.bench.cacher.CacherReport.Setup;
import io.tributary.bench.cacher.Row.Server;
import io.tributary.bench.process.Worker;
import io.tributary.bench.store.StoreBench;
import io.tributary.bench.store.StoreReport;
import io.tributary.cacher.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Measures a cacher beside nginx and Varnish on the same objects, in turns: in each round every
 * server answers every row's requests for a while, and the order alternates, so that what else the
 * machine does falls on all alike.
 */
public final class CacherBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path CONGESTION = Path.of("/proc/sys/net/ipv4/tcp_congestion_control");
  private static final int CHECKED = 3;

  private final Settings settings;
  private final PrintStream progress;
  private final boolean isPinned = Peer.program("taskset").isPresent();

  /** A measurement that tells what goes on. */
  public CacherBench(Settings settings, PrintStream progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * What to measure, and for how long.
   *
   * @param directory on the disk to be measured; a folder is made in it and removed
   * @param rounds how many rounds
   * @param seconds how long each figure is measured in each round
   * @param warmUpSeconds how long a row's requests are answered before the first round
   * @param largeBytes the quota of the large store; 0 to leave the store by itself out
   * @param rows labels of the rows to be measured; all if there are none
   */
  public record Settings(
      Path directory,
      int rounds,
      double seconds,
      double warmUpSeconds,
      long largeBytes,
      Set<String> rows) {
    /** Checks the numbers, and that there are such rows. */
    public Settings {
      rows = Set.copyOf(rows);
      for (String row : rows) {
        if (Arrays.stream(Row.values()).noneMatch(each -> each.label().equals(row))) {
          throw new IllegalArgumentException("there is no row \"" + row + "\"");
        }
      }
      if (rounds < 1 || !(seconds > 0) || !(warmUpSeconds >= 0) || largeBytes < 0) {
        throw new IllegalArgumentException("a measurement needs rounds and time");
      }
    }
  }

  /** Returns a report as a JSON object. */
  public static String toJson(CacherReport report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of ours cannot be written as JSON", e);
    }
  }

  /** Runs everything; takes some minutes. */
  public CacherReport run() throws IOException, StoreException, InterruptedException {
    Path folder = Files.createTempDirectory(settings.directory(), "tributary-bench-cacher");
    try {
      progress.println("making objects");
      Corpus objects = Corpus.make(folder.resolve("objects"));
      Path peersFolder = Files.createDirectories(folder.resolve("peers"));
      List<Goal> goals = new ArrayList<>();
      List<String> notes = new ArrayList<>();
      List<Figure> figures = new ArrayList<>();
      List<Ratio> ratios = new ArrayList<>();
      List<String> versions = new ArrayList<>();
      Heap heap;
      try (Worker client = client(objects);
          Worker server = server(folder, client.address());
          Peers peers = Peers.start(peersFolder, objects, isPinned)) {
        peers.nginx().ifPresent(each -> versions.add(each.version()));
        peers.varnish().ifPresent(each -> versions.add(each.version()));
        Rig rig = new Rig(objects, client, server, peers);
        absent(peers, notes);
        rig.measure();
        for (Row row : Row.values()) {
          figures.addAll(rig.figures(row));
          ratios.addAll(rig.ratios(row));
        }
        JsonNode said = server.ask("heap");
        heap = new Heap(said.get("usedBytes").asLong(), said.get("committedBytes").asLong());
      }
      goals.addAll(goals(figures, ratios));
      remove(folder.resolve("objects"));
      List<StoreReport> store = new ArrayList<>();
      if (settings.largeBytes() > 0) {
        store.add(new StoreBench(folder, settings.largeBytes(), progress).run());
        store.get(0).goals().forEach(each -> goals.add(plain(each)));
      } else {
        notes.add("the store by itself was left out");
      }
      return new CacherReport(setup(versions), figures, ratios, heap, store, notes, goals);
    } finally {
      remove(folder);
    }
  }

  private static void absent(Peers peers, List<String> notes) {
    if (peers.nginx().isEmpty()) {
      notes.add("nginx is ABSENT, there is nothing to compare with: apt-get install nginx-light");
    }
    if (peers.varnish().isEmpty()) {
      notes.add(
          "Varnish is ABSENT: apt-get install varnish (and nginx, which it gets things from)");
    }
  }

  private static Goal plain(StoreReport.Goal goal) {
    return goal.isAtMost()
        ? Goal.atMost(goal.name(), goal.value(), goal.wanted())
        : Goal.atLeast(goal.name(), goal.value(), goal.wanted());
  }

  private static List<Goal> goals(List<Figure> figures, List<Ratio> ratios) {
    List<Goal> goals = new ArrayList<>();
    Map<String, Double> wanted = new LinkedHashMap<>();
    wanted.put(Row.HTTP_LARGE + "/" + Server.NGINX, 1.0);
    wanted.put(Row.HTTP_SMALL + "/" + Server.NGINX, 1.0);
    wanted.put(Row.HTTP_SMALL + "/" + Server.VARNISH, 2.2);
    wanted.put(Row.TLS_LARGE + "/" + Server.NGINX, 1.6);
    wanted.put(Row.TLS_SMALL + "/" + Server.NGINX, 1.15);
    for (Ratio ratio : ratios) {
      for (Row row : Row.values()) {
        for (Server server : Server.values()) {
          Double least = wanted.get(row + "/" + server);
          if (least != null
              && ratio.row().equals(row.label())
              && ratio.server().equals(server.label())) {
            goals.add(Goal.atLeast(row.label() + ", of " + server.label(), ratio.median(), least));
          }
        }
      }
    }
    figures.stream()
        .filter(each -> each.row().equals(Row.LIBP2P.label()))
        .filter(each -> each.server().equals(Server.CACHER.label()))
        .forEach(
            each -> goals.add(Goal.atLeast(each.row() + ", GB/s", each.gigabytesPerSecond(), 1.3)));
    return goals;
  }

  private Worker client(Corpus objects) throws IOException {
    return Worker.start(
        "client",
        Worker.pinned(isPinned, 1, java(ClientMain.class, objects.certificate().toString())),
        Optional.empty());
  }

  private Worker server(Path folder, String guest) throws IOException {
    return Worker.start(
        "cacher",
        Worker.pinned(
            isPinned,
            0,
            java(
                ServerMain.class,
                folder.resolve("cacher").toString(),
                folder.resolve("objects").toString(),
                guest)),
        Optional.empty());
  }

  private static List<String> java(Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Those of the launcher, with the most heap that a cacher is to need. */
  private static List<String> flags() {
    List<String> flags =
        new ArrayList<>(List.of("-Xmx512m", "-Dio.netty.leakDetection.level=disabled"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .forEach(flags::add);
    return flags;
  }

  /** All that runs while rows are measured. */
  private final class Rig {
    private final Corpus objects;
    private final Worker client;
    private final Peers peers;
    private final String[] cacher;
    private final ProcessHandle cacherProcess;
    private final Map<Row, Map<Server, List<Sample>>> samples = new LinkedHashMap<>();

    Rig(Corpus objects, Worker client, Worker server, Peers peers) {
      this.objects = objects;
      this.client = client;
      this.peers = peers;
      this.cacher = server.address().split(" ", -1);
      this.cacherProcess = server.handle();
    }

    void measure() throws IOException, InterruptedException {
      List<Row> rows =
          Arrays.stream(Row.values())
              .filter(each -> settings.rows().isEmpty() || settings.rows().contains(each.label()))
              .toList();
      for (Row row : rows) {
        for (Server server : here(row)) {
          progress.println("warming up " + row.label() + " of " + server.label());
          if (row.command().equals("plain")) {
            check(row, server);
          }
          boolean isOurs = server == Server.CACHER || server == Server.BARE_TLS;
          double seconds = isOurs ? settings.warmUpSeconds() : 1;
          client.ask(command(row, server, Math.round(Math.max(0.1, seconds) * 1000)));
        }
      }
      for (int round = 0; round < settings.rounds(); round++) {
        progress.println("round " + (round + 1) + " of " + settings.rounds());
        for (Row row : rows) {
          List<Server> order = new ArrayList<>(here(row));
          if (round % 2 == 1) {
            Collections.reverse(order);
          }
          for (Server server : order) {
            samples
                .computeIfAbsent(row, each -> new LinkedHashMap<>())
                .computeIfAbsent(server, each -> new ArrayList<>())
                .add(sample(row, server));
          }
        }
      }
    }

    private List<Server> here(Row row) {
      return row.servers().stream().filter(each -> process(each).isPresent()).toList();
    }

    private Optional<ProcessHandle> process(Server server) {
      return switch (server) {
        case NGINX -> peers.nginx().map(Peer::handle);
        case VARNISH -> peers.varnish().map(Peer::handle);
        case CACHER, BARE_TLS -> Optional.of(cacherProcess);
      };
    }

    private String port(Row row, Server server) {
      boolean isTls = row.command().equals("tls");
      return switch (server) {
        case NGINX -> String.valueOf(isTls ? peers.tlsPort() : peers.nginx().orElseThrow().port());
        case VARNISH -> String.valueOf(peers.varnish().orElseThrow().port());
        case CACHER -> isTls ? cacher[1] : cacher[0];
        case BARE_TLS -> cacher[4];
      };
    }

    private Path targets(Row row, Server server) throws IOException {
      return server == Server.CACHER
          ? objects.fragmentsAsked(row.isSmall())
          : objects.filesAsked(row.isSmall());
    }

    private String command(Row row, Server server, long millis) throws IOException {
      if (server == Server.BARE_TLS) {
        return String.join(
            " ",
            "bare",
            port(row, server),
            String.valueOf(row.connections()),
            String.valueOf(millis),
            objects.names().toString());
      }
      return row == Row.LIBP2P
          ? String.join(
              " ",
              "libp2p",
              cacher[2],
              cacher[3],
              String.valueOf(row.connections()),
              String.valueOf(millis),
              objects.names().toString())
          : String.join(
              " ",
              row.command(),
              port(row, server),
              String.valueOf(row.connections()),
              String.valueOf(millis),
              targets(row, server).toString());
    }

    /** Sees whether some answers are right. */
    private void check(Row row, Server server) throws IOException, InterruptedException {
      List<String> asked = Files.readAllLines(targets(row, server));
      List<String> files = Files.readAllLines(objects.filesAsked(row.isSmall()));
      for (int i = 0; i < CHECKED; i++) {
        int number = i * (asked.size() - 1) / (CHECKED - 1);
        byte[] is = Fetched.bytes(Integer.parseInt(port(row, server)), asked.get(number));
        byte[] wanted = Files.readAllBytes(objects.root().resolve(files.get(number).substring(1)));
        if (!Arrays.equals(is, wanted)) {
          throw new IOException(server.label() + " answers wrong bytes for " + asked.get(number));
        }
      }
    }

    private Sample sample(Row row, Server server) throws IOException {
      ProcessHandle process = process(server).orElseThrow();
      double before = cpuSeconds(process);
      JsonNode said = client.ask(command(row, server, Math.round(settings.seconds() * 1000)));
      double cpu = cpuSeconds(process) - before;
      return new Sample(
          said.get("perSecond").asDouble(),
          said.get("gigabytesPerSecond").asDouble(),
          cpu / said.get("seconds").asDouble(),
          said.get("clientCpu").asDouble(),
          said.get("p50").asDouble(),
          said.get("p99").asDouble(),
          said.get("p999").asDouble());
    }

    List<Figure> figures(Row row) {
      List<Figure> figures = new ArrayList<>();
      samples
          .getOrDefault(row, Map.of())
          .forEach(
              (server, list) ->
                  figures.add(
                      new Figure(
                          row.label(),
                          server.label(),
                          median(list, Sample::perSecond),
                          list.stream().mapToDouble(Sample::perSecond).min().orElse(0),
                          list.stream().mapToDouble(Sample::perSecond).max().orElse(0),
                          median(list, Sample::gigabytesPerSecond),
                          median(list, Sample::serverCpu),
                          median(list, Sample::clientCpu),
                          median(list, Sample::p50),
                          median(list, Sample::p99),
                          median(list, Sample::p999))));
      return figures;
    }

    List<Ratio> ratios(Row row) {
      Map<Server, List<Sample>> measured = samples.getOrDefault(row, Map.of());
      List<Sample> own = measured.getOrDefault(Server.CACHER, List.of());
      List<Ratio> ratios = new ArrayList<>();
      measured.forEach(
          (server, list) -> {
            if (server != Server.CACHER) {
              List<Double> sorted = new ArrayList<>();
              for (int i = 0; i < list.size(); i++) {
                sorted.add(own.get(i).perSecond() / list.get(i).perSecond());
              }
              sorted.sort(Comparator.naturalOrder());
              ratios.add(
                  new Ratio(
                      row.label(),
                      server.label(),
                      sorted.get(sorted.size() / 2),
                      sorted.get(0),
                      sorted.get(sorted.size() - 1)));
            }
          });
      return ratios;
    }
  }

  /** One server's answers in one round. */
  private record Sample(
      double perSecond,
      double gigabytesPerSecond,
      double serverCpu,
      double clientCpu,
      double p50,
      double p99,
      double p999) {}

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
    double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static double cpuSeconds(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .map(each -> each.info().totalCpuDuration())
        .flatMap(Optional::stream)
        .mapToDouble(each -> each.toNanos() / 1e9)
        .sum();
  }

  private Setup setup(List<String> versions) {
    return new Setup(
        congestion(), flags(), versions, isPinned, settings.rounds(), settings.seconds());
  }

  private static String congestion() {
    try {
      return Files.readString(CONGESTION).strip();
    } catch (IOException e) {
      return "unknown congestion control";
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package io.tributary.bench.retriever;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.bench.Goal;
import io.tributary.bench.process.Worker;
import io.tributary.bench.retriever.RetrieverReport.Stage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** What is measured of a file that is in the retriever's cache. */
final class HotRun {
  private static final int RANGES = 4096;
  private static final int RANGE_BYTES = 4096;
  private static final int RANGE_CONNECTIONS = 32;
  private static final int FIRSTS = 500;
  private static final int WARMING_FIRSTS = 15_000;
  private static final int STREAMS = 1000;
  private static final double MIB = 1L << 20;

  private final RetrieverBench.Settings settings;
  private final PrintStream progress;
  private final Path folder;
  private final Worker readers;
  private final Worker retriever;
  private final Optional<String> nginxPort;
  private final String port;
  private final String target;
  private final Findings findings;

  HotRun(
      RetrieverBench.Settings settings,
      PrintStream progress,
      Path folder,
      String target,
      Worker readers,
      Worker retriever,
      Nginx nginx,
      Findings findings) {
    this.settings = settings;
    this.progress = progress;
    this.folder = folder;
    this.readers = readers;
    this.retriever = retriever;
    this.nginxPort = nginx.port();
    this.port = retriever.greeting().get("hot").asText();
    this.target = target;
    this.findings = findings;
  }

  void measure() throws IOException {
    if (nginxPort.isEmpty()) {
      findings.notes.add(
          "nginx is ABSENT, there is nothing to compare with: apt-get install nginx-light");
    }
    whole();
    ranges();
    firstBytes();
    streams();
  }

  private void whole() throws IOException {
    progress.println("the hot file, whole");
    Findings.warmUp(() -> gigabytesPerSecond(port, target));
    if (nginxPort.isPresent()) {
      gigabytesPerSecond(nginxPort.get(), "/file");
    }
    Rounds own = new Rounds();
    Rounds others = new Rounds();
    Rounds ratios = new Rounds();
    double cpu = 0;
    double gib = 0;
    for (int round = 0; round < settings.rounds(); round++) {
      double before = cpuSeconds();
      double mine = gigabytesPerSecond(port, target);
      cpu += cpuSeconds() - before;
      gib += mine * settings.seconds() * 1e9 / (1L << 30);
      own.add(mine);
      if (nginxPort.isPresent()) {
        double other = gigabytesPerSecond(nginxPort.get(), "/file");
        others.add(other);
        ratios.add(mine / other);
      }
    }
    findings.figures.add(own.figure("hot, whole, retriever", "GB/s"));
    findings.stages.add(new Stage("serve", cpu / gib, own.median()));
    if (nginxPort.isPresent()) {
      findings.figures.add(others.figure("hot, whole, nginx", "GB/s"));
      findings.figures.add(ratios.figure("hot, whole, retriever / nginx", ""));
      findings.goals.add(Goal.atLeast("hot, whole, of nginx", ratios.median(), 0.7));
    }
  }

  private double cpuSeconds() throws IOException {
    return retriever.ask("cpu").get("seconds").asDouble();
  }

  private double gigabytesPerSecond(String from, String what) throws IOException {
    return readers
        .ask("whole " + from + " " + what + " " + settings.millis())
        .get("gigabytesPerSecond")
        .asDouble();
  }

  private void ranges() throws IOException {
    progress.println("random ranges of 4 KiB");
    String askedHere = ranges(port, asked(target));
    String askedOfNginx = ranges(nginxPort.orElse(""), asked("/file"));
    Findings.warmUp(() -> perSecond(askedHere));
    Rounds own = new Rounds();
    Rounds others = new Rounds();
    Rounds p99 = new Rounds();
    for (int round = 0; round < settings.rounds(); round++) {
      JsonNode said = readers.ask(askedHere);
      own.add(said.get("perSecond").asDouble());
      p99.add(said.get("p99").asDouble());
      if (nginxPort.isPresent()) {
        others.add(perSecond(askedOfNginx));
      }
    }
    findings.figures.add(own.figure("hot, 4 KiB ranges, retriever", "/s"));
    findings.figures.add(p99.figure("hot, 4 KiB ranges, retriever, p99", "us"));
    if (nginxPort.isPresent()) {
      findings.figures.add(others.figure("hot, 4 KiB ranges, nginx", "/s"));
    }
    findings.goals.add(Goal.atLeast("hot, 4 KiB ranges a second", own.median(), 20_000));
    paced(askedHere, askedOfNginx, own.median() / 2);
  }

  /** The same in an open loop: half as many as the retriever can, of each. */
  private void paced(String askedHere, String askedOfNginx, double perSecond) throws IOException {
    Paced own = new Paced();
    Paced others = new Paced();
    for (int round = 0; round < settings.rounds(); round++) {
      own.add(askPaced(askedHere, perSecond));
      if (nginxPort.isPresent()) {
        others.add(askPaced(askedOfNginx, perSecond));
      }
    }
    findings.add("hot, 4 KiB ranges, open loop, asked", perSecond, "/s");
    own.tell("retriever");
    if (nginxPort.isPresent()) {
      others.tell("nginx");
    }
  }

  private JsonNode askPaced(String ranges, double perSecond) throws IOException {
    return readers.ask(ranges.replaceFirst("^ranges", "paced") + " " + perSecond);
  }

  /** What rounds of an open loop found of one server. */
  private final class Paced {
    private final Rounds perSecond = new Rounds();
    private final Rounds p50 = new Rounds();
    private final Rounds p99 = new Rounds();
    private final Rounds p999 = new Rounds();

    void add(JsonNode said) {
      perSecond.add(said.get("perSecond").asDouble());
      p50.add(said.get("p50").asDouble());
      p99.add(said.get("p99").asDouble());
      p999.add(said.get("p999").asDouble());
    }

    void tell(String who) {
      String name = "hot, 4 KiB ranges, open loop, " + who + ", ";
      findings.figures.add(perSecond.figure(name + "answered", "/s"));
      findings.figures.add(p50.figure(name + "p50", "us"));
      findings.figures.add(p99.figure(name + "p99", "us"));
      findings.figures.add(p999.figure(name + "p99.9", "us"));
    }
  }

  private double perSecond(String ranges) throws IOException {
    return readers.ask(ranges).get("perSecond").asDouble();
  }

  private String ranges(String from, Path asked) {
    return String.join(
        " ",
        "ranges",
        from,
        String.valueOf(RANGE_CONNECTIONS),
        String.valueOf(settings.millis()),
        asked.toString());
  }

  private Path asked(String of) throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < RANGES; i++) {
      long first = random.nextLong(BenchedFile.BYTES - RANGE_BYTES);
      lines.add(of + " " + first + "-" + (first + RANGE_BYTES - 1));
    }
    return Files.write(Files.createTempFile(folder, "ranges", ""), lines);
  }

  private void firstBytes() throws IOException {
    progress.println("first bytes of the hot file");
    // What a connection begins and ends with is compiled late, on the core that answers.
    first(port, target, WARMING_FIRSTS);
    Rounds own = new Rounds();
    Rounds ownP99 = new Rounds();
    Rounds others = new Rounds();
    Rounds othersP99 = new Rounds();
    for (int round = 0; round < settings.rounds(); round++) {
      JsonNode hot = first(port, target, FIRSTS);
      own.add(hot.get("p50").asDouble() / 1e3);
      ownP99.add(hot.get("p99").asDouble() / 1e3);
      if (nginxPort.isPresent()) {
        JsonNode other = first(nginxPort.get(), "/file", FIRSTS);
        others.add(other.get("p50").asDouble() / 1e3);
        othersP99.add(other.get("p99").asDouble() / 1e3);
      }
    }
    findings.figures.add(own.figure("hot, first byte, p50", "ms"));
    findings.figures.add(ownP99.figure("hot, first byte, p99", "ms"));
    if (nginxPort.isPresent()) {
      findings.figures.add(others.figure("hot, first byte, nginx, p50", "ms"));
      findings.figures.add(othersP99.figure("hot, first byte, nginx, p99", "ms"));
    }
    findings.goals.add(Goal.atMost("hot, first byte, p99, ms", ownP99.median(), 5));
  }

  private JsonNode first(String from, String what, int count) throws IOException {
    return readers.ask("first " + from + " " + what + " " + count);
  }

  private void streams() throws IOException {
    progress.println(STREAMS + " streams at a time");
    JsonNode held = readers.ask("hold " + port + " " + target + " " + STREAMS);
    JsonNode heap = retriever.ask("heap");
    double streams = retriever.ask("streams").get("hot").asDouble();
    readers.ask("release 0");
    double committed = heap.get("committedBytes").asDouble() / MIB;
    findings.add("streams that bytes came of", held.get("streams").asDouble(), "");
    findings.add("streams under way in the retriever", streams, "");
    findings.add("heap during them", heap.get("usedBytes").asDouble() / MIB, "MiB");
    findings.add("heap committed during them", committed, "MiB");
    findings.add("direct memory during them", heap.get("directBytes").asDouble() / MIB, "MiB");
    findings.goals.add(
        Goal.atLeast(
            "streams at a time", Math.min(streams, held.get("streams").asDouble()), STREAMS));
    findings.goals.add(Goal.atMost("heap committed at 1000 streams, MiB", committed, 512));
  }
}

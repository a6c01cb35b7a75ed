package io.tributary.bench.retriever;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.bench.Goal;
import io.tributary.bench.process.Worker;
import io.tributary.bench.retriever.RetrieverReport.Stage;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** What is measured of a file that the retriever does not have, but twelve cachers do. */
final class ColdRun {
  private static final int FIRSTS = 60;
  private static final int GONE = 10;

  /** How long cachers take to answer while one of them is stalled. */
  private static final int DELAY_MILLIS = 20;

  /** How long they take when clients leave: nothing ends before by itself. */
  private static final int LONG_DELAY_MILLIS = 3000;

  private final RetrieverBench.Settings settings;
  private final PrintStream progress;
  private final Worker readers;
  private final Worker cachers;
  private final Worker retriever;
  private final String port;
  private final String target;
  private final Findings findings;

  ColdRun(
      RetrieverBench.Settings settings,
      PrintStream progress,
      String target,
      Worker readers,
      Worker cachers,
      Worker retriever,
      Findings findings) {
    this.settings = settings;
    this.progress = progress;
    this.readers = readers;
    this.cachers = cachers;
    this.retriever = retriever;
    this.port = retriever.greeting().get("cold").asText();
    this.target = target;
    this.findings = findings;
  }

  /** Measures what one core does, alone. Returns how fast SHA-256 is on it, in GB/s. */
  double onOneCore() throws IOException {
    firstPieces();
    return stages();
  }

  /**
   * Measures what all cores do together, as in a node: what comes from one cacher is decrypted and
   * hashed on one core, what comes from another on the next.
   */
  void onAllCores(double sha) throws IOException {
    throughCachers(sha);
    stalled();
    gone();
  }

  private void firstPieces() throws IOException {
    progress.println("first bytes of the cold file");
    String first = "first " + FIRSTS;
    Findings.warmUp(() -> 1 / retriever.ask(first).get("firstP50").asDouble());
    JsonNode cold = retriever.ask(first);
    double alone = cold.get("fragmentP50").asDouble() / 1e3;
    double first50 = cold.get("firstP50").asDouble() / 1e3;
    findings.add("cold, one fragment alone, p50", alone, "ms");
    findings.add("cold, first piece, p50", first50, "ms");
    findings.add("cold, first piece, p99", cold.get("firstP99").asDouble() / 1e3, "ms");
    findings.goals.add(
        Goal.atMost("cold, first piece after a fragment's time, ms", first50 - alone, 10));
  }

  /** Each stage alone. Returns how fast SHA-256 is. */
  private double stages() throws IOException {
    progress.println("each stage by itself");
    double sha = 0;
    for (String stage : List.of("fetch", "sha", "tree", "decode")) {
      retriever.ask(stage + " " + settings.millis());
      JsonNode said = retriever.ask(stage + " " + settings.millis());
      double speed = said.get("gigabytesPerSecond").asDouble();
      String name =
          switch (stage) {
            case "sha" -> "verify";
            case "tree" -> "chunk tree";
            default -> stage;
          };
      findings.stages.add(new Stage(name, said.get("cpuSecondsPerGib").asDouble(), speed));
      sha = stage.equals("sha") ? speed : sha;
    }
    return sha;
  }

  private void throughCachers(double sha) throws IOException {
    progress.println("the cold file, whole, from cachers");
    String read = "read " + settings.millis();
    Findings.warmUp(() -> retriever.ask(read).get("gigabytesPerSecond").asDouble());
    JsonNode alone = retriever.ask(read);
    double engine = alone.get("gigabytesPerSecond").asDouble();
    findings.add("cold, through cachers, engine", engine, "GB/s");
    findings.stages.add(
        new Stage("fetch+verify", alone.get("cpuSecondsPerGib").asDouble(), engine));
    Findings.warmUp(this::wholeThroughCachers);
    Rounds rounds = new Rounds();
    for (int round = 0; round < settings.rounds(); round++) {
      rounds.add(wholeThroughCachers());
    }
    findings.figures.add(rounds.figure("cold, through cachers, HTTP", "GB/s"));
    findings.add("SHA-256, one core", sha, "GB/s");
    findings.goals.add(
        Goal.atLeast("cold, through cachers, HTTP, of SHA-256", rounds.median() / sha, 0.6));
  }

  private double wholeThroughCachers() throws IOException {
    return readers
        .ask("whole " + port + " " + target + " " + settings.millis())
        .get("gigabytesPerSecond")
        .asDouble();
  }

  private void stalled() throws IOException {
    progress.println("segments, without and with one of twelve cachers stalled");
    cachers.ask("delay " + DELAY_MILLIS);
    String segments = "segments " + settings.segments();
    retriever.ask(segments);
    JsonNode well = retriever.ask(segments);
    cachers.ask("stall 1");
    JsonNode one = retriever.ask(segments);
    cachers.ask("stall -1");
    cachers.ask("delay 0");
    for (String figure : List.of("p50", "p99")) {
      findings.add("segments, all well, " + figure, well.get(figure).asDouble() / 1e3, "ms");
      findings.add("segments, one stalled, " + figure, one.get(figure).asDouble() / 1e3, "ms");
    }
    findings.add("segments, one stalled, slowest", one.get("p100").asDouble() / 1e3, "ms");
    findings.add("segments, one stalled, extra bytes", 100 * one.get("extraShare").asDouble(), "%");
    findings.goals.add(
        Goal.atMost(
            "segments, one stalled, p99 ratio",
            one.get("p99").asDouble() / well.get("p99").asDouble(),
            1.3));
  }

  /** How soon cachers are left alone when the only client goes. */
  private void gone() throws IOException {
    progress.println("clients that go away");
    cachers.ask("delay " + LONG_DELAY_MILLIS);
    long sentBefore = cachers.ask("sent").get("bytes").asLong();
    Rounds millis = new Rounds();
    for (int i = 0; i < GONE; i++) {
      readers.ask("open " + port + " " + target);
      while (fetches() == 0) {
        Thread.onSpinWait();
      }
      readers.ask("leave 0");
      long left = System.nanoTime();
      while (fetches() > 0) {
        Thread.onSpinWait();
      }
      millis.add((System.nanoTime() - left) / 1e6);
    }
    // Whatever was asked for and not taken back would be answered by now.
    retriever.ask("sleep " + 2 * LONG_DELAY_MILLIS);
    double sent = (cachers.ask("sent").get("bytes").asLong() - sentBefore) / 1e6;
    cachers.ask("delay 0");
    findings.figures.add(millis.figure("client gone, no fetch under way after", "ms"));
    findings.add("client gone, sent by cachers all the same", sent, "MB");
    findings.goals.add(
        Goal.atMost("client gone, nothing is fetched after, ms", millis.highest(), 1000));
    findings.goals.add(Goal.atMost("client gone, sent all the same, MB", sent, 0));
  }

  private long fetches() throws IOException {
    return retriever.ask("fetches").get("count").asLong();
  }
}

package io.tributary.launcher;

import io.tributary.bench.sim.dht.DhtReport;
import io.tributary.bench.sim.dht.DhtSettings;
import io.tributary.bench.sim.dht.DhtSettings.Attack;
import io.tributary.bench.sim.dht.DhtSimulation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a whole DHT and tells whether content is found in it. */
@Command(
    name = "dht",
    description = {
      "Run a whole DHT in virtual time and tell whether content is found in it.",
      "The nodes are real, the network is not: one seed gives the same run again.",
      "10000 nodes need up to 4 GiB of heap: TRIBUTARY_JAVA_OPTS=-Xmx4g tributary sim dht"
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class SimDhtCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--nodes", defaultValue = "10000", description = "Nodes at a time.")
  private int nodes;

  @Option(
      names = "--minutes",
      defaultValue = "60",
      description = "Virtual minutes after all have joined.")
  private int minutes;

  @Option(
      names = "--lookups",
      defaultValue = "10000",
      description = "Lookups of provided content, spread over that time.")
  private int lookups;

  @Option(names = "--seed", defaultValue = "1", description = "Of all randomness.")
  private long seed;

  @Option(
      names = "--churn",
      defaultValue = "0.3",
      description = "Share of nodes that leave per hour; as many join.")
  private double churn;

  @Option(names = "--loss", defaultValue = "0", description = "Share of messages that are lost.")
  private double loss;

  @Option(
      names = "--unreachable",
      defaultValue = "0",
      description = "Share of nodes behind NATs; they are clients.")
  private double unreachable;

  @Option(
      names = "--sybils",
      defaultValue = "0",
      description = "Share of nodes that answer lookups with each other.")
  private double sybils;

  @Option(
      names = "--attacked",
      defaultValue = "0",
      description = "Contents that sybils, besides the others, have chosen their ids for.")
  private int attacked;

  @Option(names = "--ground", defaultValue = "20", description = "Such sybils at each of them.")
  private int ground;

  @Option(
      names = "--blocks",
      defaultValue = "4",
      description = "Blocks of 65536 addresses in which all of these are.")
  private int blocks;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    DhtSettings settings;
    try {
      settings =
          new DhtSettings(
              nodes,
              Duration.ofMinutes(minutes),
              lookups,
              seed,
              churn,
              loss,
              unreachable,
              sybils,
              new Attack(attacked, ground, blocks));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "sim dht: " + e.getMessage(), e);
    }
    DhtReport report = new DhtSimulation(settings, System::nanoTime).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? Terminal.json(report) : report.toTable());
    out.flush();
    return ExitCode.OK.code();
  }
}

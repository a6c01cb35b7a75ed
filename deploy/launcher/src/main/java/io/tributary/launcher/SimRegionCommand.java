package io.tributary.launcher;

import io.tributary.bench.sim.region.RegionReport;
import io.tributary.bench.sim.region.RegionScenario;
import io.tributary.bench.sim.region.RegionSimulation;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Simulates the membership of a region. */
@Command(
    name = "region",
    description = {
      "Simulate the membership of a region: how changes spread, what a node sends,",
      "newcomers, crashes, a partition and a flood. One seed replays a run exactly."
    },
    mixinStandardHelpOptions = true)
final class SimRegionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--members",
      paramLabel = "N",
      description = "Members of the region, at least 20 (default: ${DEFAULT-VALUE}).")
  private int members = 1000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of all chance (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--partition-members",
      paramLabel = "N",
      description = {
        "Members of the region that is cut in two, if there are more (default: ${DEFAULT-VALUE}).",
        "Its time and memory grow with the square of this."
      })
  private int partitionMembers = 1000;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (members < 20 || members > 16_000) {
      throw new ParameterException(spec.commandLine(), "--members: 20 to 16000, not " + members);
    }
    if (partitionMembers < 20) {
      throw new ParameterException(
          spec.commandLine(), "--partition-members: 20 or more, not " + partitionMembers);
    }
    RegionScenario scenario = RegionScenario.of(members, seed).withPartitionOf(partitionMembers);
    RegionReport report = new RegionSimulation(scenario, System.err).run();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? RegionSimulation.toJson(report) : report.toTable());
    out.flush();
    return ExitCode.OK.code();
  }
}

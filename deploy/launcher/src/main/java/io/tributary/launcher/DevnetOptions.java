package io.tributary.launcher;

import io.tributary.devnet.DevnetPlan;
import io.tributary.devnet.Program;
import io.tributary.origin.dev.runtime.Reach;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say what a devnet consists of. */
final class DevnetOptions {
  @Option(
      names = "--miners",
      defaultValue = "12",
      paramLabel = "N",
      description = "How many storage miners; a file needs 12 (default: ${DEFAULT-VALUE}).")
  private int miners = 12;

  @Option(
      names = "--cachers",
      defaultValue = "4",
      paramLabel = "N",
      description = "How many cachers, each a process (default: ${DEFAULT-VALUE}).")
  private int cachers = 4;

  @Option(
      names = "--retrievers",
      defaultValue = "2",
      paramLabel = "N",
      description = "How many retrievers, each a process (default: ${DEFAULT-VALUE}).")
  private int retrievers = 2;

  @Option(
      names = "--regions",
      split = ",",
      paramLabel = "REGION",
      defaultValue = "eu-west,us-east",
      description = "The regions that nodes are dealt out to in turn (default: ${DEFAULT-VALUE}).")
  private List<String> regions = List.of("eu-west", "us-east");

  @Option(
      names = "--chain-port",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "The chain's port; 0 for any free one (default: ${DEFAULT-VALUE}).")
  private int chainPort;

  @Option(
      names = "--miner-port",
      defaultValue = "0",
      paramLabel = "PORT",
      description =
          "The first miner's port, the others follow; 0 for any (default: ${DEFAULT-VALUE}).")
  private int minerPort;

  @Option(
      names = "--settlement-port",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "The EVM chain's port; 0 for any free one (default: ${DEFAULT-VALUE}).")
  private int settlementPort;

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = {
        "The name by which other machines reach this one. Chains and miners then listen on all",
        "addresses; cachers and retrievers are prepared, each in DIR/NODE, and are to be started on",
        "machines or in containers that are reached as cacher-0, retriever-0 and so on."
      })
  private Optional<String> host = Optional.empty();

  @Option(
      names = "--faults",
      description = "Open a loopback port by which miners can be made to misbehave.")
  private boolean faults;

  DevnetPlan plan(Path directory) {
    try {
      return new DevnetPlan(
          directory,
          tools(),
          miners,
          cachers,
          retrievers,
          regions,
          new DevnetPlan.Ports(chainPort, minerPort, settlementPort, host),
          faults);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, e.getMessage() + "", e);
    }
  }

  /** From where what a plan makes can be reached. */
  Reach reach() {
    return new Reach(host);
  }

  /** Where npm puts anvil, once for all devnets of a user, or where it is already. */
  static Path tools() {
    String given = System.getenv("TRIBUTARY_TOOLS");
    if (given != null && !given.isBlank()) {
      return Path.of(given);
    }
    return Path.of(System.getProperty("user.home"), ".tributary", "tools");
  }

  /** This program, as it was started. */
  static Program program() {
    List<String> java = new ArrayList<>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    return new Program(
        java, List.of("-cp", System.getProperty("java.class.path"), Tributary.class.getName()));
  }
}

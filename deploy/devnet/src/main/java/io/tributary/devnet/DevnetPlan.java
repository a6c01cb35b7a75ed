package io.tributary.devnet;

import io.tributary.content.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a devnet consists of.
 *
 * @param directory where everything is kept; a devnet started there again goes on where it was
 * @param tools where anvil is, or is put by npm
 * @param miners how many storage miners; a file needs 12
 * @param cachers how many cachers, dealt out to the regions in turn
 * @param retrievers how many retrievers, likewise
 * @param regions the regions' names
 * @param ports where chains and miners are reached
 * @param faults whether a port is opened by which miners can be made to misbehave
 */
public record DevnetPlan(
    Path directory,
    Path tools,
    int miners,
    int cachers,
    int retrievers,
    List<String> regions,
    Ports ports,
    boolean faults) {
  /** The most nodes of a kind; each is a process. */
  public static final int MAX_NODES = 32;

  private static final Pattern REGION = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
  private static final int MAX_PORT = 65_535;

  /**
   * Where chains and miners are reached.
   *
   * @param chain the dev chain's port, 0 for any free one
   * @param firstMiner the first miner's port, the others follow; 0 for any free ones
   * @param settlement the EVM chain's port, 0 for any free one
   * @param host the name by which other machines reach this one, where the nodes then run: they are
   *     prepared here, each to be started on a machine that has its name; empty if all of the
   *     network runs on this machine, on loopback
   */
  public record Ports(int chain, int firstMiner, int settlement, Optional<String> host) {
    /** Checks the numbers and the name. */
    public Ports {
      requirePort("chain port", chain);
      requirePort("miner port", firstMiner);
      requirePort("settlement port", settlement);
      host.filter(name -> !HOST.matcher(name).matches())
          .ifPresent(
              name -> {
                throw new IllegalArgumentException("'" + name + "' is no name of a host");
              });
    }

    /** Any free ports on loopback. */
    public static Ports free() {
      return new Ports(0, 0, 0, Optional.empty());
    }

    private static void requirePort(String what, int port) {
      require(port >= 0 && port <= MAX_PORT, what, port);
    }
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException saying which is wrong
   */
  public DevnetPlan {
    regions = List.copyOf(regions);
    require(cachers >= 0 && cachers <= MAX_NODES, "cachers", cachers);
    require(retrievers >= 0 && retrievers <= MAX_NODES, "retrievers", retrievers);
    if (regions.isEmpty()) {
      throw new IllegalArgumentException("there is no region");
    }
    for (String region : regions) {
      if (!REGION.matcher(region).matches()) {
        throw new IllegalArgumentException("'" + region + "' is no region such as eu-west");
      }
    }
  }

  private static void require(boolean holds, String what, int value) {
    if (!holds) {
      throw new IllegalArgumentException(what + " " + value + " is out of range");
    }
  }

  /** Four cachers and two retrievers in two regions, and twelve miners, at free ports. */
  public static DevnetPlan in(Path directory, Path tools) {
    return new DevnetPlan(
        directory, tools, Layout.COLUMNS, 4, 2, List.of("eu-west", "us-east"), Ports.free(), false);
  }

  /** The region of a node. */
  String region(int index) {
    return regions.get(index % regions.size());
  }
}

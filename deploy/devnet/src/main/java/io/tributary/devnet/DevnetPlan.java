package io.tributary.devnet;

import io.tributary.content.Layout;
import java.nio.file.Path;
import java.util.List;
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
 * @param chainPort the dev chain's port, 0 for any free one
 * @param minerPort the first miner's port, the others follow; 0 for any free ones
 * @param faults whether a port is opened by which miners can be made to misbehave
 */
public record DevnetPlan(
    Path directory,
    Path tools,
    int miners,
    int cachers,
    int retrievers,
    List<String> regions,
    int chainPort,
    int minerPort,
    boolean faults) {
  /** The most nodes of a kind; each is a process. */
  public static final int MAX_NODES = 32;

  private static final Pattern REGION = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final int MAX_PORT = 65_535;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException saying which is wrong
   */
  public DevnetPlan {
    regions = List.copyOf(regions);
    require(cachers >= 0 && cachers <= MAX_NODES, "cachers", cachers);
    require(retrievers >= 0 && retrievers <= MAX_NODES, "retrievers", retrievers);
    require(chainPort >= 0 && chainPort <= MAX_PORT, "chain port", chainPort);
    require(minerPort >= 0 && minerPort <= MAX_PORT, "miner port", minerPort);
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
        directory, tools, Layout.COLUMNS, 4, 2, List.of("eu-west", "us-east"), 0, 0, false);
  }

  /** The region of a node. */
  String region(int index) {
    return regions.get(index % regions.size());
  }
}

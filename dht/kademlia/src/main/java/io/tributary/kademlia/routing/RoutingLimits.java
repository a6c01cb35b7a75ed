package io.tributary.kademlia.routing;

/**
 * How large a routing table may grow, and how much of it, and of a search, one network may hold.
 *
 * @param bucketSize peers of a bucket; the k of Kademlia
 * @param replacements peers of a bucket that wait for a place in it
 * @param perPrefixAndBucket peers of a bucket whose addresses lie in one IPv4 /16 or IPv6 /32
 * @param perPrefix peers of the table whose addresses lie in one such block
 * @param perPrefixAndSearch peers among those nearest to a key whose addresses lie in one such
 *     block
 */
public record RoutingLimits(
    int bucketSize,
    int replacements,
    int perPrefixAndBucket,
    int perPrefix,
    int perPrefixAndSearch) {

  /** What holds for all peers of one block when diversity is of no concern. */
  private static final int UNLIMITED = Integer.MAX_VALUE;

  public RoutingLimits {
    requireAtLeast(1, bucketSize, "bucketSize");
    requireAtLeast(0, replacements, "replacements");
    requireAtLeast(1, perPrefixAndBucket, "perPrefixAndBucket");
    requireAtLeast(1, perPrefix, "perPrefix");
    requireAtLeast(1, perPrefixAndSearch, "perPrefixAndSearch");
  }

  private static void requireAtLeast(int least, int value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", at least is " + least);
    }
  }

  /** Of a DHT on the Internet. */
  public static RoutingLimits diverse() {
    return new RoutingLimits(20, 5, 3, 12, 2);
  }

  /** Of a DHT on one site or machine, whose peers are neighbours. */
  public static RoutingLimits local() {
    return new RoutingLimits(20, 5, UNLIMITED, UNLIMITED, UNLIMITED);
  }

  /** Whether the nearest peers of a search must be of several blocks. */
  public boolean areSearchesDiverse() {
    return perPrefixAndSearch != UNLIMITED;
  }

  boolean areDiverse() {
    return perPrefix != UNLIMITED || perPrefixAndBucket != UNLIMITED;
  }
}

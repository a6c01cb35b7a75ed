package io.tributary.kademlia.routing;

/**
 * How large a routing table may grow, and how much of it one network may hold.
 *
 * @param bucketSize peers of a bucket; the k of Kademlia
 * @param replacements peers of a bucket that wait for a place in it
 * @param perPrefixAndBucket peers of a bucket whose addresses lie in one IPv4 /16 or IPv6 /32
 * @param perPrefix peers of the table whose addresses lie in one such block
 */
public record RoutingLimits(
    int bucketSize, int replacements, int perPrefixAndBucket, int perPrefix) {

  /** What holds for all peers of one block when diversity is of no concern. */
  private static final int UNLIMITED = Integer.MAX_VALUE;

  public RoutingLimits {
    if (bucketSize < 1 || replacements < 0 || perPrefixAndBucket < 1 || perPrefix < 1) {
      throw new IllegalArgumentException(
          "bucketSize, perPrefixAndBucket and perPrefix are at least 1, replacements 0; these are "
              + bucketSize
              + ", "
              + perPrefixAndBucket
              + ", "
              + perPrefix
              + ", "
              + replacements);
    }
  }

  /** Of a DHT on the Internet. */
  public static RoutingLimits diverse() {
    return new RoutingLimits(20, 5, 3, 12);
  }

  /** Of a DHT on one site or machine, whose peers are neighbours. */
  public static RoutingLimits local() {
    return new RoutingLimits(20, 5, UNLIMITED, UNLIMITED);
  }

  boolean areDiverse() {
    return perPrefix != UNLIMITED || perPrefixAndBucket != UNLIMITED;
  }
}

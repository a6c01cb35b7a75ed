package io.tributary.retriever.node.access;

/**
 * How much each client may ask for. A client is an IPv4 address or an IPv6 block of 64 bits.
 *
 * @param requestsPerSecond lasting rate
 * @param burst requests at once after a pause
 * @param concurrent requests under way at a time
 * @param bytesPerDay content sent to it in 24 hours; {@link Long#MAX_VALUE} for no limit. The
 *     answer that crosses it is still sent whole
 * @param maxClients how many are told apart; beyond that those unseen for longest are forgotten
 */
public record ClientLimits(
    int requestsPerSecond, int burst, int concurrent, long bytesPerDay, int maxClients) {
  /** Checks that all are positive. */
  public ClientLimits {
    if (requestsPerSecond < 1
        || burst < 1
        || concurrent < 1
        || bytesPerDay < 1
        || maxClients < 1) {
      throw new IllegalArgumentException("limits of clients are 1 or more");
    }
  }

  /** 200 requests a second after a burst of 1000, 256 at a time, no quota, 65 536 clients. */
  public static ClientLimits defaults() {
    return new ClientLimits(200, 1000, 256, Long.MAX_VALUE, 65_536);
  }
}

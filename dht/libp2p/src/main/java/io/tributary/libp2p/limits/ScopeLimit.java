package io.tributary.libp2p.limits;

/**
 * The limits of one scope.
 *
 * @param inboundConnections the most connections that peers opened
 * @param outboundConnections the most connections that this host opened
 * @param inboundStreams the most streams that peers opened
 * @param outboundStreams the most streams that this host opened
 */
public record ScopeLimit(
    int inboundConnections, int outboundConnections, int inboundStreams, int outboundStreams) {

  /** No limit. */
  public static final ScopeLimit NONE =
      new ScopeLimit(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  public ScopeLimit {
    requireNotNegative(inboundConnections, "inboundConnections");
    requireNotNegative(outboundConnections, "outboundConnections");
    requireNotNegative(inboundStreams, "inboundStreams");
    requireNotNegative(outboundStreams, "outboundStreams");
  }

  /** Limits on streams alone. */
  public static ScopeLimit streams(int inbound, int outbound) {
    return new ScopeLimit(Integer.MAX_VALUE, Integer.MAX_VALUE, inbound, outbound);
  }

  /** The limit on one resource. */
  public int of(Resource resource) {
    return switch (resource) {
      case INBOUND_CONNECTIONS -> inboundConnections;
      case OUTBOUND_CONNECTIONS -> outboundConnections;
      case INBOUND_STREAMS -> inboundStreams;
      case OUTBOUND_STREAMS -> outboundStreams;
    };
  }

  private static void requireNotNegative(int value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " " + value + " is negative");
    }
  }
}

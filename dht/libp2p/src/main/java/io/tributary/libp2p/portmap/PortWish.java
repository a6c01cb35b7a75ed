package io.tributary.libp2p.portmap;

import java.time.Duration;

/**
 * A port that is to lead to this host.
 *
 * @param internalPort of this host
 * @param externalPort of the gateway, if it can be had; it may give another one
 * @param lease for how long
 */
record PortWish(PortKind kind, int internalPort, int externalPort, Duration lease) {

  PortWish {
    requirePort(internalPort);
    requirePort(externalPort);
    if (lease.toSeconds() < 1) {
      throw new IllegalArgumentException("lease " + lease + " is less than a second");
    }
  }

  /** The same by another port of the gateway. */
  PortWish by(int otherExternalPort) {
    return new PortWish(kind, internalPort, otherExternalPort, lease);
  }

  private static void requirePort(int port) {
    if (port < 1 || port > 0xFFFF) {
      throw new IllegalArgumentException("port " + port + " is outside 1..65535");
    }
  }
}

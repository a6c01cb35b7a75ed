package io.tributary.libp2p.portmap;

/** What became of having ports mapped, and what an operator could do about it. */
public enum PortMapVerdict {
  /** Nothing is known yet. */
  SEARCHING("wait a moment"),
  /** The host listens at no address to which the gateway could lead. */
  NOTHING_TO_MAP("listen at all addresses, or at the one of the local network"),
  /** There is no router between this host and others, or none that the kernel knows of. */
  NO_GATEWAY("nothing if the host has a public address; else check its default route"),
  /** The gateway maps no ports by any protocol. */
  NO_ANSWER("switch UPnP, NAT-PMP or PCP on in the router, or forward the ports by hand"),
  /** The gateway would not, or has no port left. */
  REFUSED("allow this host to map ports in the router, or forward them by hand"),
  /** The ports are mapped, and what the gateway calls its address is a public one. */
  MAPPED("nothing"),
  /** The gateway has no external address: its own line is down. */
  NO_EXTERNAL_ADDRESS("check the router's own connection"),
  /** The gateway's external address is private: there is another router behind it. */
  DOUBLE_NAT("bridge one of the two routers, or forward the ports in the outer one too"),
  /** The gateway's external address is of a provider's NAT (100.64.0.0/10). */
  CARRIER_NAT("ask the provider for a public address; no setting of the router helps"),
  /** Peers see this host under another public address than the gateway says it has. */
  OTHER_ADDRESS("see whether the router has several lines, or a provider's NAT is behind it"),
  /** The ports have been given back. */
  CLOSED("nothing");

  private final String advice;

  PortMapVerdict(String advice) {
    this.advice = advice;
  }

  /** What an operator could do, in plain words. */
  public String advice() {
    return advice;
  }
}

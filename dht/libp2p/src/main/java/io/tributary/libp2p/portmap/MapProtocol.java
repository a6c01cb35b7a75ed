package io.tributary.libp2p.portmap;

/** By which protocol a gateway maps ports. */
public enum MapProtocol {
  /** The Port Control Protocol, RFC 6887. */
  PCP,
  /** The NAT Port Mapping Protocol, RFC 6886. */
  NAT_PMP,
  /** Internet Gateway Device of UPnP, version 1 or 2. */
  UPNP_IGD
}

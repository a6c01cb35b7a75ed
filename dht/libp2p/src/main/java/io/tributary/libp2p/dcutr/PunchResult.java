package io.tributary.libp2p.dcutr;

/** How it ended to look for a direct connection with a peer met over a relay. */
public enum PunchResult {
  /** The peer could be dialled after all, or dialled this host, before the two had agreed to. */
  DIALLED,
  /** The two agreed to dial at once, and met. */
  PUNCHED,
  /** Nobody has told this host under which public address it is seen. */
  NO_OWN_ADDRESS,
  /** The peer named no public address that a transport of this host could dial. */
  NO_PEER_ADDRESS,
  /** The peer does not speak the protocol. */
  UNSUPPORTED,
  /** The peer did not answer in time, or answered something else. */
  NO_ANSWER,
  /** The two did not meet: at least one NAT gives each destination another port, or drops all. */
  NOT_MET,
  /** The relayed connection ended before it was decided. */
  RELAY_LOST,
  /** As many are under way as may be. */
  TOO_MANY;

  /** Whether there is a direct connection now. */
  public boolean isDirect() {
    return this == DIALLED || this == PUNCHED;
  }
}

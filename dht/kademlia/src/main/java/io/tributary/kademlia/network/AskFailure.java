package io.tributary.kademlia.network;

/** Why a peer has not answered. */
public enum AskFailure {
  /** No connection could be made: the peer is gone, or its addresses are wrong. */
  UNREACHABLE(true),
  /** The deadline has passed. */
  TIMED_OUT(true),
  /** The connection ended before the answer came; asking again may help. */
  INTERRUPTED(true),
  /** The peer does not speak the protocol: it is a client, or of another network. */
  NOT_A_SERVER(true),
  /** The peer is there and refuses. */
  REFUSED(false),
  /** The answer breaks the protocol. */
  MALFORMED(true),
  /** This side has too many requests under way; the peer is not to blame. */
  BUSY(false);

  private final boolean countsAgainstPeer;

  AskFailure(boolean countsAgainstPeer) {
    this.countsAgainstPeer = countsAgainstPeer;
  }

  /** Whether the peer loses its place in the routing table over it. */
  public boolean countsAgainstPeer() {
    return countsAgainstPeer;
  }
}

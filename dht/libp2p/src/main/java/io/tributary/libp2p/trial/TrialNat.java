package io.tributary.libp2p.trial;

/**
 * What a {@link TrialPeer} does about NATs.
 *
 * @param relayServer whether it relays for others
 * @param relayClient whether it dials and listens over relays
 * @param autoNat whether it dials others that ask, and asks those it dials
 * @param holePunching whether it makes relayed connections direct, for which it is a relay client
 *     too
 */
public record TrialNat(
    boolean relayServer, boolean relayClient, boolean autoNat, boolean holePunching) {

  /** Nothing. */
  public static final TrialNat NONE = new TrialNat(false, false, false, false);
}

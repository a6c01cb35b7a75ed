package io.tributary.libp2p.security;

import io.tributary.libp2p.identity.PrivateKey;
import java.util.Arrays;

/** Identity keys for tests, the same in every run. */
public final class Peers {
  /** Who dials. */
  public static final PrivateKey ALICE = ofSeed(1);

  /** Who answers. */
  public static final PrivateKey BOB = ofSeed(2);

  /** A third peer. */
  public static final PrivateKey CAROL = ofSeed(3);

  private Peers() {}

  private static PrivateKey ofSeed(int value) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) value);
    return PrivateKey.ofEd25519Seed(seed);
  }
}

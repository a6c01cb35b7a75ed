package io.tributary.libp2p.identity;

import java.security.GeneralSecurityException;

/** The choice of an Ed25519 library for this process, made once. */
final class Ed25519Provider {
  /** The fastest that works here. The JDK's own is far slower than either and not considered. */
  static final Ed25519 FASTEST = choose();

  private Ed25519Provider() {}

  private static Ed25519 choose() {
    try {
      return new ConscryptEd25519();
    } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
      return new BouncyCastleEd25519(); // no native code for this platform, which is no fault
    }
  }
}

package io.tributary.origin.identity;

import io.tributary.content.AccountId;

/** An account that can sign with its sr25519 key; implementations may be used by any thread. */
public interface Signer {
  /** Returns the public key the signatures verify against. */
  AccountId account();

  /** Returns the 64-byte sr25519 signature of a message. */
  byte[] sign(byte[] message);
}

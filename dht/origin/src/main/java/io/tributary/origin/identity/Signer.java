package io.tributary.origin.identity;

import io.tributary.content.AccountId;

/** One account of the chain that can sign; implementations are safe for use by many threads. */
public interface Signer {
  /** Returns the account whose signatures these are. */
  AccountId account();

  /**
   * Signs a message of any length with the account's key.
   *
   * @return the 64 bytes of an sr25519 signature
   */
  byte[] sign(byte[] message);
}

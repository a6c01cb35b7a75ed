package io.tributary.reward;

import io.tributary.ledger.Hash256;

/** A transaction that is signed, and may be sent any number of times: the chain counts it once. */
final class SignedTransaction {
  private final long nonce;
  private final byte[] raw;
  private final Hash256 hash;

  SignedTransaction(long nonce, byte[] raw) {
    this.nonce = nonce;
    this.raw = raw.clone();
    this.hash = Hash256.hashing(raw);
  }

  long nonce() {
    return nonce;
  }

  /** Returns the bytes in a new array. */
  byte[] toBytes() {
    return raw.clone();
  }

  /** By which the chain knows it. */
  Hash256 hash() {
    return hash;
  }
}

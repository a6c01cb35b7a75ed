package io.tributary.origin.dev;

import io.tributary.origin.identity.Sr25519KeyPair;
import java.security.SecureRandom;
import java.util.Arrays;

/** Accounts whose keys follow from a number, so that failures repeat. */
public final class Accounts {
  private Accounts() {}

  /** Returns the account of a number from 0 to 127. */
  public static Sr25519KeyPair number(int number) {
    byte[] seed = new byte[Sr25519KeyPair.SEED_BYTES];
    Arrays.fill(seed, (byte) number);
    return Sr25519KeyPair.fromSeed(seed, new SecureRandom());
  }
}

package io.tributary.origin.identity;

import cafe.cryptography.curve25519.Constants;
import cafe.cryptography.curve25519.Scalar;
import io.tributary.content.AccountId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A secret sr25519 key and its account.
 *
 * <p>The key is made from a 32-byte seed by the expansion Substrate uses (schnorrkel's Ed25519
 * mode): SHA-512 of the seed, the first half clamped and divided by the cofactor 8 as the key, the
 * second half as the seed of nonces. Nonces also take fresh randomness, so that two signatures over
 * one message differ and a weak random source alone does not give the key away.
 *
 * <p>The key is never printed. It lives on the heap until collected: the curve library keeps
 * numbers in immutable objects that cannot be wiped. Safe for use by many threads if the random
 * source is.
 */
public final class Sr25519KeyPair implements Signer {
  /** The length of a seed. */
  public static final int SEED_BYTES = 32;

  private final Scalar key;
  private final byte[] nonceSeed;
  private final AccountId account;
  private final SecureRandom random;

  private Sr25519KeyPair(Scalar key, byte[] nonceSeed, SecureRandom random) {
    this.key = key;
    this.nonceSeed = nonceSeed;
    this.random = random;
    this.account =
        AccountId.of(Constants.RISTRETTO_GENERATOR_TABLE.multiply(key).compress().toByteArray());
  }

  /**
   * Makes the key pair of a seed, which is not kept.
   *
   * @param seed 32 secret bytes, also called the mini secret key
   * @param random where the fresh part of nonces comes from
   * @throws IllegalArgumentException if the seed does not have 32 bytes
   */
  public static Sr25519KeyPair fromSeed(byte[] seed, SecureRandom random) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException(
          "an sr25519 seed has " + SEED_BYTES + " bytes, this has " + seed.length);
    }
    byte[] expanded = sha512(seed);
    byte[] scalar = Arrays.copyOf(expanded, 32);
    scalar[0] &= (byte) 0xf8;
    scalar[31] &= 0x3f;
    scalar[31] |= 0x40;
    divideByCofactor(scalar);
    byte[] nonceSeed = Arrays.copyOfRange(expanded, 32, 64);
    Sr25519KeyPair pair = new Sr25519KeyPair(Scalar.fromBits(scalar), nonceSeed, random);
    Arrays.fill(expanded, (byte) 0);
    Arrays.fill(scalar, (byte) 0);
    return pair;
  }

  /** Makes a new key pair that exists nowhere else, such as a throw-away account. */
  public static Sr25519KeyPair generate(SecureRandom random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    try {
      return fromSeed(seed, random);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  @Override
  public AccountId account() {
    return account;
  }

  @Override
  public byte[] sign(byte[] message) {
    Transcript transcript = Sr25519.transcript(account.toBytes(), message);
    Scalar nonce = transcript.witnessScalar("signing", nonceSeed, random);
    byte[] pointR = Constants.RISTRETTO_GENERATOR_TABLE.multiply(nonce).compress().toByteArray();
    Scalar k = Sr25519.challenge(transcript, pointR);
    return Sr25519.encode(pointR, k.multiplyAndAdd(key, nonce));
  }

  /** Returns the account only. */
  @Override
  public String toString() {
    return "Sr25519KeyPair[account=" + account + ", key=redacted]";
  }

  /** Shifts a little-endian number, whose low three bits are clear, right by three. */
  private static void divideByCofactor(byte[] scalar) {
    int carry = 0;
    for (int i = scalar.length - 1; i >= 0; i--) {
      int value = scalar[i] & 0xff;
      scalar[i] = (byte) (carry | (value >>> 3));
      carry = value << 5;
    }
  }

  private static byte[] sha512(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-512").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform lacks SHA-512", e);
    }
  }
}

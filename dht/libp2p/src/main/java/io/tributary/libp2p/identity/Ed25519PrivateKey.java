package io.tributary.libp2p.identity;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;

import io.tributary.libp2p.multiformats.MalformedMessageException;
import java.security.MessageDigest;
import java.util.Arrays;

/** A seed of RFC 8032. */
final class Ed25519PrivateKey extends PrivateKey {
  static final int SEED_BYTES = Ed25519.KEY_BYTES;

  private final byte[] seed;
  private final Ed25519.Signer signer;

  private Ed25519PrivateKey(byte[] seed, byte[] publicKey) {
    super(Ed25519PublicKey.of(publicKey));
    this.seed = seed;
    this.signer = Ed25519Provider.FASTEST.signer(seed, publicKey);
  }

  static Ed25519PrivateKey ofSeed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException(
          "an Ed25519 seed has " + SEED_BYTES + " bytes, this has " + seed.length);
    }
    return new Ed25519PrivateKey(seed, Ed25519Provider.FASTEST.publicKey(seed));
  }

  /** Reads seed and public key; the key a second time, as old libraries wrote it, if it agrees. */
  static Ed25519PrivateKey of(byte[] data) {
    if (data.length != 2 * SEED_BYTES && data.length != 3 * SEED_BYTES) {
      throw new MalformedMessageException(
          BAD_VALUE, "an Ed25519 private key has 64 or 96 bytes, this has " + data.length);
    }
    Ed25519PrivateKey key = ofSeed(Arrays.copyOf(data, SEED_BYTES));
    byte[] expected = key.publicKey().data();
    for (int from = SEED_BYTES; from < data.length; from += SEED_BYTES) {
      if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(data, from, from + SEED_BYTES))) {
        throw new MalformedMessageException(
            BAD_VALUE, "the public half of an Ed25519 private key belongs to another seed");
      }
    }
    return key;
  }

  @Override
  public byte[] sign(byte[] message) {
    return signer.sign(message);
  }

  @Override
  byte[] data() {
    byte[] data = Arrays.copyOf(seed, 2 * SEED_BYTES);
    System.arraycopy(publicKey().data(), 0, data, SEED_BYTES, SEED_BYTES);
    return data;
  }
}

package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TOO_LONG;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A hash that says which function made it.
 *
 * <pre>
 *  +------------------+----------------+----------+
 *  | function, varint | length, varint |  digest  |     12 20 ... = sha2-256
 *  +------------------+----------------+----------+     00 nn ... = the content itself
 * </pre>
 *
 * This library makes {@link #IDENTITY} and {@link #SHA2_256}; a digest of another function is
 * carried as it is, since keys of a DHT may use any. Immutable.
 *
 * @see <a href="https://github.com/multiformats/multihash">multihash</a>
 */
public final class Multihash {
  /** The code of the function that returns its input. */
  public static final long IDENTITY = 0x00;

  /** The code of SHA-256. */
  public static final long SHA2_256 = 0x12;

  /** The longest digest; the longest in use, of a 512-bit function, has half as many bytes. */
  public static final int MAX_DIGEST_BYTES = 128;

  private static final int SHA2_256_BYTES = 32;

  private final long function;
  private final byte[] digest;

  private Multihash(long function, byte[] digest) {
    this.function = function;
    this.digest = digest;
  }

  /**
   * Makes a multihash of a digest; the array is copied.
   *
   * @param function the code of the function
   * @throws MalformedFormatException if the digest is longer than {@link #MAX_DIGEST_BYTES}, or is
   *     one of SHA-256 and has not 32 bytes
   */
  public static Multihash of(long function, byte[] digest) {
    return checked(function, digest.clone());
  }

  /** Hashes content with SHA-256. */
  public static Multihash sha256(byte[] content) {
    try {
      return new Multihash(SHA2_256, MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Wraps content that is short enough to be its own hash.
   *
   * @throws MalformedFormatException if it is longer than {@link #MAX_DIGEST_BYTES}
   */
  public static Multihash identity(byte[] content) {
    return of(IDENTITY, content);
  }

  /**
   * Reads a multihash that fills an array.
   *
   * @throws MalformedFormatException if the bytes are anything else
   */
  public static Multihash decode(byte[] bytes) {
    ByteCursor in = new ByteCursor(bytes);
    long function = in.varint();
    byte[] digest = in.lengthPrefixed("a digest", MAX_DIGEST_BYTES);
    in.requireEnd("a multihash");
    return checked(function, digest);
  }

  private static Multihash checked(long function, byte[] digest) {
    if (digest.length > MAX_DIGEST_BYTES) {
      throw new MalformedFormatException(
          TOO_LONG,
          "a digest has at most " + MAX_DIGEST_BYTES + " bytes, this has " + digest.length);
    }
    if (function == SHA2_256 && digest.length != SHA2_256_BYTES) {
      throw new MalformedFormatException(
          BAD_VALUE, "a SHA-256 digest has 32 bytes, this has " + digest.length);
    }
    return new Multihash(function, digest);
  }

  /** Returns the code of the function, a number of the multicodec table. */
  public long function() {
    return function;
  }

  /** Returns the digest in a new array. */
  public byte[] digest() {
    return digest.clone();
  }

  /** Returns how many bytes the digest has. */
  public int digestBytes() {
    return digest.length;
  }

  /** Returns the binary form in a new array. */
  public byte[] toBytes() {
    byte[] out = new byte[Varint.size(function) + Varint.size(digest.length) + digest.length];
    int at = Varint.write(function, out, 0);
    at = Varint.write(digest.length, out, at);
    System.arraycopy(digest, 0, out, at, digest.length);
    return out;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multihash that
        && function == that.function
        && Arrays.equals(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(function) + Arrays.hashCode(digest);
  }

  /** Returns the binary form in hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(toBytes());
  }
}

package io.tributary.kademlia.key;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A point in the space of a DHT: 256 bits, the SHA-256 of a key or of a peer id. The distance of
 * two points is their XOR, read as an unsigned number.
 *
 * <p>Ordered as unsigned numbers. Immutable.
 */
public final class Position implements Comparable<Position> {

  /** Bits of a position. */
  public static final int BITS = 256;

  /** Finding an implementation takes longer than hashing a key, so each thread keeps one. */
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(Position::newDigest);

  private final long a;
  private final long b;
  private final long c;
  private final long d;

  private Position(long a, long b, long c, long d) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  /** The position of a key or peer id: its SHA-256. */
  public static Position ofHashed(byte[] preimage) {
    return of(SHA_256.get().digest(preimage));
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads the form of {@link #toBytes}.
   *
   * @param bytes 32 of them
   */
  public static Position of(byte[] bytes) {
    if (bytes.length != BITS / Byte.SIZE) {
      throw new IllegalArgumentException("a position has 32 bytes, this has " + bytes.length);
    }
    return new Position(word(bytes, 0), word(bytes, 8), word(bytes, 16), word(bytes, 24));
  }

  private static long word(byte[] bytes, int at) {
    long word = 0;
    for (int i = at; i < at + Long.BYTES; i++) {
      word = (word << Byte.SIZE) | (bytes[i] & 0xFF);
    }
    return word;
  }

  /**
   * The first 64 bits. The XOR of two of them, read as an unsigned number, orders distances like
   * the whole unless it is the same.
   */
  public long leadingBits() {
    return a;
  }

  /** The distance to another position, as a position. */
  public Position distanceTo(Position other) {
    return new Position(a ^ other.a, b ^ other.b, c ^ other.c, d ^ other.d);
  }

  /** How many leading bits are the same; 256 for the position itself. */
  public int commonPrefixBits(Position other) {
    long first = a ^ other.a;
    if (first != 0) {
      return Long.numberOfLeadingZeros(first);
    }
    long second = b ^ other.b;
    if (second != 0) {
      return Long.SIZE + Long.numberOfLeadingZeros(second);
    }
    long third = c ^ other.c;
    return third != 0
        ? 2 * Long.SIZE + Long.numberOfLeadingZeros(third)
        : 3 * Long.SIZE + Long.numberOfLeadingZeros(d ^ other.d);
  }

  /** Compares how far two positions are from this: negative if the first one is nearer. */
  public int compareDistances(Position first, Position second) {
    int order = Long.compareUnsigned(a ^ first.a, a ^ second.a);
    if (order == 0) {
      order = Long.compareUnsigned(b ^ first.b, b ^ second.b);
    }
    if (order == 0) {
      order = Long.compareUnsigned(c ^ first.c, c ^ second.c);
    }
    return order != 0 ? order : Long.compareUnsigned(d ^ first.d, d ^ second.d);
  }

  @Override
  public int compareTo(Position other) {
    int order = Long.compareUnsigned(a, other.a);
    if (order == 0) {
      order = Long.compareUnsigned(b, other.b);
    }
    if (order == 0) {
      order = Long.compareUnsigned(c, other.c);
    }
    return order != 0 ? order : Long.compareUnsigned(d, other.d);
  }

  /** The 32 bytes, the highest first, in a new array. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BITS / Byte.SIZE];
    put(a, bytes, 0);
    put(b, bytes, 8);
    put(c, bytes, 16);
    put(d, bytes, 24);
    return bytes;
  }

  private static void put(long word, byte[] bytes, int at) {
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[at + i] = (byte) (word >>> (Long.SIZE - Byte.SIZE * (i + 1)));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Position that
        && a == that.a
        && b == that.b
        && c == that.c
        && d == that.d;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(a ^ d);
  }

  /** The first 64 bits in hexadecimal, enough to tell positions apart. */
  @Override
  public String toString() {
    return String.format("%016x", a);
  }
}

package io.tributary.origin.scale;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Writes SCALE-encoded bytes; the counterpart of {@link ScaleReader}, where the formats are drawn.
 *
 * <p>Values that their type cannot hold are the caller's mistake: {@link IllegalArgumentException}.
 * Not safe for use by several threads.
 */
public final class ScaleWriter {
  private static final int MAX_COMPACT_BYTES = 67;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Writes an unsigned byte. */
  public ScaleWriter u8(int value) {
    return littleEndian(range(value, 0xff), 1);
  }

  /** Writes 0 or 1. */
  public ScaleWriter bool(boolean value) {
    return u8(value ? 1 : 0);
  }

  /** Writes a 32-bit unsigned integer. */
  public ScaleWriter u32(long value) {
    return littleEndian(range(value, 0xffff_ffffL), 4);
  }

  /** Writes a 64-bit unsigned integer; the value must not be negative. */
  public ScaleWriter u64(long value) {
    return littleEndian(range(value, Long.MAX_VALUE), 8);
  }

  /** Writes a 128-bit unsigned integer; the value must not be negative. */
  public ScaleWriter u128(long value) {
    return littleEndian(range(value, Long.MAX_VALUE), 8).littleEndian(0, 8);
  }

  /** Writes a 128-bit unsigned integer. */
  public ScaleWriter u128(BigInteger value) {
    return littleEndian(value, 16);
  }

  /** Writes a compact integer; the value must not be negative. */
  public ScaleWriter compact(long value) {
    range(value, Long.MAX_VALUE);
    if (value < 1L << 6) {
      return littleEndian(value << 2, 1);
    }
    if (value < 1L << 14) {
      return littleEndian(value << 2 | 1, 2);
    }
    if (value < 1L << 30) {
      return littleEndian(value << 2 | 2, 4);
    }
    return big(BigInteger.valueOf(value));
  }

  /** Writes a compact integer of at most 536 bits. */
  public ScaleWriter compact(BigInteger value) {
    return value.bitLength() <= 30 ? compact(value.longValueExact()) : big(value);
  }

  /** Writes bytes as they are, without a length. */
  public ScaleWriter fixed(byte[] value) {
    out.writeBytes(value);
    return this;
  }

  /** Writes a byte string, its length first. */
  public ScaleWriter bytes(byte[] value) {
    return compact(value.length).fixed(value);
  }

  /** Writes a list, its count first. */
  public <T> ScaleWriter vec(List<T> elements, BiConsumer<ScaleWriter, ? super T> element) {
    compact(elements.size());
    elements.forEach(value -> element.accept(this, value));
    return this;
  }

  /** Writes an optional value. */
  public <T> ScaleWriter option(Optional<T> value, BiConsumer<ScaleWriter, ? super T> writer) {
    bool(value.isPresent());
    value.ifPresent(present -> writer.accept(this, present));
    return this;
  }

  /** Returns what has been written, in a new array. */
  public byte[] toBytes() {
    return out.toByteArray();
  }

  private ScaleWriter big(BigInteger value) {
    int bytes = Math.max(4, (value.bitLength() + 7) / 8);
    if (bytes > MAX_COMPACT_BYTES) {
      throw new IllegalArgumentException(
          "a compact integer has at most 536 bits, this has " + value.bitLength());
    }
    return u8((bytes - 4) << 2 | 3).littleEndian(value, bytes);
  }

  private ScaleWriter littleEndian(BigInteger value, int bytes) {
    if (value.signum() < 0 || value.bitLength() > 8 * bytes) {
      throw new IllegalArgumentException(value + " does not fit " + bytes + " unsigned bytes");
    }
    byte[] bigEndian = value.toByteArray();
    for (int i = 0; i < bytes; i++) {
      int from = bigEndian.length - 1 - i;
      out.write(from >= 0 ? bigEndian[from] : 0);
    }
    return this;
  }

  private ScaleWriter littleEndian(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  private static long range(long value, long max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(value + " is not between 0 and " + max);
    }
    return value;
  }
}

package io.tributary.origin.scale;

import io.tributary.origin.scale.ScaleException.Reason;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A strict cursor over SCALE-encoded bytes that nobody vouches for.
 *
 * <p>Each variable length is checked twice before anything is allocated for it: against the limit
 * the caller names, and against the bytes that are really left. A value thus costs memory in
 * proportion to the input, never to what the input claims. Compact integers must take the fewest
 * bytes possible, so every value has one encoding.
 *
 * <pre>{@code
 * compact integer, by the two low bits of the first byte (little-endian):
 *   00  one byte      value = byte >> 2                       0 .. 2^6-1
 *   01  two bytes     value = u16 >> 2                        .. 2^14-1
 *   10  four bytes    value = u32 >> 2                        .. 2^30-1
 *   11  1 + n bytes   n = (byte >> 2) + 4, 4 to 67; value = the n bytes
 * Vec<T>     compact count, then the elements
 * Option<T>  00 | 01 T          bool  00 | 01
 * }</pre>
 *
 * <p>All failures are {@link ScaleException}s. Not safe for use by several threads.
 */
public final class ScaleReader {
  private final byte[] input;
  private int position;

  private ScaleReader(byte[] input) {
    this.input = input;
  }

  /** Returns a reader at the start of an array, which must not change while it is read. */
  public static ScaleReader of(byte[] input) {
    return new ScaleReader(input);
  }

  /** Returns the position of the next byte. */
  public int position() {
    return position;
  }

  /** Returns how many bytes are left. */
  public int remaining() {
    return input.length - position;
  }

  /** Reads an unsigned byte. */
  public int u8() {
    require(1, "a u8");
    return input[position++] & 0xff;
  }

  /** Reads a byte that must be 0 or 1. */
  public boolean bool() {
    int at = position;
    int value = u8();
    if (value > 1) {
      throw new ScaleException(Reason.BAD_BOOLEAN, at, "a boolean is 0 or 1, this is " + value);
    }
    return value == 1;
  }

  /** Reads a 32-bit unsigned integer. */
  public long u32() {
    return littleEndian(4, "a u32");
  }

  /** Reads a 64-bit unsigned integer that must be below 2<sup>63</sup>. */
  public long u64() {
    int at = position;
    long value = littleEndian(8, "a u64");
    if (value < 0) {
      throw new ScaleException(
          Reason.NUMBER_TOO_LARGE, at, Long.toUnsignedString(value) + " is above 2^63-1");
    }
    return value;
  }

  /** Reads a 128-bit unsigned integer. */
  public BigInteger u128() {
    return unsigned(16, "a u128");
  }

  /**
   * Reads a 128-bit unsigned integer that must not be above a limit.
   *
   * @param max the limit
   * @param what what the integer is, for the error
   */
  public long u128(long max, String what) {
    int at = position;
    return fit(u128(), max, at, what);
  }

  /** Reads a compact integer of any size SCALE allows, up to 536 bits. */
  public BigInteger compact() {
    int at = position;
    int first = u8();
    return switch (first & 3) {
      case 0 -> BigInteger.valueOf(first >> 2);
      case 1 -> {
        position = at;
        yield small(at, littleEndian(2, "a compact integer") >> 2, 1L << 6);
      }
      case 2 -> {
        position = at;
        yield small(at, littleEndian(4, "a compact integer") >> 2, 1L << 14);
      }
      default -> {
        int bytes = (first >> 2) + 4;
        BigInteger value = unsigned(bytes, "a compact integer");
        // Only the four-byte form can hold a value that a shorter mode could have held.
        boolean leadingZero = input[position - 1] == 0;
        if (leadingZero || (bytes == 4 && value.bitLength() <= 30)) {
          throw new ScaleException(Reason.NOT_MINIMAL, at, value + " in " + bytes + " bytes");
        }
        yield value;
      }
    };
  }

  /**
   * Reads a compact integer that must not be above a limit.
   *
   * @param max the limit
   * @param what what the integer is, for the error
   */
  public long compact(long max, String what) {
    int at = position;
    return fit(compact(), max, at, what);
  }

  /** Reads exactly this many bytes, without a length before them. */
  public byte[] fixed(int bytes, String what) {
    require(bytes, what);
    int from = position;
    position += bytes;
    return Arrays.copyOfRange(input, from, position);
  }

  /**
   * Reads a byte string with its length before it.
   *
   * @param maxBytes the longest allowed
   * @param what what the string is, for the error
   */
  public byte[] bytes(int maxBytes, String what) {
    return fixed(length(maxBytes, 1, what), what);
  }

  /**
   * Reads a list with its count before it.
   *
   * @param maxCount the most elements allowed
   * @param minElementBytes the fewest bytes an element takes, at least 1
   * @param what what the elements are, for the error
   * @param element reads one element
   */
  public <T> List<T> vec(
      int maxCount, int minElementBytes, String what, Function<ScaleReader, T> element) {
    int count = length(maxCount, minElementBytes, what);
    List<T> elements = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      elements.add(element.apply(this));
    }
    return elements;
  }

  /** Reads an optional value. */
  public <T> Optional<T> option(Function<ScaleReader, T> value) {
    int at = position;
    int mark = u8();
    return switch (mark) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(value.apply(this));
      default ->
          throw new ScaleException(
              Reason.BAD_OPTION, at, "the mark of an option is 0 or 1, this is " + mark);
    };
  }

  /** Checks that nothing is left. */
  public void end() {
    if (remaining() > 0) {
      throw new ScaleException(
          Reason.TRAILING_BYTES, position, remaining() + " bytes after the value");
    }
  }

  private int length(int max, int minElementBytes, String what) {
    int at = position;
    BigInteger length = compact();
    if (length.bitLength() > 31 || length.longValue() > max) {
      throw new ScaleException(
          Reason.OVERSIZED, at, "length " + length + " of " + what + ", the most is " + max);
    }
    if (length.longValue() * minElementBytes > remaining()) {
      throw new ScaleException(
          Reason.TRUNCATED,
          at,
          "length " + length + " of " + what + ", but only " + remaining() + " bytes are left");
    }
    return length.intValue();
  }

  private static BigInteger small(int at, long value, long least) {
    if (value < least) {
      throw new ScaleException(Reason.NOT_MINIMAL, at, value + " fits a shorter form");
    }
    return BigInteger.valueOf(value);
  }

  private static long fit(BigInteger value, long max, int at, String what) {
    if (value.bitLength() > 63 || value.longValue() > max) {
      throw new ScaleException(
          Reason.NUMBER_TOO_LARGE, at, what + " is " + value + ", the most is " + max);
    }
    return value.longValue();
  }

  private long littleEndian(int bytes, String what) {
    require(bytes, what);
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | (input[position + i] & 0xff);
    }
    position += bytes;
    return value;
  }

  private BigInteger unsigned(int bytes, String what) {
    byte[] value = fixed(bytes, what);
    for (int i = 0, j = bytes - 1; i < j; i++, j--) {
      byte swapped = value[i];
      value[i] = value[j];
      value[j] = swapped;
    }
    return new BigInteger(1, value);
  }

  private void require(int bytes, String what) {
    if (remaining() < bytes) {
      throw new ScaleException(
          Reason.TRUNCATED,
          position,
          what + " takes " + bytes + " bytes, " + remaining() + " are left");
    }
  }
}

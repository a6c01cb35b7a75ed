package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.NOT_CANONICAL;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TOO_LONG;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TRUNCATED;

import io.netty.buffer.ByteBuf;

/**
 * The unsigned variable-length integer of all multiformats: seven bits a byte, the lowest first.
 *
 * <pre>
 *   byte 0      byte 1            last byte
 *  +-+-------+ +-+-------+       +-+-------+
 *  |1| b6..0 | |1| b13..7|  ...  |0| top   |    300 = AC 02
 *  +-+-------+ +-+-------+       +-+-------+
 * </pre>
 *
 * A number has exactly one form: a last byte of zero after another byte is refused, and so is a
 * tenth byte, so values are 0 to 2<sup>63</sup>-1 and every {@code long} read is non-negative.
 * Stateless; all methods may be called from any thread.
 *
 * @see <a href="https://github.com/multiformats/unsigned-varint">unsigned-varint</a>
 */
public final class Varint {
  /** The longest form. */
  public static final int MAX_BYTES = 9;

  /** What the {@code tryRead} methods return when the buffer ends inside the number. */
  public static final int INCOMPLETE = -1;

  private Varint() {}

  /**
   * Returns how many bytes a number takes, 1 to {@value #MAX_BYTES}.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static int size(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a varint is not negative, this is " + value);
    }
    return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
  }

  /**
   * Appends a number to a buffer.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static void write(long value, ByteBuf out) {
    out.ensureWritable(size(value));
    long rest = value;
    while (rest > 0x7f) {
      out.writeByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /**
   * Writes a number into an array and returns the offset after it.
   *
   * @throws IllegalArgumentException if it is negative
   * @throws IndexOutOfBoundsException if the array is too short
   */
  public static int write(long value, byte[] out, int offset) {
    int at = offset;
    int end = offset + size(value);
    long rest = value;
    while (at < end - 1) {
      out[at++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out[at] = (byte) rest;
    return end;
  }

  /**
   * Returns the form of a number.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static byte[] encode(long value) {
    byte[] out = new byte[size(value)];
    write(value, out, 0);
    return out;
  }

  /**
   * Reads the number at an offset of an array; it takes {@code size(result)} bytes there.
   *
   * @throws MalformedFormatException if the array ends inside it, or it is not minimal or too long
   */
  public static long read(byte[] in, int offset) {
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      if (offset + i >= in.length) {
        throw truncated();
      }
      byte next = in[offset + i];
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return requireMinimal(value, next, i);
      }
    }
    throw tooManyBytes();
  }

  /**
   * Reads a number from a buffer that must hold all of it.
   *
   * @throws MalformedFormatException if the buffer ends inside it, or it is not minimal or too long
   */
  public static long read(ByteBuf in) {
    long value = tryRead(in);
    if (value == INCOMPLETE) {
      throw truncated();
    }
    return value;
  }

  /**
   * Reads a number from a buffer that may still be filling: returns {@link #INCOMPLETE} and leaves
   * the buffer alone if it ends inside the number.
   *
   * @throws MalformedFormatException if it is not minimal or too long, as soon as that can be seen
   */
  public static long tryRead(ByteBuf in) {
    int start = in.readerIndex();
    int readable = in.readableBytes();
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      if (i == readable) {
        return INCOMPLETE;
      }
      byte next = in.getByte(start + i);
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        requireMinimal(value, next, i);
        in.readerIndex(start + i + 1);
        return value;
      }
    }
    throw tooManyBytes();
  }

  /**
   * Reads a length from a buffer that must hold all of it.
   *
   * @param maxLength the largest length allowed
   * @throws MalformedFormatException as {@link #read(ByteBuf)}, or if the length is larger
   */
  public static int readLength(ByteBuf in, int maxLength) {
    return requireLength(read(in), maxLength);
  }

  /**
   * Reads the length in front of a message from a buffer that may still be filling: returns {@link
   * #INCOMPLETE} and leaves the buffer alone if it ends inside the length.
   *
   * @param maxLength the largest length allowed
   * @throws MalformedFormatException as {@link #tryRead}, or if the length is larger
   */
  public static int tryReadLength(ByteBuf in, int maxLength) {
    return requireLength(tryRead(in), maxLength);
  }

  private static int requireLength(long length, int maxLength) {
    if (length > maxLength) {
      throw new MalformedFormatException(
          TOO_LONG, "a length of " + length + " passes the maximum of " + maxLength);
    }
    return (int) length;
  }

  private static long requireMinimal(long value, byte last, int index) {
    if (last == 0 && index > 0) {
      throw new MalformedFormatException(NOT_CANONICAL, "a varint ends in a needless zero byte");
    }
    return value;
  }

  private static MalformedFormatException truncated() {
    return new MalformedFormatException(TRUNCATED, "the input ends inside a varint");
  }

  private static MalformedFormatException tooManyBytes() {
    return new MalformedFormatException(
        TOO_LONG, "a varint has at most " + MAX_BYTES + " bytes, this goes on");
  }
}

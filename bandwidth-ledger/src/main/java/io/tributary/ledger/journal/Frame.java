package io.tributary.ledger.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a record stands in a file.
 *
 * <pre>
 *  0        4        8          16              24     25      32
 *  +--------+--------+----------+---------------+------+-------+---------+---------+
 *  | length | CRC32C | sequence | durableBefore | kind | time  | payload | padding |
 *  +--------+--------+----------+---------------+------+-------+---------+---------+
 *                    |<------------ whitened, covered by the CRC -------------->|
 * </pre>
 *
 * <p>Numbers are big-endian; {@code length} is that of the payload, and the CRC covers it too. The
 * padding, zeros, fills the frame up to a multiple of 8 bytes. {@code time} is in milliseconds
 * since 1970, {@code durableBefore} the highest sequence that was durable when the frame was
 * written. Whitening adds (XOR) a fixed pattern, so that no word of a frame that has been written
 * is zero, whatever the payload: zeros are what was never written.
 */
final class Frame {
  static final int HEADER_BYTES = 32;
  static final int WORD_BYTES = 8;

  /** The disk writes a sector whole or not at all. */
  static final int SECTOR_BYTES = 512;

  private static final int SEQUENCE_AT = 8;
  private static final int DURABLE_AT = 16;
  private static final int KIND_AT = 24;
  private static final int TIME_BITS = 56;
  private static final long MAX_TIME = (1L << TIME_BITS) - 1;
  private static final long WHITE = 0x9E37_79B9_7F4A_7C15L;

  private Frame() {}

  /** What a frame says. */
  record Content(long sequence, long durableBefore, byte kind, long atMillis, ByteBuffer payload) {}

  /** The length of a frame with a payload of a length. */
  static int bytes(int payloadBytes) {
    return HEADER_BYTES + (payloadBytes + WORD_BYTES - 1) / WORD_BYTES * WORD_BYTES;
  }

  /** Writes a frame at the buffer's position, which moves behind it. */
  static void write(
      ByteBuffer target,
      long sequence,
      long durableBefore,
      byte kind,
      long atMillis,
      ByteBuffer payload) {
    int at = target.position();
    int length = payload.remaining();
    int end = at + bytes(length);
    target.putLong(at, 0);
    target.putLong(at + SEQUENCE_AT, sequence);
    target.putLong(at + DURABLE_AT, durableBefore);
    target.putLong(
        at + KIND_AT, (long) kind << TIME_BITS | Math.max(0, Math.min(atMillis, MAX_TIME)));
    if (length > 0) {
      target.putLong(end - WORD_BYTES, 0);
    }
    target.put(at + HEADER_BYTES, payload, payload.position(), length);
    whiten(target, at, end);
    target.putInt(at, length);
    target.putInt(at + Integer.BYTES, crc(target, at, end));
    target.position(end);
  }

  private static void whiten(ByteBuffer buffer, int at, int end) {
    for (int word = at + SEQUENCE_AT; word < end; word += WORD_BYTES) {
      buffer.putLong(word, buffer.getLong(word) ^ white(word - at));
    }
  }

  private static long white(int offset) {
    long mixed = (offset + 1) * WHITE;
    return mixed ^ mixed >>> 29;
  }

  private static int crc(ByteBuffer buffer, int at, int end) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().limit(at + Integer.BYTES).position(at));
    crc.update(buffer.duplicate().limit(end).position(at + SEQUENCE_AT));
    return (int) crc.getValue();
  }

  /**
   * Whether a whole frame with a right CRC stands at a place.
   *
   * @param at a multiple of 8
   */
  static boolean isValid(ByteBuffer file, int at) {
    int end = claimedEnd(file, at);
    return end > 0 && file.getInt(at + Integer.BYTES) == crc(file, at, end);
  }

  /** Where the frame at a place ends by its own length; -1 if that can't be. */
  static int claimedEnd(ByteBuffer file, int at) {
    if (file.limit() - at < HEADER_BYTES) {
      return -1;
    }
    int length = file.getInt(at);
    if (length < 0 || length > JournalOptions.MAX_RECORD_BYTES) {
      return -1;
    }
    int end = at + bytes(length);
    return end <= file.limit() ? end : -1;
  }

  /** The sequence that a frame at a place claims, whether or not its CRC is right. */
  static long claimedSequence(ByteBuffer file, int at) {
    return file.getLong(at + SEQUENCE_AT) ^ white(SEQUENCE_AT);
  }

  /** Reads the valid frame at a place. The payload is a copy. */
  static Content read(ByteBuffer file, int at) {
    int length = file.getInt(at);
    int end = at + bytes(length);
    ByteBuffer copy = ByteBuffer.allocate(end - at);
    copy.put(0, file, at, end - at);
    whiten(copy, 0, end - at);
    return new Content(
        copy.getLong(SEQUENCE_AT),
        copy.getLong(DURABLE_AT),
        copy.get(KIND_AT),
        copy.getLong(KIND_AT) & MAX_TIME,
        copy.slice(HEADER_BYTES, length));
  }
}

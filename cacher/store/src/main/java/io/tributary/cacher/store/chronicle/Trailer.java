package io.tributary.cacher.store.chronicle;

import net.openhft.chronicle.core.Memory;
import net.openhft.chronicle.core.OS;

/**
 * What stands behind a fragment's bytes and tells the next process whether to believe in them.
 *
 * <pre>{@code
 * 0         8         16        24        32
 * | magic   | state   | length  | 0       |   native byte order
 * }</pre>
 *
 * <p>The state is written last and in one store, after the bytes: a killed process leaves the old
 * state or the new one. No two states are a few flipped bits apart.
 */
final class Trailer {
  static final int BYTES = 32;

  private static final long MAGIC = 0x3147_5246_4249_5254L;
  private static final Memory MEMORY = OS.memory();

  private Trailer() {}

  /** What is to be made of the bytes before it. */
  enum State {
    /** They are not all there. */
    FILLING(0x8f1b_bcdc_ca62_c1d6L),
    /** They were all there and right. */
    STORED(0x5be0_cd19_137e_2179L),
    /** Nobody wants them any more. */
    REMOVED(0x243f_6a88_85a3_08d3L);

    private final long word;

    State(long word) {
      this.word = word;
    }
  }

  /** Returns where the trailer of a fragment starts, counted from its bytes. */
  static long offset(int length) {
    return (length + 7L) & -8L;
  }

  static void write(long bytesAddress, int length, State state) {
    long at = bytesAddress + offset(length);
    MEMORY.writeLong(at, MAGIC);
    MEMORY.writeLong(at + 16, length);
    MEMORY.writeLong(at + 24, 0);
    set(bytesAddress, length, state);
  }

  static void set(long bytesAddress, int length, State state) {
    MEMORY.writeOrderedLong(bytesAddress + offset(length) + 8, state.word);
  }

  /**
   * Returns the length of the fragment in an entry's value if it is stored, else -1.
   *
   * @param valueBytes the size of the value, as the map tells it
   */
  static int storedLength(long bytesAddress, long valueBytes, int maxLength) {
    if (valueBytes <= BYTES || valueBytes > Geometry.valueBytes(maxLength)) {
      return -1;
    }
    long at = bytesAddress + valueBytes - BYTES;
    long length = MEMORY.readLong(at + 16);
    boolean isStored =
        MEMORY.readLong(at) == MAGIC
            && MEMORY.readLong(at + 8) == State.STORED.word
            && length > 0
            && length <= maxLength
            && Geometry.valueBytes((int) length) == valueBytes;
    return isStored ? (int) length : -1;
  }
}

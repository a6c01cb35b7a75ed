package io.tributary.content.erasure;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Where the bytes of test columns lie, and how far into their buffers. */
enum Memory {
  HEAP,
  DIRECT,
  MIXED;

  /** What surrounds a column in its buffer, so that writes outside it are seen. */
  private static final byte GUARD = (byte) 0xa5;

  private static final int MAX_MARGIN = 70;

  /** Returns a buffer of its own with the column somewhere inside. */
  ByteBuffer hold(byte[] column, SplittableRandom random) {
    int before = random.nextInt(MAX_MARGIN);
    int after = random.nextInt(MAX_MARGIN);
    int bytes = before + column.length + after;
    boolean direct = this == DIRECT || (this == MIXED && random.nextBoolean());
    ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    for (int i = 0; i < bytes; i++) {
      buffer.put(i, GUARD);
    }
    return buffer.put(before, column).limit(before + column.length).position(before);
  }

  static byte[] bytes(ByteBuffer column) {
    byte[] bytes = new byte[column.remaining()];
    column.get(column.position(), bytes);
    return bytes;
  }

  static boolean guardsIntact(ByteBuffer column) {
    ByteBuffer whole = column.duplicate().clear();
    for (int i = 0; i < whole.capacity(); i++) {
      boolean inside = i >= column.position() && i < column.limit();
      if (!inside && whole.get(i) != GUARD) {
        return false;
      }
    }
    return true;
  }
}

package io.tributary.bench;

import java.nio.ByteBuffer;

/** Where the buffers of a benchmark lie. */
public enum Memory {
  /** In Java arrays. */
  HEAP,
  /** Outside the Java heap. */
  DIRECT;

  ByteBuffer allocate(int bytes) {
    return this == DIRECT ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
  }
}

package io.tributary.retriever.engine;

import io.netty.buffer.ByteBuf;

/**
 * A piece of a file whose bytes are right.
 *
 * @param fileOffset where its first byte stands in the file's stored bytes
 * @param buf the bytes, read-only; to be released once by who got the piece, be it by handing the
 *     buffer on or by {@link #close}. Until then the memory behind it, up to a whole fragment,
 *     stays taken
 */
public record VerifiedBytes(long fileOffset, ByteBuf buf) implements AutoCloseable {

  /** How many bytes there are. */
  public int length() {
    return buf.readableBytes();
  }

  /** Releases the buffer. */
  @Override
  public void close() {
    buf.release();
  }
}

package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;

/** A 206 of a few bytes, which are copied at once. Used by one thread, then closed. */
public interface QuickAnswer extends AutoCloseable {
  /** The most bytes that are answered so: more would make the copy cost more than the short cut. */
  int MAX_BYTES = 64 << 10;

  /** How many bytes there are. */
  int lengthBytes();

  /** Writes all header fields but Content-Length, Date and the trace id, each with its CR LF. */
  void writeFields(HeadWriter out);

  /** Appends the bytes. */
  void writeContent(ByteBuf out);

  /** Lets go of the bytes. */
  @Override
  void close();
}

package io.tributary.libp2p.trial;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.stream.ByteStream;
import java.util.function.Consumer;

/**
 * A writer of the pattern to one stream, as fast as the stream takes it, that closes its side at
 * the end. Lives on the stream's event loop.
 */
final class PatternSource {
  private final ByteStream stream;
  private final long bytes;
  private final Consumer<ByteBuf> onPiece;
  private long position;
  private boolean closed;

  /**
   * A writer that has written nothing.
   *
   * @param onPiece shown each piece before it goes out
   */
  PatternSource(ByteStream stream, long bytes, Consumer<ByteBuf> onPiece) {
    this.stream = stream;
    this.bytes = bytes;
    this.onPiece = onPiece;
  }

  /** Writes until the stream has enough for now. */
  void pump() {
    while (position < bytes && stream.isWritable()) {
      ByteBuf piece = TrialPattern.slice(position, bytes - position);
      position += piece.readableBytes();
      onPiece.accept(piece);
      stream.write(piece);
    }
    if (position == bytes && !closed) {
      closed = true;
      stream.closeWrite();
    }
  }

  long written() {
    return position;
  }
}

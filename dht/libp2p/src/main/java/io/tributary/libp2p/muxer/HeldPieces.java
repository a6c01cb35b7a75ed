package io.tributary.libp2p.muxer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Received bytes of a stream that wait for their handler, in order, for those who implement
 * streams.
 *
 * <p>Confined to the stream's event loop. How many bytes may wait is for the stream to bound.
 */
public final class HeldPieces {

  /*
   * Why small pieces are copied
   * ---------------------------
   * A piece is a part of what a channel read, so keeping it keeps all of that in memory, and the peer
   * chooses how little of it the piece is. So a piece is kept as it is only if it makes up a good
   * part of it, else its bytes are copied; small ones into one buffer, as far as it goes.
   */

  /** Pieces shorter than this are always copied. */
  private static final int GATHER_BYTES = 2048;

  /** A piece that is kept as it is makes up at least this fraction of the memory it keeps. */
  private static final int MAX_PINNED_SHARE = 4;

  /** A buffer for copies begins this small, so that many streams with a byte each take little. */
  private static final int FIRST_GATHER_BYTES = 256;

  private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>(0);
  private @Nullable ByteBuf gathering;
  private long bytes;

  /** Takes a piece over; copies go to memory of the allocator. */
  public void add(ByteBuf piece, ByteBufAllocator allocator) {
    int length = piece.readableBytes();
    bytes += length;
    if (length >= GATHER_BYTES && length >= pinnedBytes(piece) / MAX_PINNED_SHARE) {
      gathering = null;
      pieces.add(piece);
      return;
    }
    ByteBuf last = gathering;
    if (last == null || last.maxWritableBytes() < length) {
      last =
          allocator.directBuffer(
              Math.max(length, FIRST_GATHER_BYTES), Math.max(length, 4 * GATHER_BYTES));
      gathering = last;
      pieces.add(last);
    }
    last.writeBytes(piece);
    piece.release();
  }

  private static int pinnedBytes(ByteBuf piece) {
    ByteBuf root = piece;
    for (ByteBuf under = piece.unwrap(); under != null; under = under.unwrap()) {
      root = under;
    }
    return root.capacity();
  }

  /** Gives the oldest bytes away; null if there are none. */
  public @Nullable ByteBuf poll() {
    ByteBuf piece = pieces.poll();
    if (piece != null) {
      bytes -= piece.readableBytes();
      if (pieces.isEmpty()) {
        gathering = null;
      }
    }
    return piece;
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return pieces.isEmpty();
  }

  /** How many bytes wait. */
  public long bytes() {
    return bytes;
  }

  /** Releases all that waits. */
  public void clear() {
    for (ByteBuf piece = poll(); piece != null; piece = poll()) {
      piece.release();
    }
  }
}

package io.tributary.libp2p.security.noise;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Plain buffers on their way into frames, with the promises of their writes. A promise is handed on
 * with the batch that holds the last byte of its buffer.
 *
 * <p>Its owner bounds it. Not thread-safe.
 */
final class WriteQueue {
  private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
  private final ArrayDeque<ChannelPromise> promises = new ArrayDeque<>();

  /** How many promises at the head belong to buffers that have been copied whole. */
  private int copied;

  private long bytes;

  void add(ByteBuf buffer, ChannelPromise promise) {
    buffers.add(buffer);
    promises.add(promise);
    bytes += buffer.readableBytes();
  }

  /** How many bytes wait. */
  long bytes() {
    return bytes;
  }

  /** Whether no buffer waits, not even an empty one. */
  boolean isEmpty() {
    return buffers.isEmpty();
  }

  /** Moves the next {@code length} bytes, which must be there, into a buffer. */
  void copyTo(ByteBuf out, int length) {
    bytes -= length;
    for (int rest = length; rest > 0; ) {
      ByteBuf head = buffers.element();
      int part = Math.min(rest, head.readableBytes());
      out.writeBytes(head, part);
      rest -= part;
      if (!head.isReadable()) {
        buffers.remove().release();
        copied++;
      }
    }
  }

  /** Returns a promise whose outcome becomes that of every write copied since the last call. */
  ChannelPromise takePromises(ChannelHandlerContext ctx) {
    while (!buffers.isEmpty() && !buffers.element().isReadable()) {
      buffers.remove().release();
      copied++;
    }
    int count = copied;
    copied = 0;
    if (count == 0) {
      return ctx.newPromise();
    }
    ChannelPromise first = promises.remove();
    if (count == 1) {
      return first;
    }
    List<ChannelPromise> all = new ArrayList<>(count);
    addUnlessVoid(all, first);
    for (int i = 1; i < count; i++) {
      addUnlessVoid(all, promises.remove());
    }
    if (all.isEmpty()) {
      return first;
    }
    if (all.size() == 1) {
      return all.get(0);
    }
    ChannelPromise together = ctx.newPromise();
    together.addListener(
        done -> {
          for (ChannelPromise each : all) {
            if (done.isSuccess()) {
              each.trySuccess();
            } else {
              each.tryFailure(done.cause());
            }
          }
        });
    return together;
  }

  /** Releases all buffers and fails all promises. */
  void failAll(Throwable cause) {
    bytes = 0;
    copied = 0;
    for (ByteBuf each = buffers.poll(); each != null; each = buffers.poll()) {
      each.release();
    }
    for (ChannelPromise each = promises.poll(); each != null; each = promises.poll()) {
      each.tryFailure(cause);
    }
  }

  private static void addUnlessVoid(List<ChannelPromise> all, ChannelPromise promise) {
    if (!promise.isVoid()) {
      all.add(promise);
    }
  }
}

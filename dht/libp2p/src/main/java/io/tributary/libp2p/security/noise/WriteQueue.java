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

  /** How many promises at the head belong to buffers that have been used up. */
  private int done;

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

  /** Returns the next buffer that has bytes; there must be one. */
  ByteBuf head() {
    dropEmpty();
    return buffers.element();
  }

  /** Leaves out the next {@code length} bytes, all of them in the {@link #head}. */
  void skip(int length) {
    head().skipBytes(length);
    bytes -= length;
    dropEmpty();
  }

  /** Moves bytes of the {@link #head} into a buffer, as many as it has or {@code max}. */
  void moveTo(ByteBuf out, int max) {
    ByteBuf head = head();
    int length = Math.min(max, head.readableBytes());
    out.writeBytes(head, length);
    bytes -= length;
    dropEmpty();
  }

  private void dropEmpty() {
    while (!buffers.isEmpty() && !buffers.element().isReadable()) {
      buffers.remove().release();
      done++;
    }
  }

  /** Returns a promise whose outcome becomes that of every write used up since the last call. */
  ChannelPromise takePromises(ChannelHandlerContext ctx) {
    dropEmpty();
    int count = done;
    done = 0;
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
        outcome -> {
          for (ChannelPromise each : all) {
            if (outcome.isSuccess()) {
              each.trySuccess();
            } else {
              each.tryFailure(outcome.cause());
            }
          }
        });
    return together;
  }

  /** Releases all buffers and fails all promises. */
  void failAll(Throwable cause) {
    bytes = 0;
    done = 0;
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

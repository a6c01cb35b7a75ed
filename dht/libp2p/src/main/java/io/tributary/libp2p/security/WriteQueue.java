package io.tributary.libp2p.security;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Plain buffers on their way into frames or records, with the promises of their writes. A promise
 * is handed on with the batch that holds the last byte of its buffer. For implementers of {@link
 * SecurityProtocol}.
 *
 * <p>Its owner bounds it. Not thread-safe. Allocates nothing per buffer as long as the promises are
 * void.
 */
public final class WriteQueue {
  private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
  private final ArrayDeque<ChannelPromise> promises = new ArrayDeque<>();

  /** How many promises at the head belong to buffers that have been used up. */
  private int done;

  private long bytes;

  /** Adds a buffer, which the queue then owns. */
  public void add(ByteBuf buffer, ChannelPromise promise) {
    buffers.add(buffer);
    promises.add(promise);
    bytes += buffer.readableBytes();
  }

  /** How many bytes wait. */
  public long bytes() {
    return bytes;
  }

  /** Whether no buffer waits, not even an empty one. */
  public boolean isEmpty() {
    return buffers.isEmpty();
  }

  /** Returns the next buffer that has bytes; there must be one. */
  public ByteBuf head() {
    dropEmpty();
    return buffers.element();
  }

  /** Leaves out the next {@code length} bytes, all of them in the {@link #head}. */
  public void skip(int length) {
    head().skipBytes(length);
    bytes -= length;
    dropEmpty();
  }

  /** Moves bytes of the {@link #head} into a buffer, as many as it has or {@code max}. */
  public void moveTo(ByteBuf out, int max) {
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
  public ChannelPromise takePromises(ChannelHandlerContext ctx) {
    dropEmpty();
    ChannelPromise first = ctx.voidPromise();
    List<ChannelPromise> all = List.of();
    for (; done > 0; done--) {
      ChannelPromise each = promises.remove();
      if (each.isVoid()) {
        continue;
      }
      if (first.isVoid()) {
        first = each;
      } else {
        if (all.isEmpty()) {
          all = new ArrayList<>();
          all.add(first);
        }
        all.add(each);
      }
    }
    return all.isEmpty() ? first : together(ctx, all);
  }

  private static ChannelPromise together(ChannelHandlerContext ctx, List<ChannelPromise> all) {
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
  public void failAll(Throwable cause) {
    bytes = 0;
    done = 0;
    for (ByteBuf each = buffers.poll(); each != null; each = buffers.poll()) {
      each.release();
    }
    for (ChannelPromise each = promises.poll(); each != null; each = promises.poll()) {
      each.tryFailure(cause);
    }
  }
}

package io.tributary.nodekit.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Moves the pieces of a source to a channel while the channel takes them: at most one piece is
 * asked for ahead, and pieces leave in slices, so that what waits in memory is bounded and a slow
 * client can be told from one that takes nothing.
 *
 * <p>Runs on the channel's event loop only.
 */
final class BodyPump {
  /** The most bytes that are written at a time. */
  static final int SLICE_BYTES = 256 * 1024;

  /** The most bytes of the first slice, which leaves at once: a client waits for its first byte. */
  private static final int FIRST_SLICE_BYTES = 64 * 1024;

  /** The most bytes that are moved before other channels of the loop get their turn. */
  private static final long TURN_BYTES = 1L << 20;

  /** Where the pieces go. */
  interface Outlet {
    /** Comes before the first slice, and before the end of an empty body. */
    void begin();

    /** Writes a slice without flushing. */
    void write(ByteBuf slice);

    /** Comes after the last slice. */
    void finish();

    /** The source failed, or did not yield what it promised; nothing comes after it. */
    void fail(Throwable cause);

    /** Nothing more happens before the source yields a piece. */
    void waitForSource();

    /** Nothing more happens before the client takes some bytes. */
    void waitForClient();
  }

  private final Channel channel;
  private final BodySource source;
  private final Outlet outlet;
  private long leftBytes;
  private @Nullable ByteBuf held;
  private boolean hasBegun;
  private boolean hasWritten;
  private boolean isPulling;
  private boolean isMoving;
  private boolean isOver;

  /**
   * Prepares to move a body.
   *
   * @param lengthBytes what the source promises, or {@link Body#UNKNOWN_LENGTH}
   */
  BodyPump(Channel channel, BodySource source, long lengthBytes, Outlet outlet) {
    this.channel = channel;
    this.source = source;
    this.leftBytes = lengthBytes;
    this.outlet = outlet;
  }

  /** Moves what can be moved. Call it first, and whenever the channel becomes writable. */
  void move() {
    if (isOver || isPulling || isMoving) {
      return;
    }
    isMoving = true;
    long turn = TURN_BYTES;
    try {
      while (!isOver && !isPulling) {
        if (hasBegun && !hasRoom()) {
          outlet.waitForClient();
          return;
        }
        if (turn <= 0) {
          channel.flush();
          channel.eventLoop().execute(this::move);
          return;
        }
        if (held == null) {
          pull();
        } else {
          turn -= writeSlice(held);
        }
      }
    } finally {
      isMoving = false;
    }
    if (isPulling) {
      channel.flush();
      outlet.waitForSource();
    }
  }

  /** Ends it: lets go of the source and of what was not written. Harmless when it is over. */
  void stop() {
    if (isOver) {
      return;
    }
    isOver = true;
    if (held != null) {
      held.release();
      held = null;
    }
    source.close();
  }

  private boolean hasRoom() {
    if (!channel.isWritable()) {
      channel.flush();
    }
    return channel.isWritable();
  }

  private void pull() {
    CompletableFuture<Optional<ByteBuf>> next;
    try {
      next = source.next().toCompletableFuture();
    } catch (RuntimeException e) {
      fail(e);
      return;
    }
    if (next.isDone()) {
      settle(next);
      return;
    }
    isPulling = true;
    CompletableFuture<Optional<ByteBuf>> unused =
        next.whenComplete((piece, cause) -> comeBack(next));
  }

  /** Brings a piece from whatever thread it came on to the event loop. */
  private void comeBack(CompletableFuture<Optional<ByteBuf>> next) {
    try {
      channel
          .eventLoop()
          .execute(
              () -> {
                isPulling = false;
                settle(next);
                move();
              });
    } catch (RejectedExecutionException e) {
      release(next);
    }
  }

  private void settle(CompletableFuture<Optional<ByteBuf>> next) {
    if (isOver) {
      release(next);
      return;
    }
    try {
      accept(next.join());
    } catch (CompletionException e) {
      fail(e.getCause() == null ? e : e.getCause());
    } catch (CancellationException e) {
      fail(e);
    }
  }

  private void accept(Optional<ByteBuf> piece) {
    if (piece.isEmpty()) {
      if (leftBytes > 0) {
        fail(new IllegalStateException("a body ended " + leftBytes + " bytes early"));
      } else {
        begin();
        stop();
        outlet.finish();
      }
      return;
    }
    ByteBuf bytes = piece.get();
    if (leftBytes != Body.UNKNOWN_LENGTH && bytes.readableBytes() > leftBytes) {
      bytes.release();
      fail(new IllegalStateException("a body is longer than it said"));
    } else if (bytes.isReadable()) {
      held = bytes;
      begin();
    } else {
      bytes.release();
    }
  }

  private int writeSlice(ByteBuf piece) {
    int length = Math.min(piece.readableBytes(), hasWritten ? SLICE_BYTES : FIRST_SLICE_BYTES);
    if (leftBytes != Body.UNKNOWN_LENGTH) {
      leftBytes -= length;
    }
    if (length == piece.readableBytes()) {
      held = null;
      outlet.write(piece);
    } else {
      outlet.write(piece.readRetainedSlice(length));
    }
    if (!hasWritten && leftBytes != 0) {
      channel.flush();
    }
    hasWritten = true;
    return length;
  }

  private void begin() {
    if (!hasBegun) {
      hasBegun = true;
      outlet.begin();
    }
  }

  private void fail(Throwable cause) {
    if (!isOver) {
      stop();
      outlet.fail(cause);
    }
  }

  private static void release(CompletableFuture<Optional<ByteBuf>> next) {
    if (!next.isCompletedExceptionally()) {
      next.join().ifPresent(ByteBuf::release);
    }
  }
}

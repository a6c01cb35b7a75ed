package io.tributary.origin.dev.miner;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Sends a body piece by piece, as fast as the connection and a rate allow, and stops where it is
 * told to.
 *
 * <p>At most one piece beyond the connection's high-water mark is in memory. Used by one thread at
 * a time.
 */
final class BodyWriter {
  /** The rate of a body that is sent as fast as the connection takes it. */
  static final long UNLIMITED = Long.MAX_VALUE;

  private static final int PIECE_BYTES = 64 << 10;
  private static final long PIECES_PER_SECOND = 20;
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ChannelHandlerContext ctx;
  private final FragmentBody body;
  private final long bytesPerSecond;
  private final long until;
  private final Owner owner;
  private long sent;
  private boolean pausing;
  private boolean over;

  /**
   * @param body what to send; closed at the end, however it ends
   * @param bytesPerSecond the rate, or {@link #UNLIMITED}
   * @param until after how many bytes to stop
   * @param owner is told once how it ended, unless by {@link #stop}
   */
  BodyWriter(
      ChannelHandlerContext ctx, FragmentBody body, long bytesPerSecond, long until, Owner owner) {
    this.ctx = ctx;
    this.body = body;
    this.bytesPerSecond = bytesPerSecond;
    this.until = Math.min(until, body.lengthBytes());
    this.owner = owner;
  }

  /** Whose body it is. */
  interface Owner {
    /** All bytes were handed to the connection. */
    void done();

    /** The body could not be read. */
    void failed(IOException cause);

    /** Runs something after a pause. */
    void resumeAfter(long nanos, Runnable action);
  }

  /**
   * Sends what can be sent now; to be called at the start and when the connection can take more.
   */
  void pump() {
    try {
      while (!over && !pausing && ctx.channel().isWritable()) {
        if (sent == until) {
          stop();
          owner.done();
          return;
        }
        sendPiece((int) Math.min(pieceBytes(), until - sent));
      }
    } catch (IOException e) {
      over = true;
      owner.failed(e);
    }
  }

  /** Ends the sending where it is. */
  void stop() throws IOException {
    if (!over) {
      over = true;
      body.close();
    }
  }

  private void sendPiece(int count) throws IOException {
    ByteBuf piece = ctx.alloc().buffer(count);
    try {
      body.read(sent, count, piece);
    } catch (IOException | RuntimeException e) {
      piece.release();
      body.close();
      throw e;
    }
    sent += count;
    ctx.writeAndFlush(new DefaultHttpContent(piece))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    if (bytesPerSecond != UNLIMITED) {
      pausing = true;
      owner.resumeAfter(pauseNanos(count), this::resume);
    }
  }

  private void resume() {
    pausing = false;
    pump();
  }

  private int pieceBytes() {
    return bytesPerSecond == UNLIMITED
        ? PIECE_BYTES
        : (int) Math.max(1, Math.min(PIECE_BYTES, bytesPerSecond / PIECES_PER_SECOND));
  }

  private long pauseNanos(int count) {
    return (long) ((double) count * NANOS_PER_SECOND / bytesPerSecond);
  }
}

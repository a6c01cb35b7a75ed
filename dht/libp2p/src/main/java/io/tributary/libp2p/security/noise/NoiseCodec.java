package io.tributary.libp2p.security.noise;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocal;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import io.tributary.libp2p.security.WriteQueue;
import java.nio.channels.ClosedChannelException;

/** The handler that turns plain bytes into Noise frames and back, after the handshake. */
final class NoiseCodec extends ChannelDuplexHandler {
  /*
   * How bytes move
   * ==============
   *
   * Outbound. Writes wait in a queue until a flush, or until a batch of frames is full. A batch is
   * one buffer of exactly the size its frames need, so a flush of many small writes makes one frame
   * and a large one makes few buffers. The plain bytes of a frame are gathered into a staging area
   * that belongs to the thread and therefore stays in the processor's cache, and encrypted from
   * there straight into the batch: gathering costs a copy within the cache, but lets a muxer write
   * small buffers without a frame, a tag and a cipher call for each. A large buffer is not gathered
   * but encrypted from where it lies; what little is gathered before it becomes a frame of its own,
   * which costs less than to copy a large one. A batch goes to the channel as soon as it is full, flushed or not, so that the channel's high-water mark
   * sees all but the last MAX_BATCH_PLAIN_BYTES.
   *
   * Inbound. A frame that lies whole in what was read is decrypted from there into a buffer of its
   * own: a slice of what was read would keep all of it in memory for as long as any slow reader keeps
   * its part. A frame that is cut by the end of a read is put together first, in a buffer of the
   * frame's size. So a connection holds at most one incomplete frame here.
   */

  /** How many plain bytes at most go to the channel in one buffer. */
  static final int MAX_BATCH_PLAIN_BYTES = 4 * NoiseFrame.MAX_PLAIN_BYTES;

  /** From how many bytes on a buffer is encrypted in place of being gathered first. */
  private static final int MIN_DIRECT_BYTES = 32_768;

  /** How many gathered bytes at most make a frame of their own before such a buffer. */
  private static final int MAX_BESIDE_DIRECT_BYTES = 4096;

  private static final FastThreadLocal<ByteBuf> STAGING =
      new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
          return Unpooled.directBuffer(NoiseFrame.MAX_PLAIN_BYTES, NoiseFrame.MAX_PLAIN_BYTES);
        }

        @Override
        protected void onRemoval(ByteBuf staging) {
          staging.release();
        }
      };

  private static final int UNKNOWN = -1;

  private final CipherState sender;
  private final CipherState receiver;
  private final WriteQueue queue = new WriteQueue();

  /** The high byte of a length whose low byte has not arrived, or {@link #UNKNOWN}. */
  private int lengthHighByte = UNKNOWN;

  /** The length of the message that is arriving, or {@link #UNKNOWN}. */
  private int messageBytes = UNKNOWN;

  /** What has arrived of a message that was cut by the end of a read. */
  private ByteBuf partial = Unpooled.EMPTY_BUFFER;

  private boolean delivered;
  private boolean failed;

  NoiseCodec(CipherState sender, CipherState receiver) {
    this.sender = sender;
    this.receiver = receiver;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      while (in.isReadable() && !failed) {
        readFrame(ctx, in);
      }
    } catch (SecureChannelException e) {
      fail(ctx, e);
    } finally {
      in.release();
    }
  }

  private void readFrame(ChannelHandlerContext ctx, ByteBuf in) throws SecureChannelException {
    if (messageBytes == UNKNOWN && !readLength(in)) {
      return;
    }
    if (partial.capacity() == 0 && in.readableBytes() >= messageBytes && isOnePiece(in)) {
      int at = in.readerIndex();
      in.skipBytes(messageBytes);
      deliver(ctx, in, at);
      return;
    }
    if (partial.capacity() == 0) {
      partial = ctx.alloc().directBuffer(messageBytes, messageBytes);
    }
    in.readBytes(partial, Math.min(in.readableBytes(), messageBytes - partial.readableBytes()));
    if (partial.readableBytes() == messageBytes) {
      ByteBuf whole = partial;
      partial = Unpooled.EMPTY_BUFFER;
      try {
        deliver(ctx, whole, 0);
      } finally {
        whole.release();
      }
    }
  }

  private boolean readLength(ByteBuf in) throws SecureChannelException {
    if (lengthHighByte == UNKNOWN) {
      if (in.readableBytes() < NoiseFrame.LENGTH_BYTES) {
        lengthHighByte = in.readUnsignedByte();
        return false;
      }
      messageBytes = in.readUnsignedShort();
    } else {
      messageBytes = lengthHighByte << 8 | in.readUnsignedByte();
      lengthHighByte = UNKNOWN;
    }
    if (messageBytes < CipherState.TAG_BYTES) {
      throw new SecureChannelException(
          Reason.MALFORMED, "a message of " + messageBytes + " bytes has no room for its tag");
    }
    return in.isReadable();
  }

  private void deliver(ChannelHandlerContext ctx, ByteBuf in, int at)
      throws SecureChannelException {
    int length = messageBytes;
    messageBytes = UNKNOWN;
    ByteBuf plain = ctx.alloc().directBuffer(length - CipherState.TAG_BYTES);
    boolean done = false;
    try {
      receiver.apply(in, at, length, plain);
      done = plain.isReadable();
    } finally {
      if (!done) {
        plain.release();
      }
    }
    if (done) {
      delivered = true;
      ctx.fireChannelRead(plain);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    boolean nothing = !delivered;
    delivered = false;
    ctx.fireChannelReadComplete();
    if (nothing && !ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf plain)) {
      ReferenceCountUtil.release(message);
      promise.setFailure(new UnsupportedMessageTypeException(message, ByteBuf.class));
    } else if (failed) {
      plain.release();
      promise.tryFailure(new ClosedChannelException());
    } else {
      queue.add(plain, promise);
      while (queue.bytes() >= MAX_BATCH_PLAIN_BYTES && !failed) {
        sendBatch(ctx, MAX_BATCH_PLAIN_BYTES);
      }
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    sendAll(ctx);
    ctx.flush();
  }

  private void sendAll(ChannelHandlerContext ctx) {
    while (!queue.isEmpty() && !failed) {
      sendBatch(ctx, (int) Math.min(queue.bytes(), MAX_BATCH_PLAIN_BYTES));
    }
  }

  private void sendBatch(ChannelHandlerContext ctx, int plainBytes) {
    // At most one frame of gathered bytes goes before each large one, and one is the last.
    int frames = 1 + 2 * (plainBytes / MIN_DIRECT_BYTES);
    ByteBuf batch = ctx.alloc().directBuffer(plainBytes + frames * NoiseFrame.OVERHEAD_BYTES);
    try {
      for (int rest = plainBytes; rest > 0; ) {
        rest -= appendFrame(batch, rest);
      }
    } catch (SecureChannelException e) {
      batch.release();
      fail(ctx, e);
      return;
    }
    ctx.write(batch, queue.takePromises(ctx));
  }

  /** Appends a frame of at most {@code limit} plain bytes to a batch and returns how many. */
  private int appendFrame(ByteBuf batch, int limit) throws SecureChannelException {
    int max = Math.min(limit, NoiseFrame.MAX_PLAIN_BYTES);
    ByteBuf head = queue.head();
    if (isLarge(head, max)) {
      int length = Math.min(max, head.readableBytes());
      seal(head, head.readerIndex(), length, batch);
      queue.skip(length);
      return length;
    }
    ByteBuf staging = STAGING.get().clear();
    do {
      queue.moveTo(staging, max - staging.readableBytes());
    } while (staging.readableBytes() < max
        && (staging.readableBytes() > MAX_BESIDE_DIRECT_BYTES || !isLarge(queue.head(), max)));
    seal(staging, 0, staging.readableBytes(), batch);
    return staging.readableBytes();
  }

  private static boolean isLarge(ByteBuf head, int max) {
    return head.readableBytes() >= MIN_DIRECT_BYTES && max >= MIN_DIRECT_BYTES && isOnePiece(head);
  }

  private void seal(ByteBuf plain, int at, int length, ByteBuf batch)
      throws SecureChannelException {
    batch.writeShort(length + CipherState.TAG_BYTES);
    sender.apply(plain, at, length, batch);
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    sendAll(ctx);
    ctx.flush();
    ctx.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop(new ClosedChannelException());
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stop(new ClosedChannelException());
  }

  private void fail(ChannelHandlerContext ctx, SecureChannelException failure) {
    stop(failure);
    ctx.fireExceptionCaught(failure);
    ctx.close();
  }

  private void stop(Exception cause) {
    failed = true;
    partial.release();
    partial = Unpooled.EMPTY_BUFFER;
    queue.failAll(cause);
    sender.destroy();
    receiver.destroy();
  }

  private static boolean isOnePiece(ByteBuf buffer) {
    return buffer.isDirect() && buffer.nioBufferCount() == 1;
  }
}

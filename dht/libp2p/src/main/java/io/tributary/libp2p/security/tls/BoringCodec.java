package io.tributary.libp2p.security.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocal;
import io.tributary.libp2p.security.WriteQueue;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;

/**
 * The handler that turns plain bytes into TLS records and back after the handshake, by BoringSSL
 * without an {@link javax.net.ssl.SSLEngine} between.
 *
 * <p>It owns the engine it is given, of which nobody else may ask anything any more, and frees it
 * when it leaves the pipeline.
 */
final class BoringCodec extends ChannelDuplexHandler {
  /*
   * Why not Netty's handler
   * =======================
   * Netty's SslHandler does the handshake. For what follows it goes through SSLEngine, one record a
   * call: it makes a result object for each record, a buffer of its own for each, and copies what does
   * not lie in one piece. The records themselves are BoringSSL's work in either case, and stay so here:
   *
   *   inbound   what was read -> [BIO] -> SSL_read ... SSL_read -> one buffer of several records
   *   outbound  queued buffers -> SSL_write ... SSL_write -> [BIO] -> one buffer of several records
   *
   * The BIO, BoringSSL's view of the network, is a window over a Java buffer. There is one for both
   * directions, so it is set before each use; since a handler that is given plain bytes may write at
   * once, it is set anew after each delivery.
   *
   * Inbound. BoringSSL keeps what has arrived of an incomplete record, at most one, and hands out the
   * plain bytes of one record a call. They are gathered until MAX_PLAIN_READ_BYTES are full, which is
   * what a slow reader of a few bytes can keep in memory.
   *
   * Outbound. Writes wait in a queue until a flush, or until a batch is full, so that the channel's
   * high-water mark sees all but the last batch. Records are as full as the queue can make them: a
   * buffer that fills a record is encrypted from where it lies, smaller ones are gathered first, in a
   * staging area that belongs to the thread and therefore stays in the processor's cache.
   *
   * What TLS itself has to say (answers to key updates, alerts) collects in the BIO while it reads, and
   * goes out after each read.
   */

  /** The most plain bytes a record holds (RFC 8446, section 5.1). */
  static final int MAX_RECORD_PLAIN_BYTES = 16_384;

  /** Header, inner content type and tag, with room to spare; no padding is ever added. */
  private static final int RECORD_OVERHEAD_BYTES = 32;

  /** How many plain bytes at most go to the channel in one buffer. */
  static final int MAX_BATCH_PLAIN_BYTES = 16 * MAX_RECORD_PLAIN_BYTES;

  /** How many plain bytes at most are delivered in one buffer. */
  static final int MAX_PLAIN_READ_BYTES = 4 * MAX_RECORD_PLAIN_BYTES;

  private static final int MIN_PLAIN_READ_BYTES = 256;

  /** Room for what TLS itself has to say between two writes. */
  private static final int CONTROL_BYTES = 2048;

  private static final FastThreadLocal<ByteBuf> STAGING =
      new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
          return Unpooled.directBuffer(MAX_RECORD_PLAIN_BYTES, MAX_RECORD_PLAIN_BYTES);
        }

        @Override
        protected void onRemoval(ByteBuf staging) {
          staging.release();
        }
      };

  private final ReferenceCountedOpenSslEngine engine;
  private final long ssl;
  private final long bio;
  private final WriteQueue queue = new WriteQueue();
  private boolean delivered;
  private boolean stopped;

  /** Takes over an engine whose handshake is done and that holds nothing back. */
  BoringCodec(ReferenceCountedOpenSslEngine engine) {
    this.engine = engine;
    this.ssl = engine.sslPointer();
    this.bio = SSL.bioNewByteBuffer(ssl, CONTROL_BYTES);
  }

  /** Whether buffers of this process have addresses, without which this handler cannot work. */
  static boolean isAvailable() {
    return STAGING.get().hasMemoryAddress();
  }

  // Inbound

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (stopped) {
      in.release();
      return;
    }
    ByteBuf source = withAddress(ctx, in);
    try {
      open(ctx, source);
    } catch (SSLException e) {
      fail(ctx, e);
    } finally {
      source.release();
    }
  }

  /** Returns the same bytes where BoringSSL can read them, in place of the buffer given. */
  private static ByteBuf withAddress(ChannelHandlerContext ctx, ByteBuf in) {
    if (in.hasMemoryAddress()) {
      return in;
    }
    try {
      return ctx.alloc().directBuffer(in.readableBytes()).writeBytes(in);
    } finally {
      in.release();
    }
  }

  private void open(ChannelHandlerContext ctx, ByteBuf in) throws SSLException {
    long end = in.memoryAddress() + in.writerIndex();
    int left = in.readableBytes();
    while (true) {
      ByteBuf plain = ctx.alloc().directBuffer(roomFor(left));
      int status = read(plain, end - left, left);
      left = SSL.bioLengthByteBuffer(bio);
      SSL.bioClearByteBuffer(bio);
      if (plain.isReadable()) {
        delivered = true;
        ctx.fireChannelRead(plain);
      } else {
        plain.release();
      }
      if (stopped
          || status == SSL.SSL_ERROR_WANT_READ
          || (left == 0 && SSL.sslPending(ssl) == 0 && status == SSL.SSL_ERROR_NONE)) {
        break;
      }
      if (status == SSL.SSL_ERROR_ZERO_RETURN) {
        // The peer has said its last word. Streams go both ways, so there is nothing left to say.
        ctx.close();
        return;
      }
    }
    sendControl(ctx);
  }

  private int roomFor(int left) {
    return Math.min(
        MAX_PLAIN_READ_BYTES, Math.max(MIN_PLAIN_READ_BYTES, left + SSL.sslPending(ssl)));
  }

  /** Fills a buffer; returns what BoringSSL says at the end, no error if the buffer is full. */
  private int read(ByteBuf plain, long address, int length) throws SSLException {
    SSL.bioSetByteBuffer(bio, address, length, false);
    while (plain.isWritable()) {
      int made =
          SSL.readFromSSL(ssl, plain.memoryAddress() + plain.writerIndex(), plain.writableBytes());
      if (made <= 0) {
        int status = SSL.getError(ssl, made);
        if (status != SSL.SSL_ERROR_WANT_READ && status != SSL.SSL_ERROR_ZERO_RETURN) {
          plain.release();
          throw failure("reading", status);
        }
        return status;
      }
      plain.writerIndex(plain.writerIndex() + made);
    }
    return SSL.SSL_ERROR_NONE;
  }

  private static SSLException failure(String what, int status) {
    int number = SSL.getLastErrorNumber();
    SSL.clearError();
    return new SSLException(
        number == 0 ? what + " failed with status " + status : SSL.getErrorString(number));
  }

  /** Sends what TLS itself has to say, if anything. */
  private void sendControl(ChannelHandlerContext ctx) {
    if (stopped || SSL.bioLengthNonApplication(bio) == 0) {
      return;
    }
    ByteBuf out = ctx.alloc().directBuffer(CONTROL_BYTES);
    SSL.bioSetByteBuffer(bio, out.memoryAddress(), CONTROL_BYTES, true);
    out.writerIndex(SSL.bioFlushByteBuffer(bio));
    SSL.bioClearByteBuffer(bio);
    ctx.writeAndFlush(out, ctx.voidPromise());
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

  // Outbound

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf plain)) {
      ReferenceCountUtil.release(message);
      promise.setFailure(new UnsupportedMessageTypeException(message, ByteBuf.class));
    } else if (stopped) {
      plain.release();
      promise.tryFailure(new ClosedChannelException());
    } else {
      queue.add(plain, promise);
      while (queue.bytes() >= MAX_BATCH_PLAIN_BYTES && !stopped) {
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
    while (!queue.isEmpty() && !stopped) {
      sendBatch(ctx, (int) Math.min(queue.bytes(), MAX_BATCH_PLAIN_BYTES));
    }
  }

  private void sendBatch(ChannelHandlerContext ctx, int plainBytes) {
    int records = 1 + plainBytes / MAX_RECORD_PLAIN_BYTES;
    int room = CONTROL_BYTES + plainBytes + records * RECORD_OVERHEAD_BYTES;
    ByteBuf batch = ctx.alloc().directBuffer(room);
    SSL.bioSetByteBuffer(bio, batch.memoryAddress(), room, true);
    try {
      SSL.bioFlushByteBuffer(bio);
      for (int rest = plainBytes; rest > 0; ) {
        rest -= seal(Math.min(rest, MAX_RECORD_PLAIN_BYTES));
      }
      batch.writerIndex(room - SSL.bioLengthByteBuffer(bio));
    } catch (SSLException e) {
      batch.release();
      fail(ctx, e);
      return;
    } finally {
      if (!stopped) {
        SSL.bioClearByteBuffer(bio);
      }
    }
    ctx.write(batch, queue.takePromises(ctx));
  }

  /** Makes one record of the queue's next bytes and returns how many. */
  private int seal(int length) throws SSLException {
    ByteBuf head = queue.head();
    if (head.readableBytes() >= length && head.hasMemoryAddress()) {
      seal(head, head.readerIndex(), length);
      queue.skip(length);
      return length;
    }
    ByteBuf staging = STAGING.get().clear();
    while (staging.readableBytes() < length) {
      queue.moveTo(staging, length - staging.readableBytes());
    }
    seal(staging, 0, length);
    return length;
  }

  private void seal(ByteBuf plain, int at, int length) throws SSLException {
    int sealed = SSL.writeToSSL(ssl, plain.memoryAddress() + at, length);
    if (sealed != length) {
      throw failure("writing", sealed <= 0 ? SSL.getError(ssl, sealed) : SSL.SSL_ERROR_NONE);
    }
  }

  // Ending

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    sendAll(ctx);
    if (!stopped) {
      // Says close_notify; what it answers does not matter any more.
      SSL.shutdownSSL(ssl);
      SSL.clearError();
      sendControl(ctx);
      ctx.flush();
      stop(new ClosedChannelException());
    }
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

  private void fail(ChannelHandlerContext ctx, SSLException failure) {
    if (!stopped) {
      SSL.bioClearByteBuffer(bio);
      // The alert that says why.
      sendControl(ctx);
    }
    stop(failure);
    ctx.fireExceptionCaught(failure);
    ctx.close();
  }

  private void stop(Exception cause) {
    if (!stopped) {
      stopped = true;
      queue.failAll(cause);
      engine.release();
    }
  }
}

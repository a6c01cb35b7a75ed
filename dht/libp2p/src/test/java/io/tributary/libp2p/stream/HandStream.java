package io.tributary.libp2p.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A stream moved by hand: the test is the muxer. */
final class HandStream implements ByteStream, AutoCloseable {
  private final DefaultEventLoop loop = new DefaultEventLoop();
  final ByteArrayOutputStream written = new ByteArrayOutputStream();
  final AtomicLong credited = new AtomicLong();
  final List<Long> resets = new ArrayList<>();
  final List<Duration> deadlines = new ArrayList<>();
  final List<ByteBuf> given = new ArrayList<>();
  volatile boolean writable = true;
  final AtomicInteger closes = new AtomicInteger();
  volatile boolean creditOnReturn = true;
  volatile StreamHandler handler = ByteBuf::release;

  /** Delivers a piece. */
  void arrive(byte... bytes) {
    ByteBuf piece = Unpooled.copiedBuffer(bytes);
    given.add(piece);
    handler.onData(piece);
  }

  void becomeWritable() {
    writable = true;
    handler.onWritable();
  }

  boolean holdsNothing() {
    return given.stream().allMatch(piece -> piece.refCnt() == 0);
  }

  @Override
  public long id() {
    return 1;
  }

  @Override
  public boolean isInitiator() {
    return true;
  }

  @Override
  public EventLoop eventLoop() {
    return loop;
  }

  @Override
  public ByteBufAllocator allocator() {
    return ByteBufAllocator.DEFAULT;
  }

  @Override
  public void handler(StreamHandler newHandler) {
    handler = newHandler;
  }

  @Override
  public boolean write(ByteBuf data) {
    written.writeBytes(ByteBufUtil.getBytes(data));
    data.release();
    return writable;
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public long writableBytes() {
    return writable ? 1 : 0;
  }

  @Override
  public void closeWrite() {
    closes.incrementAndGet();
  }

  @Override
  public void autoRead(boolean on) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void creditOnReturn(boolean on) {
    creditOnReturn = on;
  }

  @Override
  public void credit(int bytes) {
    credited.addAndGet(bytes);
  }

  @Override
  public void weight(int weight) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void deadline(Duration fromNow) {
    deadlines.add(fromNow);
  }

  @Override
  public void clearDeadline() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void reset(long code) {
    resets.add(code);
    handler.onReset(new StreamReset(ResetReason.RESET_BY_CALLER, code));
  }

  @Override
  public void close() {
    loop.shutdownGracefully();
  }
}

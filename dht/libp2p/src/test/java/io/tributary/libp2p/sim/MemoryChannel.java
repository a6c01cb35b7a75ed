package io.tributary.libp2p.sim;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.net.SocketAddress;
import java.util.ArrayDeque;

/** One end of a {@link Link}, as Netty sees it: bounded in both directions, closed by its peer. */
final class MemoryChannel extends AbstractChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  private final ChannelConfig config = new DefaultChannelConfig(this);
  private final Simulation simulation;
  private final Multiaddr local;
  private final Multiaddr remote;
  private final Link.Way out;
  private final Link.Way in;
  private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
  private int unread;
  private boolean endArrived;
  private boolean readWanted;
  private boolean closed;

  MemoryChannel(
      Simulation simulation, Multiaddr local, Multiaddr remote, Link.Way out, Link.Way in) {
    super(null);
    this.simulation = simulation;
    this.local = local;
    this.remote = remote;
    this.out = out;
    this.in = in;
    config.setAllocator(simulation.allocator());
    config.setWriteBufferWaterMark(new WriteBufferWaterMark(32 << 10, 64 << 10));
  }

  /** Begins to live on the simulation's loop. */
  void register() {
    unsafe().register(simulation.loop(), new DefaultChannelPromise(this, simulation.loop()));
  }

  /** Bytes that have arrived and have not been read. */
  int unread() {
    return unread;
  }

  void arrive(byte[] piece) {
    arrived.add(piece);
    unread += piece.length;
    deliver();
  }

  void arriveEnd() {
    endArrived = true;
    deliver();
  }

  /** The link is torn. */
  void lose() {
    if (isRegistered()) {
      unsafe().close(unsafe().voidPromise());
    } else {
      closed = true;
    }
  }

  private void deliver() {
    if (!readWanted || closed) {
      return;
    }
    byte[] piece = arrived.poll();
    if (piece != null) {
      readWanted = false;
      unread -= piece.length;
      pipeline()
          .fireChannelRead(config.getAllocator().directBuffer(piece.length).writeBytes(piece));
      pipeline().fireChannelReadComplete();
      in.peerMaySend();
    } else if (endArrived) {
      unsafe().close(unsafe().voidPromise());
    }
  }

  /** The way out takes bytes again. */
  void resume() {
    if (isRegistered()) {
      ((Unsafe) unsafe()).resume();
    }
  }

  @Override
  protected void doBeginRead() {
    readWanted = true;
    if (!arrived.isEmpty() || endArrived) {
      eventLoop().execute(this::deliver);
    }
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer buffer) {
    for (Object current = buffer.current(); current != null; current = buffer.current()) {
      ByteBuf bytes = (ByteBuf) current;
      int count = Math.min(bytes.readableBytes(), out.room());
      if (count == 0 && bytes.isReadable()) {
        return;
      }
      if (count == 0) {
        buffer.remove();
      } else {
        out.send(bytes, count);
        buffer.removeBytes(count);
      }
    }
  }

  @Override
  protected void doClose() {
    closed = true;
    arrived.clear();
    unread = 0;
    out.end();
    in.peerMaySend();
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new Unsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop == simulation.loop();
  }

  @Override
  protected SocketAddress localAddress0() {
    return local.toSocketAddress().orElseThrow();
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return remote.toSocketAddress().orElseThrow();
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public boolean isActive() {
    return !closed;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  private final class Unsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
      promise.setFailure(new UnsupportedOperationException());
    }

    void resume() {
      flush0();
    }
  }
}

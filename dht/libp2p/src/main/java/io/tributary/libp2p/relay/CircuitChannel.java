package io.tributary.libp2p.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
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
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.transport.TransportConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;

/**
 * A circuit as Netty sees it: a channel whose bytes travel on a stream to the relay, so that it can
 * be secured and multiplexed as any socket is.
 *
 * <p>It lives on an event loop that need not be the stream's. Bytes count as consumed, and the
 * relay may send more, when the pipeline has taken them; what is written waits here while the
 * stream has enough. When either side ends, both do.
 */
final class CircuitChannel extends AbstractChannel {

  /** How long the relay may take to close its side after this one. */
  static final Duration CLOSE_GRACE = Duration.ofSeconds(10);

  private static final int LOW_WATER_BYTES = 64 << 10;
  private static final int HIGH_WATER_BYTES = 256 << 10;
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  /** Where an end of a circuit is; no socket has such an address. */
  private static final class Place extends SocketAddress {
    private static final long serialVersionUID = 1L;
    private final transient Multiaddr address;

    Place(Multiaddr address) {
      this.address = address;
    }

    @Override
    public String toString() {
      return String.valueOf(address);
    }
  }

  private final ChannelConfig config = new DefaultChannelConfig(this);
  private final ByteStream stream;
  private final EventLoop loop;
  private final Multiaddr local;
  private final Multiaddr remote;
  private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>();
  private boolean readWanted;
  private boolean delivering;
  private boolean endArrived;
  private volatile boolean streamEnded;
  private volatile boolean closed;

  /**
   * A channel on a stream that has {@code creditOnReturn(false)}.
   *
   * @param local the address of this side, by the relay
   * @param remote the address of the peer, without its id
   */
  CircuitChannel(ByteStream stream, EventLoop loop, Multiaddr local, Multiaddr remote) {
    super(null);
    this.stream = stream;
    this.loop = loop;
    this.local = local;
    this.remote = remote;
    config.setAllocator(PooledByteBufAllocator.DEFAULT);
    config.setWriteBufferWaterMark(new WriteBufferWaterMark(LOW_WATER_BYTES, HIGH_WATER_BYTES));
  }

  /** Begins to live; on its event loop. What has been read by then waits. */
  void register() {
    unsafe().register(loop, new DefaultChannelPromise(this, loop));
  }

  /** This as a transport yields it. */
  TransportConnection.Raw asConnection() {
    return new TransportConnection.Raw(this, local, remote, true, false);
  }

  /** Who takes the stream's events. */
  StreamHandler events() {
    return new Events();
  }

  /** Hears of the stream on its loop, and says so on the channel's. */
  private final class Events implements StreamHandler {

    @Override
    public void onData(ByteBuf data) {
      onLoop(() -> arrive(data), data::release);
    }

    @Override
    public void onEndOfInput() {
      onLoop(CircuitChannel.this::arriveEnd, () -> {});
    }

    @Override
    public void onWritable() {
      onLoop(CircuitChannel.this::resume, () -> {});
    }

    @Override
    public void onReset(StreamReset reset) {
      streamEnded = true;
      onLoop(CircuitChannel.this::lose, () -> {});
    }

    @Override
    public void onClosed() {
      streamEnded = true;
      onLoop(CircuitChannel.this::arriveEnd, () -> {});
    }
  }

  private void onLoop(Runnable action, Runnable otherwise) {
    if (loop.inEventLoop()) {
      action.run();
      return;
    }
    try {
      loop.execute(action);
    } catch (RejectedExecutionException e) {
      // Whoever owns the loops has ended them, and with them this channel.
      otherwise.run();
    }
  }

  private void arrive(ByteBuf data) {
    if (closed) {
      stream.credit(data.readableBytes());
      data.release();
      return;
    }
    arrived.add(data);
    deliver();
  }

  private void arriveEnd() {
    endArrived = true;
    deliver();
  }

  private void lose() {
    if (isRegistered()) {
      unsafe().close(unsafe().voidPromise());
    } else {
      doClose();
    }
  }

  private void deliver() {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      while (readWanted && !closed) {
        ByteBuf piece = arrived.poll();
        if (piece == null) {
          break;
        }
        readWanted = false;
        int bytes = piece.readableBytes();
        pipeline().fireChannelRead(piece);
        pipeline().fireChannelReadComplete();
        stream.credit(bytes);
      }
    } finally {
      delivering = false;
    }
    if (readWanted && endArrived && arrived.isEmpty() && !closed) {
      unsafe().close(unsafe().voidPromise());
    }
  }

  @Override
  protected void doBeginRead() {
    readWanted = true;
    if (!delivering && (!arrived.isEmpty() || endArrived)) {
      loop.execute(this::deliver);
    }
  }

  private void resume() {
    if (isRegistered()) {
      ((CircuitUnsafe) unsafe()).resume();
    }
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer buffer) {
    // A piece that passes the stream's mark is taken all the same: pieces are small.
    while (buffer.current() instanceof ByteBuf bytes && stream.isWritable()) {
      stream.write(bytes.retain());
      buffer.remove();
    }
  }

  @Override
  protected Object filterOutboundMessage(Object message) {
    if (message instanceof ByteBuf) {
      return message;
    }
    throw new UnsupportedOperationException("a circuit carries bytes, not " + message.getClass());
  }

  @Override
  protected void doClose() {
    if (closed) {
      return;
    }
    closed = true;
    int bytes = 0;
    for (ByteBuf piece = arrived.poll(); piece != null; piece = arrived.poll()) {
      bytes += piece.readableBytes();
      piece.release();
    }
    if (!streamEnded) {
      stream.credit(bytes);
      stream.closeWrite();
      stream.deadline(CLOSE_GRACE);
    }
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("a circuit is not bound");
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new CircuitUnsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop other) {
    return other == loop;
  }

  @Override
  protected SocketAddress localAddress0() {
    return new Place(local);
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return new Place(remote);
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

  private final class CircuitUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
      promise.setFailure(new UnsupportedOperationException("a circuit is connected already"));
    }

    void resume() {
      flush0();
    }
  }
}

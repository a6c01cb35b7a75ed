package io.tributary.libp2p.transport.tcp;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.DialTarget.LocalPort;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.ListenException;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.transport.TransportListener;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The transport of {@code /ip4/.../tcp/...} and {@code /ip6/.../tcp/...}. */
public final class TcpTransport implements Transport {

  /** Linux's SOL_SOCKET and SO_REUSEPORT; Netty names the option for listening sockets only. */
  private static final ChannelOption<Integer> REUSE_PORT =
      new IntegerUnixChannelOption("SO_REUSEPORT", 1, 15);

  private static final int MIN_READ_BYTES = 1024;
  private static final int FIRST_READ_BYTES = 16 * 1024;

  private final IoEngine io;
  private final TcpOptions options;
  private final List<BoundListener> listeners = new CopyOnWriteArrayList<>();

  /** A transport with default options. */
  public TcpTransport(IoEngine io) {
    this(io, TcpOptions.defaults());
  }

  public TcpTransport(IoEngine io, TcpOptions options) {
    this.io = io;
    this.options = options;
  }

  @Override
  public String name() {
    return "tcp";
  }

  @Override
  public boolean canDial(Multiaddr address) {
    List<AddressProtocol> protocols = address.protocols();
    return protocols.get(protocols.size() - 1) == AddressProtocol.TCP
        && !address.isRelayed()
        && address.toSocketAddress().isPresent();
  }

  @Override
  public boolean canListen(Multiaddr address) {
    return canDial(address);
  }

  private static InetSocketAddress socketAddress(Multiaddr address) {
    return address
        .toSocketAddress()
        .orElseThrow(() -> new IllegalArgumentException(address + " is no address of TCP"));
  }

  // Dialling

  @Override
  public Future<TransportConnection> dial(DialTarget target) {
    InetSocketAddress remote = socketAddress(target.address());
    // The promise lives on the loop of the channel, as whoever takes the connection needs.
    EventLoop loop = io.group().next();
    Promise<TransportConnection> promise = loop.newPromise();
    Optional<InetSocketAddress> local =
        target.localPort() == LocalPort.FRESH
            ? Optional.empty()
            : listenPortFor(remote.getAddress());
    if (local.isEmpty() && target.localPort() == LocalPort.LISTENING) {
      promise.setFailure(new BindException("no listener whose port could be used"));
    } else {
      connect(loop, promise, target, remote, local);
    }
    return promise;
  }

  private void connect(
      EventLoop loop,
      Promise<TransportConnection> promise,
      DialTarget target,
      InetSocketAddress remote,
      Optional<InetSocketAddress> local) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(io::newSocket)
            .handler(new Idle())
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(Integer.MAX_VALUE, options.connectTimeout().toMillis()));
    if (local.isPresent()) {
      bootstrap.option(ChannelOption.SO_REUSEADDR, true);
      bootstrap.option(REUSE_PORT, 1);
      bootstrap.localAddress(local.get());
    }
    ChannelFuture connecting = bootstrap.connect(remote);
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            connecting.cancel(false);
            connecting.channel().close();
          }
        });
    connecting.addListener(
        result -> {
          if (result.isSuccess()) {
            tell(promise, (SocketChannel) connecting.channel(), local.isPresent());
          } else if (local.isPresent()
              && target.localPort() == LocalPort.LISTENING_IF_POSSIBLE
              && !(result.cause() instanceof ConnectTimeoutException)
              && !promise.isDone()) {
            // Most likely the port pair is taken: by a connection that lingers, or by one that the
            // peer has just made. Which error says so depends on the kernel and the engine.
            connect(loop, promise, target, remote, Optional.empty());
          } else {
            promise.tryFailure(result.cause());
          }
        });
  }

  private void tell(
      Promise<TransportConnection> promise, SocketChannel channel, boolean fromListenPort) {
    try {
      if (promise.trySuccess(configure(channel, fromListenPort))) {
        return;
      }
    } catch (ChannelException gone) {
      promise.tryFailure(gone);
    }
    channel.close();
  }

  private Optional<InetSocketAddress> listenPortFor(InetAddress remote) {
    if (!options.reusePort() || io.kind() == IoEngine.Kind.NIO) {
      return Optional.empty();
    }
    for (BoundListener listener : listeners) {
      InetSocketAddress bound = listener.socket;
      boolean sameFamily =
          (bound.getAddress() instanceof Inet4Address) == (remote instanceof Inet4Address);
      if (sameFamily
          && (bound.getAddress().isAnyLocalAddress()
              || bound.getAddress().isLoopbackAddress() == remote.isLoopbackAddress())) {
        return Optional.of(bound);
      }
    }
    return Optional.empty();
  }

  // Listening

  @Override
  public Future<TransportListener> listen(Multiaddr address, Acceptor acceptor) {
    InetSocketAddress local = socketAddress(address);
    Promise<TransportListener> promise = io.group().next().newPromise();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(io.group())
            .channelFactory(io::newServerSocket)
            .option(ChannelOption.SO_BACKLOG, options.backlog())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(new Accepting(acceptor));
    if (options.reusePort() && io.kind() != IoEngine.Kind.NIO) {
      try {
        requireFree(local);
      } catch (IOException e) {
        return promise.setFailure(new ListenException(address, e));
      }
      bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
    }
    ChannelFuture binding = bootstrap.bind(local);
    binding.addListener(
        result -> {
          if (!result.isSuccess()) {
            promise.tryFailure(new ListenException(address, result.cause()));
            return;
          }
          BoundListener listener = new BoundListener(binding.channel(), local.getAddress());
          listeners.add(listener);
          if (!promise.trySuccess(listener)) {
            listener.close();
          }
        });
    return promise;
  }

  /**
   * Fails if somebody listens at an address. A port that is shared for the sake of dialling from it
   * would be shared with another process of the same user too, which then gets half of our peers,
   * without a word. A socket that is bound but does not listen finds that out and receives nobody.
   */
  private static void requireFree(InetSocketAddress local) throws IOException {
    if (local.getPort() != 0) {
      try (Socket probe = new Socket()) {
        probe.setReuseAddress(true);
        probe.bind(local);
      }
    }
  }

  /**
   * A connection of a channel that has just become one.
   *
   * @throws ChannelException if it is gone already
   */
  private TransportConnection configure(SocketChannel channel, boolean fromListenPort) {
    InetSocketAddress local = channel.localAddress();
    InetSocketAddress remote = channel.remoteAddress();
    if (local == null || remote == null) {
      throw new ChannelException("closed as soon as it was connected");
    }
    channel
        .config()
        .setTcpNoDelay(true)
        .setKeepAlive(true)
        .setAllocator(PooledByteBufAllocator.DEFAULT)
        .setWriteBufferWaterMark(
            new WriteBufferWaterMark(
                options.writeHighWaterBytes() / 2, options.writeHighWaterBytes()))
        .setRecvByteBufAllocator(
            new AdaptiveRecvByteBufAllocator(
                Math.min(MIN_READ_BYTES, options.readBytes()),
                Math.min(FIRST_READ_BYTES, options.readBytes()),
                options.readBytes()));
    return new TransportConnection.Raw(
        channel, Multiaddr.tcp(local), Multiaddr.tcp(remote), false, fromListenPort);
  }

  /** A pipeline that is filled when the connection is. */
  @ChannelHandler.Sharable
  private static final class Idle extends ChannelInboundHandlerAdapter {}

  private final class Accepting extends ChannelInitializer<SocketChannel> {
    private final Acceptor acceptor;

    Accepting(Acceptor acceptor) {
      this.acceptor = acceptor;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      InetSocketAddress remote = channel.remoteAddress();
      // It may be gone before it was looked at.
      if (remote == null || !acceptor.admits(remote.getAddress())) {
        channel.close();
      } else {
        acceptor.accept(configure(channel, false));
      }
    }
  }

  private final class BoundListener implements TransportListener {
    private final Channel channel;
    private final InetSocketAddress socket;

    BoundListener(Channel channel, InetAddress local) {
      this.channel = channel;
      // Where both IP versions share a socket, it tells that of version 6 for all of version 4.
      this.socket =
          new InetSocketAddress(local, ((InetSocketAddress) channel.localAddress()).getPort());
      channel.closeFuture().addListener(ignored -> listeners.remove(this));
    }

    @Override
    public Multiaddr address() {
      return Multiaddr.tcp(socket);
    }

    @Override
    public Future<Void> closed() {
      return channel.closeFuture();
    }

    @Override
    public Future<Void> close() {
      return channel.close();
    }
  }
}

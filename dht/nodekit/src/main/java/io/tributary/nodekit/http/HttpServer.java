package io.tributary.nodekit.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A listening HTTP server: HTTP/1.1 and HTTP/2, by ALPN over TLS and by prior knowledge without.
 *
 * <p>Everything it holds is bounded by its {@link HttpLimits}. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
  /** The response header that names the exchange, for questions to the operator. */
  public static final String TRACE_HEADER = "X-Trace-Id";

  private static final int BACKLOG = 1024;
  private static final int CLOSE_SECONDS = 5;

  private final Channel listener;
  private final ChannelGroup connections;
  private final HttpLimits limits;
  private final Optional<SslContext> tls;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private HttpServer(
      Channel listener, ChannelGroup connections, HttpLimits limits, Optional<SslContext> tls) {
    this.listener = listener;
    this.connections = connections;
    this.limits = limits;
    this.tls = tls;
  }

  /**
   * Begins to describe a server.
   *
   * @param name names it in metrics, as {@code api}
   * @param loops drive its sockets; they are not closed with it
   * @param handler answers its requests
   */
  public static Builder builder(String name, EventLoopGroup loops, Handler handler) {
    return new Builder(name, loops, handler);
  }

  /** Returns where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Returns its address for clients of this machine, as {@code http://127.0.0.1:8080}. */
  public URI url() {
    InetAddress ip = address().getAddress();
    String host =
        ip.isAnyLocalAddress()
            ? "127.0.0.1"
            : ip instanceof Inet6Address ? '[' + ip.getHostAddress() + ']' : ip.getHostAddress();
    return URI.create(
        (tls.isPresent() ? "https://" : "http://") + host + ':' + address().getPort());
  }

  /**
   * Stops listening, lets answers under way end for as long as {@link HttpLimits#drainFor} says,
   * and closes all connections. Must not be called on an event loop.
   */
  @Override
  public void close() {
    if (isClosed.getAndSet(true)) {
      return;
    }
    listener.close().awaitUninterruptibly();
    for (Channel connection : connections) {
      connection
          .eventLoop()
          .execute(() -> connection.pipeline().fireUserEventTriggered(LineEvent.DRAIN));
    }
    connections
        .newCloseFuture()
        .awaitUninterruptibly(limits.drainFor().toMillis(), TimeUnit.MILLISECONDS);
    // From the first handler on, which spares HTTP/2 another farewell.
    connections.forEach(
        connection ->
            Optional.ofNullable(connection.pipeline().firstContext())
                .ifPresent(ChannelOutboundInvoker::close));
    connections.newCloseFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    tls.ifPresent(ReferenceCountUtil::release);
  }

  /** Describes a server before it starts. */
  public static final class Builder {
    private final String name;
    private final EventLoopGroup loops;
    private final Handler handler;
    private InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private Optional<TlsIdentity> tls = Optional.empty();
    private HttpLimits limits = HttpLimits.publicContent();
    private Optional<CorsPolicy> cors = Optional.empty();
    private Function<Throwable, Optional<HttpProblem>> problems = cause -> Optional.empty();
    private MeterRegistry registry = new SimpleMeterRegistry();
    private Clock clock = Clock.systemUTC();
    private Optional<QuickHandler> quick = Optional.empty();

    private Builder(String name, EventLoopGroup loops, Handler handler) {
      this.name = name;
      this.loops = loops;
      this.handler = handler;
    }

    /** Listens there; the default is a free port of the loopback address. */
    public Builder bind(InetSocketAddress address) {
      bind = address;
      return this;
    }

    /** Speaks TLS only. */
    public Builder tls(Optional<TlsIdentity> identity) {
      tls = identity;
      return this;
    }

    /** Limits clients; the default is {@link HttpLimits#publicContent}. */
    public Builder limits(HttpLimits limits) {
      this.limits = limits;
      return this;
    }

    /** Lets scripts of other web sites use it; by default they may not. */
    public Builder cors(CorsPolicy policy) {
      cors = Optional.of(policy);
      return this;
    }

    /** Says how failures of the handler and of bodies are answered; empty means by mistake. */
    public Builder problems(Function<Throwable, Optional<HttpProblem>> known) {
      problems = known;
      return this;
    }

    /** Counts there. */
    public Builder registry(MeterRegistry registry) {
      this.registry = registry;
      return this;
    }

    /** Takes the time of day from there. */
    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    /** Lets simple requests over HTTP/1.1 be answered by a short cut. */
    public Builder quick(QuickHandler handler) {
      quick = Optional.of(handler);
      return this;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if the address is taken or not this machine's, or the TLS identity cannot
     *     be used
     */
    public HttpServer start() throws IOException {
      Optional<SslContext> context = Optional.empty();
      if (tls.isPresent()) {
        context = Optional.of(TlsContext.server(tls.get()));
      }
      ConnectionGate gate = new ConnectionGate(limits);
      HttpMetrics metrics = new HttpMetrics(registry, name, gate);
      ServerParts parts =
          new ServerParts(
              handler,
              limits,
              cors,
              problems,
              metrics,
              new DateField(clock),
              new TraceIds(new SecureRandom()),
              quick);
      Pipelines pipelines = new Pipelines(parts, context);
      ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
      ServerBootstrap bootstrap =
          new ServerBootstrap()
              .group(loops)
              .channel(socketType(loops))
              .option(ChannelOption.SO_BACKLOG, BACKLOG)
              .option(ChannelOption.SO_REUSEADDR, true)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Pipelines.WATER_MARK)
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      InetAddress address =
                          channel.remoteAddress() instanceof InetSocketAddress remote
                              ? remote.getAddress()
                              : InetAddress.getLoopbackAddress();
                      if (!gate.enter(address)) {
                        metrics.refusedConnection();
                        channel.close();
                        return;
                      }
                      channel.closeFuture().addListener(closed -> gate.leave(address));
                      connections.add(channel);
                      pipelines.build(channel);
                    }
                  });
      var bound = bootstrap.bind(bind).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        context.ifPresent(ReferenceCountUtil::release);
        throw new IOException(
            "cannot listen on " + bind + ": " + bound.cause().getMessage(), bound.cause());
      }
      return new HttpServer(bound.channel(), connections, limits, context);
    }

    private static Class<? extends ServerSocketChannel> socketType(EventLoopGroup loops) {
      return loops instanceof IoEventLoopGroup group && group.isIoType(EpollIoHandler.class)
          ? EpollServerSocketChannel.class
          : NioServerSocketChannel.class;
    }
  }
}

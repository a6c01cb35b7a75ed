package io.tributary.origin.dev.runtime;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A listening TCP port with a bounded number of connections, which can be taken down and brought
 * back under the same number.
 *
 * <p>Connections start with automatic reading off: their handlers ask for what they can take. Safe
 * for use by many threads, but {@link #up}, {@link #down} and {@link #close} wait for the network
 * and must not be called on an event loop.
 */
public final class ListeningPort implements AutoCloseable {
  /** The most connections at a time; further ones are closed as soon as they are accepted. */
  public static final int MAX_CONNECTIONS = 256;

  /** The bytes waiting to be sent above which a connection stops being writable. */
  public static final int MAX_UNSENT_BYTES = 256 << 10;

  private static final int BACKLOG = 128;
  private static final int MAX_PROBES = 1000;
  private static final int PROBE_MILLIS = 100;

  private final EventLoopGroup loops;
  private final Consumer<Channel> pipeline;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final InetSocketAddress address;
  private final String url;
  private Optional<Channel> listener;
  private boolean closed;

  private ListeningPort(EventLoopGroup loops, Reach reach, int number, Consumer<Channel> pipeline)
      throws IOException {
    this.loops = loops;
    this.pipeline = pipeline;
    Channel bound = bind(reach.listenAt(number));
    this.listener = Optional.of(bound);
    this.address = (InetSocketAddress) bound.localAddress();
    this.url = "http://" + reach.urlHost() + ":" + address.getPort();
  }

  /**
   * Listens.
   *
   * @param loops where the connections live
   * @param reach from where it can be reached
   * @param number the port number, or 0 for any free one
   * @param pipeline adds the handlers of a new connection
   * @throws IOException if the port is taken
   */
  public static ListeningPort open(
      EventLoopGroup loops, Reach reach, int number, Consumer<Channel> pipeline)
      throws IOException {
    return new ListeningPort(loops, reach, number, pipeline);
  }

  /** Returns the port number, which stays the same while the port is down. */
  public int number() {
    return address.getPort();
  }

  /** Returns the address as a base URL without a slash at the end. */
  public String url() {
    return url;
  }

  /** Stops listening and closes all connections, so that callers find the connection refused. */
  public synchronized void down() {
    boolean wasUp = listener.isPresent();
    listener.ifPresent(channel -> channel.close().awaitUninterruptibly());
    listener = Optional.empty();
    connections.close().awaitUninterruptibly();
    if (wasUp) {
      awaitRefusal();
    }
  }

  /**
   * Listens again, if the port is down.
   *
   * @throws IOException if something else took the port meanwhile
   */
  public synchronized void up() throws IOException {
    if (listener.isEmpty() && !closed) {
      listener = Optional.of(bind(address));
    }
  }

  /** Takes the port down for good. */
  @Override
  public synchronized void close() {
    closed = true;
    down();
  }

  /**
   * Waits until the operating system refuses connections: it goes on listening for a closed channel
   * until the event loop has looked for events once more.
   */
  private void awaitRefusal() {
    for (int probe = 0; probe < MAX_PROBES; probe++) {
      try (Socket socket = new Socket()) {
        socket.connect(address, PROBE_MILLIS);
      } catch (IOException refused) {
        return;
      }
    }
  }

  private Channel bind(InetSocketAddress where) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(MAX_UNSENT_BYTES / 4, MAX_UNSENT_BYTES))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    accept(connection);
                  }
                })
            .bind(where)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on " + where + "; stop what uses the port or choose another one",
          bound.cause());
    }
    return bound.channel();
  }

  private void accept(Channel connection) {
    if (connections.size() >= MAX_CONNECTIONS) {
      connection.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
      return;
    }
    connections.add(connection);
    pipeline.accept(connection);
  }
}

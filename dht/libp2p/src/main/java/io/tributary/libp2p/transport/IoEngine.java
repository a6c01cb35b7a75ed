package io.tributary.libp2p.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The event loops of a host, and the kinds of sockets that run on them. Thread-safe. */
public final class IoEngine implements AutoCloseable {

  /** How the operating system is asked about sockets. */
  public enum Kind {
    /** Linux epoll, by JNI. */
    EPOLL,
    /** Linux io_uring, by JNI. */
    IO_URING,
    /** The JDK's selector; runs everywhere. */
    NIO;

    /** Whether it works here: its library is on the class path and loads, and the kernel has it. */
    public boolean isAvailable() {
      return switch (this) {
        case EPOLL -> Epoll.isAvailable();
        case IO_URING -> IoUring.isAvailable();
        case NIO -> true;
      };
    }

    /** Epoll where it is available, else NIO. io_uring is for those who ask for it. */
    public static Kind preferred() {
      return EPOLL.isAvailable() ? EPOLL : NIO;
    }

    private IoHandlerFactory factory(Duration spin) {
      return switch (this) {
        case EPOLL ->
            spin.isZero()
                ? EpollIoHandler.newFactory()
                : EpollIoHandler.newFactory(
                    EVENTS_GROW, () -> new BriefSpin(spin.toNanos(), System::nanoTime));
        case IO_URING -> IoUringIoHandler.newFactory();
        case NIO -> NioIoHandler.newFactory();
      };
    }
  }

  /** The longest time that an event loop may wait awake. */
  public static final Duration MAX_SPIN = Duration.ofMillis(1);

  /** Netty's number for as many events a turn as there are. */
  private static final int EVENTS_GROW = 0;

  private static final int QUIET_PERIOD_MILLIS = 0;
  private static final int SHUTDOWN_MILLIS = 5_000;

  private final Kind kind;
  private final EventLoopGroup group;

  private IoEngine(Kind kind, EventLoopGroup group) {
    this.kind = kind;
    this.group = group;
  }

  /**
   * Starts event loops.
   *
   * @param kind must be available
   * @param threads how many loops; at least 1
   */
  public static IoEngine start(Kind kind, int threads) {
    return start(kind, threads, Duration.ZERO);
  }

  /**
   * Starts event loops that wait awake for a short while before they sleep, which makes answers to
   * peers nearby quicker and costs at most that much processor time whenever a loop runs out of
   * work. Only epoll can; other kinds sleep at once.
   *
   * @param kind must be available
   * @param threads how many loops; at least 1
   * @param spin how long to stay awake, such as 50 µs; zero to sleep at once, {@link #MAX_SPIN} at
   *     most
   */
  public static IoEngine start(Kind kind, int threads, Duration spin) {
    if (spin.isNegative() || spin.compareTo(MAX_SPIN) > 0) {
      throw new IllegalArgumentException("spin " + spin + " is outside 0.." + MAX_SPIN);
    }
    if (!kind.isAvailable()) {
      throw new IllegalArgumentException(kind + " is not available here");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads + " is less than 1");
    }
    return new IoEngine(
        kind,
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("libp2p", true), kind.factory(spin)));
  }

  /**
   * Uses event loops that run already, and ends them when it is closed.
   *
   * @param kind what the loops can drive
   */
  public static IoEngine on(Kind kind, EventLoopGroup group) {
    return new IoEngine(kind, group);
  }

  /** Starts one event loop per processor, of the preferred kind. */
  public static IoEngine start() {
    return start(Kind.preferred(), Runtime.getRuntime().availableProcessors());
  }

  public Kind kind() {
    return kind;
  }

  public EventLoopGroup group() {
    return group;
  }

  /** Makes sockets that connect. */
  public SocketChannel newSocket() {
    return switch (kind) {
      case EPOLL -> new EpollSocketChannel();
      case IO_URING -> new IoUringSocketChannel();
      case NIO -> new NioSocketChannel();
    };
  }

  /** Makes sockets that listen. */
  public ServerSocketChannel newServerSocket() {
    return switch (kind) {
      case EPOLL -> new EpollServerSocketChannel();
      case IO_URING -> new IoUringServerSocketChannel();
      case NIO -> new NioServerSocketChannel();
    };
  }

  /** Makes sockets for datagrams. */
  public DatagramChannel newDatagramSocket() {
    return switch (kind) {
      case EPOLL -> new EpollDatagramChannel();
      case IO_URING -> new IoUringDatagramChannel();
      case NIO -> new NioDatagramChannel();
    };
  }

  /** Stops the event loops without waiting. */
  public Future<?> shutdown() {
    return group.shutdownGracefully(QUIET_PERIOD_MILLIS, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Stops the event loops and waits for them. Must not be called on one of them. */
  @Override
  public void close() {
    shutdown().awaitUninterruptibly();
  }
}

package io.tributary.bench.libp2p;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.transport.IoEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A host with one connection to a {@link HostServer}. */
final class HostClient implements Side {

  /** More than any run receives. */
  private static final long WITHOUT_END = Long.MAX_VALUE;

  private static final int MAX_PINGS = 1 << 20;

  private final IoEngine io = HostRow.engine();
  private final EventLoop loop = io.group().next();
  private final Host host;
  private final Multiaddr server;
  private final List<Stream> flows = new ArrayList<>();
  private @Nullable Connection connection;
  private long received;
  private int resets;
  private boolean stopping;

  HostClient(Row row, String server) {
    this.server = Multiaddr.parse(server);
    this.host = HostRow.builder(row, io).build();
    host.start().syncUninterruptibly();
  }

  @Override
  public String address() {
    return server.toString();
  }

  @Override
  public Map<String, ?> carryOut(String command, long... arguments) throws Exception {
    return switch (command) {
      case "usage" -> LoopUsage.read(loop, () -> received);
      case "connect" -> Map.of("nanos", connect());
      case "start" -> start(arguments[0]);
      case "stop" -> stop();
      case "ping" -> ping(arguments[0]);
      case "opens" -> Map.of("perSecond", opens((int) arguments[0], arguments[1]));
      default -> throw new IllegalArgumentException("no command " + command);
    };
  }

  private Connection connection() {
    Connection current = connection;
    if (current == null) {
      throw new IllegalStateException("not connected");
    }
    return current;
  }

  private long connect() throws InterruptedException {
    Connection last = connection;
    if (last != null) {
      last.close();
      last.closed().sync();
      while (host.connection(last.remotePeer()).isPresent()) {
        Thread.onSpinWait();
      }
    }
    long began = System.nanoTime();
    connection = host.connect(server).sync().getNow();
    return System.nanoTime() - began;
  }

  // Throughput

  private Map<String, ?> start(long streams) throws InterruptedException {
    stopping = false;
    resets = 0;
    flows.clear();
    for (long i = 0; i < streams; i++) {
      Stream stream = connection().newStream(PerfService.PROTOCOL_ID).sync().getNow();
      flows.add(stream);
      stream.handler(new Flow());
      stream.write(stream.allocator().directBuffer(Long.BYTES).writeLong(WITHOUT_END));
      stream.closeWrite();
    }
    return Map.of();
  }

  private Map<String, ?> stop() throws Exception {
    return loop.submit(
            () -> {
              stopping = true;
              flows.forEach(stream -> stream.reset(StreamReset.NO_CODE));
              return Map.of("resets", resets);
            })
        .get();
  }

  private final class Flow implements StreamHandler {
    @Override
    public void onData(ByteBuf data) {
      received += data.readableBytes();
      data.release();
    }

    @Override
    public void onReset(StreamReset reset) {
      if (!stopping) {
        resets++;
      }
    }
  }

  // Pings, one at a time on one stream

  private Map<String, ?> ping(long millis) throws InterruptedException {
    Stream stream = connection().newStream(PingService.PROTOCOL_ID).sync().getNow();
    Promise<Percentiles> done = loop.newPromise();
    Pinger pinger = new Pinger(stream, millis, done);
    stream.handler(pinger);
    loop.execute(pinger::send);
    Percentiles times = done.sync().getNow();
    return Map.of("p50Nanos", times.at(0.5), "p99Nanos", times.at(0.99));
  }

  private static final class Pinger implements StreamHandler {
    private final Stream stream;
    private final Promise<Percentiles> done;
    private final Percentiles times = new Percentiles(MAX_PINGS);
    private final long endNanos;
    private final long warmNanos;
    private int missing;
    private long sentNanos;

    Pinger(Stream stream, long millis, Promise<Percentiles> done) {
      this.stream = stream;
      this.done = done;
      long now = System.nanoTime();
      this.warmNanos = now + TimeUnit.MILLISECONDS.toNanos(millis) / 2;
      this.endNanos = now + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    void send() {
      sentNanos = System.nanoTime();
      missing = PingService.PAYLOAD_BYTES;
      stream.write(stream.allocator().directBuffer(missing).writeZero(missing));
    }

    @Override
    public void onData(ByteBuf data) {
      missing -= data.readableBytes();
      data.release();
      if (missing > 0) {
        return;
      }
      long now = System.nanoTime();
      if (now > warmNanos) {
        times.add(now - sentNanos);
      }
      if (now < endNanos) {
        send();
      } else {
        stream.closeWrite();
        done.trySuccess(times);
      }
    }

    @Override
    public void onReset(StreamReset reset) {
      done.tryFailure(new IllegalStateException("the stream of pings ended: " + reset));
    }
  }

  // Streams for a byte each

  private double opens(int atOnce, long millis) throws InterruptedException {
    Opener opener = new Opener(atOnce, millis);
    loop.execute(opener::start);
    return opener.done.sync().getNow();
  }

  /** Opens the next stream when one has ended; counts in the second half of its time. */
  private final class Opener {
    private final int atOnce;
    private final Promise<Double> done = loop.newPromise();
    private final long endNanos;
    private final long warmNanos;
    private int underWay;
    private long counted;
    private long beganNanos;

    Opener(int atOnce, long millis) {
      this.atOnce = atOnce;
      long now = System.nanoTime();
      this.warmNanos = now + TimeUnit.MILLISECONDS.toNanos(millis) / 2;
      this.endNanos = now + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    void start() {
      for (int i = 0; i < atOnce; i++) {
        open();
      }
    }

    private void open() {
      underWay++;
      connection()
          .newStream(HostRow.ECHO)
          .addListener(
              (Future<Stream> opened) -> {
                if (!opened.isSuccess()) {
                  done.tryFailure(opened.cause());
                  return;
                }
                Stream stream = opened.getNow();
                stream.handler(new Exchange(this));
                stream.write(stream.allocator().directBuffer(1).writeByte(1));
                stream.closeWrite();
              });
    }

    void onClosed() {
      underWay--;
      long now = System.nanoTime();
      if (now < warmNanos) {
        open();
        return;
      }
      if (counted == 0) {
        beganNanos = now;
      }
      counted++;
      if (now < endNanos) {
        open();
      } else if (underWay == 0) {
        done.trySuccess((counted - 1) / ((now - beganNanos) / 1e9));
      }
    }
  }

  private static final class Exchange implements StreamHandler {
    private final Opener opener;
    private int received;

    Exchange(Opener opener) {
      this.opener = opener;
    }

    @Override
    public void onData(ByteBuf data) {
      received += data.readableBytes();
      data.release();
    }

    @Override
    public void onReset(StreamReset reset) {
      opener.done.tryFailure(new IllegalStateException("a stream was reset: " + reset));
    }

    @Override
    public void onClosed() {
      if (received == 1) {
        opener.onClosed();
      } else {
        opener.done.tryFailure(new IllegalStateException(received + " bytes came back, not 1"));
      }
    }
  }

  @Override
  public void close() {
    host.close();
    io.close();
  }
}

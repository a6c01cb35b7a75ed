package io.tributary.libp2p.bench;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.transport.IoEngine;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two processes on loopback: throughput, stream opens, ping and allocation over one security
 * protocol.
 *
 * <pre>
 *   java -cp ... LoopbackBench tls|noise [epoll|nio|io_uring]
 * </pre>
 */
public final class LoopbackBench {

  private static final String ONE_BYTE = "/bench/one-byte/1.0.0";
  private static final long RUN_BYTES = 1L << 30;

  private LoopbackBench() {}

  public static void main(String[] arguments) throws Exception {
    String security = arguments[0];
    IoEngine.Kind kind =
        arguments.length > 1
            ? IoEngine.Kind.valueOf(arguments[1].toUpperCase(Locale.ROOT))
            : IoEngine.Kind.preferred();
    if (arguments.length > 2 && arguments[2].equals("serve")) {
      serve(security, kind);
      return;
    }
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            LoopbackBench.class.getName(),
            security,
            kind.name(),
            "serve"));
    Process server =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var lines = server.inputReader(StandardCharsets.UTF_8)) {
      measure(security, kind, Multiaddr.parse(lines.readLine()));
    } finally {
      server.destroy();
    }
  }

  private static HostBuilder builder(String security, IoEngine io) {
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    return Host.builder(key)
        .io(io)
        .security(security.equals("tls") ? new TlsProtocol(key) : new NoiseProtocol(key));
  }

  private static void serve(String security, IoEngine.Kind kind) throws InterruptedException {
    IoEngine io = IoEngine.start(kind, 1);
    Host host = builder(security, io).listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).build();
    PerfService.answer(host);
    new PingService(host);
    host.handle(ONE_BYTE, OneByteServer::new);
    host.start().syncUninterruptibly();
    System.out.println(host.listenAddresses().iterator().next().withPeerId(host.peerId()));
    Thread.currentThread().join();
  }

  private static void measure(String security, IoEngine.Kind kind, Multiaddr server)
      throws InterruptedException {
    try (IoEngine io = IoEngine.start(kind, 1);
        Host host = builder(security, io).build()) {
      Connection connection = host.connect(server).syncUninterruptibly().getNow();
      System.out.printf("%s over %s, %s%n", security, kind, Runtime.version());
      for (int i = 0; i < 4; i++) {
        long allocated = allocatedBytes();
        PerfService.Result down = run(connection, 0, RUN_BYTES);
        long allocatedDown = allocatedBytes() - allocated;
        PerfService.Result up = run(connection, RUN_BYTES, 0);
        System.out.printf(
            "1 stream: down %.0f MiB/s (allocated %d KiB), up %.0f MiB/s%n",
            rate(RUN_BYTES, down.elapsed()), allocatedDown >> 10, rate(RUN_BYTES, up.elapsed()));
      }
      for (int i = 0; i < 2; i++) {
        long started = System.nanoTime();
        List<Future<PerfService.Result>> runs = new ArrayList<>();
        for (int stream = 0; stream < 4; stream++) {
          runs.add(PerfService.run(connection, 0, RUN_BYTES / 4));
        }
        runs.forEach(Future::syncUninterruptibly);
        System.out.printf(
            "4 streams: down %.0f MiB/s%n",
            rate(RUN_BYTES, Duration.ofNanos(System.nanoTime() - started)));
      }
      for (int i = 0; i < 3; i++) {
        System.out.printf("stream opens with 1-byte exchange: %.0f /s%n", opens(connection));
      }
      pings(connection);
    }
  }

  private static PerfService.Result run(Connection connection, long up, long down) {
    return PerfService.run(connection, up, down).syncUninterruptibly().getNow();
  }

  private static double rate(long bytes, Duration elapsed) {
    return bytes / (double) (1 << 20) / (elapsed.toNanos() / 1e9);
  }

  private static long allocatedBytes() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds())).sum();
  }

  private static double opens(Connection connection) throws InterruptedException {
    int total = 40_000;
    int atOnce = 64;
    CountDownLatch done = new CountDownLatch(total);
    AtomicInteger left = new AtomicInteger(total);
    long started = System.nanoTime();
    for (int i = 0; i < atOnce; i++) {
      openNext(connection, left, done);
    }
    done.await();
    return total / ((System.nanoTime() - started) / 1e9);
  }

  private static void openNext(Connection connection, AtomicInteger left, CountDownLatch done) {
    if (left.getAndDecrement() <= 0) {
      return;
    }
    connection
        .newStream(ONE_BYTE)
        .addListener(
            (Future<Stream> opened) -> {
              Stream stream = opened.getNow();
              stream.handler(
                  new StreamHandler() {
                    @Override
                    public void onData(ByteBuf data) {
                      data.release();
                    }

                    @Override
                    public void onReset(StreamReset reset) {
                      throw new IllegalStateException(reset.toString());
                    }

                    @Override
                    public void onClosed() {
                      done.countDown();
                      openNext(connection, left, done);
                    }
                  });
              stream.write(stream.allocator().directBuffer(1).writeByte(1));
              stream.closeWrite();
            });
  }

  private static void pings(Connection connection) throws InterruptedException {
    int total = 20_000;
    long[] nanos = new long[total];
    CountDownLatch done = new CountDownLatch(1);
    connection
        .newStream(PingService.PROTOCOL_ID)
        .addListener(
            (Future<Stream> opened) -> {
              Stream stream = opened.getNow();
              Pinger pinger = new Pinger(stream, nanos, done);
              stream.handler(pinger);
              pinger.send();
            });
    done.await();
    Arrays.sort(nanos, total / 2, total);
    System.out.printf(
        "ping: p50 %.1f us, p99 %.1f us%n",
        nanos[total / 2 + total / 4] / 1e3, nanos[total - total / 200] / 1e3);
  }

  private static final class Pinger implements StreamHandler {
    private final Stream stream;
    private final long[] nanos;
    private final CountDownLatch done;
    private int count;
    private int received;
    private long sent;

    Pinger(Stream stream, long[] nanos, CountDownLatch done) {
      this.stream = stream;
      this.nanos = nanos;
      this.done = done;
    }

    void send() {
      sent = System.nanoTime();
      stream.write(
          stream
              .allocator()
              .directBuffer(PingService.PAYLOAD_BYTES)
              .writeZero(PingService.PAYLOAD_BYTES));
    }

    @Override
    public void onData(ByteBuf data) {
      received += data.readableBytes();
      data.release();
      if (received == PingService.PAYLOAD_BYTES) {
        received = 0;
        nanos[count++] = System.nanoTime() - sent;
        if (count < nanos.length) {
          send();
        } else {
          stream.closeWrite();
          done.countDown();
        }
      }
    }
  }

  private static final class OneByteServer implements StreamHandler {
    private final Stream stream;

    OneByteServer(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void onData(ByteBuf data) {
      stream.write(data);
    }

    @Override
    public void onEndOfInput() {
      stream.closeWrite();
    }
  }
}

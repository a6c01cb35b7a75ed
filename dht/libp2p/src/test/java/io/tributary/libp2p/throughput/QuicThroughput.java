package io.tributary.libp2p.throughput;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.security.tls.CertificateRotation;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.quic.QuicOptions;
import io.tributary.libp2p.transport.quic.QuicOptions.Congestion;
import io.tributary.libp2p.transport.quic.QuicOptions.Datagrams;
import io.tributary.libp2p.transport.quic.QuicTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A program that measures one QUIC connection on loopback: this process receives, a second one
 * sends.
 *
 * <pre>
 *   java -cp ... QuicThroughput [RUNS [STREAMS [BYTES]]]
 * </pre>
 *
 * The system properties {@code quic.payload}, {@code quic.cc}, {@code quic.window}, {@code
 * quic.quantum} and {@code quic.io} change the options of both sides. Prints for each run the rate
 * and this side's processor time and heap bytes per GiB.
 */
public final class QuicThroughput {

  private QuicThroughput() {}

  /** See above. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("serve")) {
      serve();
      return;
    }
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4;
    int streams = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    long bytes = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1L << 30;
    Process server = TwoProcesses.startPiped(QuicThroughput.class, "serve");
    try (BufferedReader lines = server.inputReader(StandardCharsets.UTF_8)) {
      measure(Multiaddr.parse(lines.readLine()), runs, streams, bytes);
    } finally {
      server.destroy();
    }
  }

  private static QuicOptions options() {
    Datagrams defaults = Datagrams.DEFAULTS;
    QuicOptions.Receiving receiving = QuicOptions.Receiving.DEFAULTS;
    QuicOptions.Sending sending = QuicOptions.Sending.DEFAULTS;
    long window = Long.getLong("quic.window", receiving.connectionWindowBytes());
    return QuicOptions.defaults()
        .with(
            new Datagrams(
                defaults.payloadBytes(),
                Integer.getInteger("quic.payload", defaults.loopbackPayloadBytes()),
                defaults.socketBufferBytes(),
                Congestion.valueOf(
                    System.getProperty("quic.cc", defaults.congestion().name())
                        .toUpperCase(Locale.ROOT))))
        .with(
            new QuicOptions.Receiving(
                window,
                Math.min(window, QuicOptions.Receiving.MAX_STREAM_WINDOW_BYTES),
                receiving.readAheadBytes(),
                receiving.maxHeldBytes()))
        .with(
            new QuicOptions.Sending(
                sending.highWaterBytes(),
                sending.lowWaterBytes(),
                sending.boundBytes(),
                Integer.getInteger("quic.quantum", sending.quantumBytes())));
  }

  private static Host host(IoEngine io, boolean listens) {
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    CertificateRotation certificates =
        new CertificateRotation(key, InstantSource.system(), new SecureRandom());
    var builder =
        Host.builder(key)
            .io(io)
            .transport(engine -> new QuicTransport(engine, certificates, options()));
    if (listens) {
      builder.listen(Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1"));
    }
    return builder.build();
  }

  private static IoEngine io() {
    String kind = System.getProperty("quic.io", IoEngine.Kind.preferred().name());
    return IoEngine.start(IoEngine.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), 1);
  }

  private static void serve() throws InterruptedException {
    Host host = host(io(), true);
    PerfService.answer(host);
    host.start().syncUninterruptibly();
    System.out.println(host.listenAddresses().iterator().next().withPeerId(host.peerId()));
    Usage before = Usage.now(0);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    System.err.printf(
                        Locale.ROOT,
                        "sender used %.2f CPU-s in all%n",
                        (Usage.now(0).cpuNanos() - before.cpuNanos()) / 1e9)));
    Thread.currentThread().join();
  }

  private static void measure(Multiaddr server, int runs, int streams, long bytes)
      throws IOException, InterruptedException {
    try (IoEngine io = io();
        Host host = host(io, false)) {
      Connection connection = host.connect(server).syncUninterruptibly().getNow();
      for (int run = 0; run < runs; run++) {
        Usage before = io.group().submit(() -> Usage.now(0)).syncUninterruptibly().getNow();
        List<Future<PerfService.Result>> running = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
          running.add(PerfService.run(connection, 0, bytes / streams));
        }
        running.forEach(Future::syncUninterruptibly);
        Usage after = io.group().submit(() -> Usage.now(bytes)).syncUninterruptibly().getNow();
        System.out.println("receiver " + after.since(before));
      }
      System.out.println("ping " + connection.ping().syncUninterruptibly().getNow().toNanos());
      System.out.println(Duration.ofNanos(connection.stats().roundTripNanos().orElse(0)));
    }
  }
}

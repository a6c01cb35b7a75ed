package io.tributary.bench.relay;

import io.netty.util.concurrent.Future;
import io.tributary.bench.process.WorkerLoop;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.relay.RelayClient;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.stream.BlockingStream;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.TransportListener;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The program of those who use the measured relay, which ends when its stdin does: {@code UsersMain
 * ADDRESS}. One host is behind the relay, another one sends to it.
 *
 * <ul>
 *   <li>{@code move MIB} sends as much through the circuit and answers {@code nanos}, counted until
 *       the other end has confirmed it
 *   <li>{@code wait N} has N more hosts reserve a place each and stay
 * </ul>
 */
final class UsersMain implements AutoCloseable {

  private static final String SINK = "/tributary/bench/relay-sink/1.0.0";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int PIECE_BYTES = 64 << 10;
  private static final int MIB = 1 << 20;

  private final SecureRandom random = new SecureRandom();
  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Host> waiting = new ArrayList<>();
  private final Multiaddr circuit;
  private final Connection lent;

  private UsersMain(String relay) throws IOException {
    this.circuit = Multiaddr.parse(relay + "/p2p-circuit");
    Host home = host();
    home.handle(
        SINK,
        stream ->
            BlockingStream.serve(
                stream,
                PATIENCE,
                threads,
                talk -> {
                  drain(talk.input());
                  talk.output().write(1);
                  talk.output().close();
                }),
        true);
    await(home.listen(circuit));
    this.lent = await(host().connect(circuit.withPeerId(home.peerId())));
  }

  public static void main(String[] arguments) throws Exception {
    WorkerLoop loop = new WorkerLoop();
    try (UsersMain users = new UsersMain(arguments[0])) {
      loop.run(
          Map.of("limited", users.lent.isLimited()),
          (command, words) ->
              switch (command) {
                case "move" -> Map.of("nanos", users.move(Long.parseLong(words[0])));
                case "wait" -> Map.of("waiting", users.reserve(Integer.parseInt(words[0])));
                default -> throw new IllegalArgumentException("users know no " + command);
              });
    }
  }

  private Host host() {
    PrivateKey key = PrivateKey.generate(random);
    Host host = Host.builder(key).io(io).security(new TlsProtocol(key)).build();
    new RelayClient(host);
    host.start().syncUninterruptibly();
    waiting.add(host);
    return host;
  }

  private static void drain(InputStream in) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    for (int read = 0; read >= 0; read = in.read(piece)) {
      // Only that it has come counts.
    }
  }

  private long move(long mebibytes) throws IOException {
    long began = System.nanoTime();
    byte[] piece = new byte[PIECE_BYTES];
    Stream stream = await(lent.newStreamOnLimited(List.of(SINK)));
    try (BlockingStream talk = new BlockingStream(stream, PATIENCE)) {
      for (long left = mebibytes * MIB; left > 0; left -= PIECE_BYTES) {
        talk.output().write(piece);
      }
      talk.output().close();
      if (talk.input().read() != 1) {
        throw new IOException("the other end has not confirmed");
      }
    }
    return System.nanoTime() - began;
  }

  private int reserve(int hosts) throws IOException {
    for (int i = 0; i < hosts; i++) {
      Future<TransportListener> place = host().listen(circuit);
      await(place);
    }
    return hosts;
  }

  private static <T> T await(Future<T> future) throws IOException {
    if (!future.awaitUninterruptibly(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("not within " + PATIENCE);
    }
    if (!future.isSuccess()) {
      throw new IOException(future.cause());
    }
    return future.getNow();
  }

  @Override
  public void close() {
    waiting.forEach(Host::close);
    threads.shutdownNow();
    io.close();
  }
}

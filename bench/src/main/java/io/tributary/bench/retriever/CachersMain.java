package io.tributary.bench.retriever;

import io.tributary.bench.process.WorkerLoop;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.Priority;
import io.tributary.exchange.Status;
import io.tributary.exchange.server.AccessPolicy;
import io.tributary.exchange.server.FragmentServer;
import io.tributary.exchange.server.FragmentSource;
import io.tributary.exchange.server.HeldFragment;
import io.tributary.exchange.server.ServerSettings;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The program of the JVM with twelve cachers, each of which gives one column away: {@code
 * CachersMain DIRECTORY}. It tells their addresses, column by column, then takes a command a line
 * and answers each with a line of JSON; it ends when its stdin does.
 *
 * <pre>
 * delay MILLIS     from now on each answers so much later
 * stall COLUMN     from now on this one answers nothing; -1 for none
 * sent             how many bytes of content all have sent
 * </pre>
 */
final class CachersMain implements AutoCloseable {
  private final IoEngine io =
      IoEngine.start(IoEngine.Kind.preferred(), Runtime.getRuntime().availableProcessors());
  private final Map<FragmentHash, ByteBuffer> held = new HashMap<>();
  private final List<Host> hosts = new ArrayList<>();
  private final List<FragmentServer> servers = new ArrayList<>();
  private final LongAdder sentBytes = new LongAdder();
  private volatile long delayMillis;
  private volatile int stalled = -1;

  private CachersMain(BenchedFile file) {
    for (int segment = 0; segment < BenchedFile.SEGMENTS; segment++) {
      for (int column = 0; column < Layout.COLUMNS; column++) {
        if (file.has(segment, column)) {
          held.put(file.hash(segment, column), file.fragment(segment, column));
        }
      }
    }
    for (int column = 0; column < Layout.COLUMNS; column++) {
      start(column);
    }
  }

  private void start(int column) {
    PrivateKey identity = PrivateKey.generate(new SecureRandom());
    Host host =
        Host.builder(identity)
            .io(io)
            .security(new TlsProtocol(identity))
            .listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))
            .build();
    host.start().awaitUninterruptibly();
    hosts.add(host);
    FragmentServer server =
        FragmentServer.giving(
            host,
            new Cacher(column),
            (peer, request) -> new AccessPolicy.Admission.Gift(),
            ServerSettings.defaults(),
            new EventLoopTimekeeper(io.group().next(), InstantSource.system()),
            new ExchangeMetrics() {
              @Override
              public void delivered(Priority priority, String ending, long bytes) {
                sentBytes.add(bytes);
              }
            });
    server.start();
    servers.add(server);
  }

  public static void main(String[] arguments) throws IOException {
    try (CachersMain cachers = new CachersMain(new BenchedFile(Path.of(arguments[0])))) {
      new WorkerLoop().run(Map.of("addresses", cachers.addresses()), cachers::carryOut);
    }
  }

  private Map<String, ?> carryOut(String command, String... arguments) {
    switch (command) {
      case "delay" -> delayMillis = Long.parseLong(arguments[0]);
      case "stall" -> stalled = Integer.parseInt(arguments[0]);
      case "sent" -> {
        return Map.of("bytes", sentBytes.sum());
      }
      default -> throw new IllegalArgumentException("no command " + command);
    }
    return Map.of();
  }

  private String addresses() {
    List<String> all = new ArrayList<>();
    for (Host host : hosts) {
      all.add(
          host.listenAddresses()
              .iterator()
              .next()
              .withoutPeerId()
              .withPeerId(host.peerId())
              .toString());
    }
    return String.join(" ", all);
  }

  @Override
  public void close() {
    servers.forEach(FragmentServer::close);
    hosts.forEach(Host::close);
    io.close();
  }

  /** The cacher of one column. */
  private final class Cacher implements FragmentSource {
    private final int column;

    Cacher(int column) {
      this.column = column;
    }

    @Override
    public CompletionStage<Answer> find(PeerId peer, FragmentRequest request) {
      ByteBuffer bytes = held.get(request.name().hash());
      if (bytes == null || request.name().column() != column) {
        return CompletableFuture.completedStage(
            new Answer.Missing(Status.NOT_FOUND, Duration.ZERO));
      }
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      if (stalled == column) {
        return answer;
      }
      Answer found = new Answer.Found(HeldFragment.of(bytes.duplicate(), () -> {}));
      if (delayMillis == 0) {
        answer.complete(found);
      } else {
        var unused =
            io.group().schedule(() -> answer.complete(found), delayMillis, TimeUnit.MILLISECONDS);
      }
      return answer;
    }

    @Override
    public CompletionStage<BitSet> held(List<FragmentHash> fragments) {
      return CompletableFuture.completedStage(new BitSet());
    }
  }
}

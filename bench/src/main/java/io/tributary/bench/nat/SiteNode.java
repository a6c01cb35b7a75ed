package io.tributary.bench.nat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.ledger.EvmAddress;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostListener;
import io.tributary.libp2p.autonat.AutoNat;
import io.tributary.libp2p.autonat.AutoNatClient;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.dcutr.HolePuncher;
import io.tributary.libp2p.dcutr.PunchOptions;
import io.tributary.libp2p.dcutr.PunchReport;
import io.tributary.libp2p.identify.NatMapping;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.relay.RelayClient;
import io.tributary.libp2p.stream.BlockingStream;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.region.reach.ReachSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A host behind a NAT, a new one for each try.
 *
 * <ul>
 *   <li>{@code begin TRANSPORT RELAY OTHER...} starts a host that connects to all of them and
 *       listens by the first; answers its {@code address} there and the {@code mapping} that it saw
 *   <li>{@code visit ADDRESS} connects over the relay; answers {@code lentMillis}
 *   <li>{@code report} answers the {@code result} and {@code attempts} of the punch that it began
 *   <li>{@code direct} answers {@code directMillis} since the relayed connection, the {@code
 *       address}, and that an {@code echo} came back
 *   <li>{@code sell} offers a fragment from then on; answers the {@code payee}
 *   <li>{@code buy ADDRESS PAYEE SECONDS} asks for it at an address, fetches and pays; answers
 *       whether it is {@code held}, the {@code end} and the {@code bytes}
 *   <li>{@code earned BYTES} waits until so many have been paid for; answers the {@code bytes} that
 *       have
 *   <li>{@code standing} answers whether AutoNAT finds the host {@code standing} in public
 *   <li>{@code end} stops the host
 * </ul>
 */
final class SiteNode implements LabNode {
  private static final String ECHO = "/echo/1.0.0";
  private static final PunchOptions PUNCHING =
      new PunchOptions(3, Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(2), 8);

  private final IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 1);
  private final SecureRandom random = new SecureRandom();
  private @Nullable Try current;

  /** One host's life. */
  private static final class Try {
    final Host host;
    final AddressProtocol transport;
    final LinkedBlockingQueue<PunchReport> reports = new LinkedBlockingQueue<>();
    final CompletableFuture<Long> directNanos = new CompletableFuture<>();
    @Nullable Connection lent;
    @Nullable SiteTrade trade;
    long lentNanos;

    Try(Host host, AddressProtocol transport) {
      this.host = host;
      this.transport = transport;
    }

    Connection lent() {
      if (lent == null) {
        throw new IllegalStateException("nobody has been visited");
      }
      return lent;
    }
  }

  @Override
  public Map<String, ?> introduction() {
    return Map.of("ready", true);
  }

  @Override
  public Map<String, ?> carryOut(String... words) throws Exception {
    return switch (words[0]) {
      case "begin" -> begin(words[1], Arrays.copyOfRange(words, 2, words.length));
      case "visit" -> visit(Multiaddr.parse(words[1]));
      case "report" -> report();
      case "direct" -> direct();
      case "sell" -> trade().sell();
      case "buy" ->
          trade()
              .buy(
                  Multiaddr.parse(words[1]),
                  EvmAddress.parse(words[2]),
                  Duration.ofSeconds(Long.parseLong(words[3])));
      case "earned" -> trade().earned(Long.parseLong(words[1]));
      case "standing" -> standing();
      case "end" -> {
        end();
        yield Map.of();
      }
      default -> throw new IOException("unknown command " + words[0]);
    };
  }

  private Try current() {
    if (current == null) {
      throw new IllegalStateException("no host has begun");
    }
    return current;
  }

  private SiteTrade trade() throws Exception {
    Try now = current();
    SiteTrade trade = now.trade;
    if (trade == null) {
      trade = new SiteTrade(now.host);
      now.trade = trade;
    }
    return trade;
  }

  private Map<String, ?> begin(String transport, String[] publicHosts) throws Exception {
    end();
    boolean tcp = transport.equals("tcp");
    Host host =
        Host.builder(PrivateKey.generate(random))
            .io(io)
            .listen(Multiaddr.parse(tcp ? "/ip4/0.0.0.0/tcp/0" : "/ip4/0.0.0.0/udp/0/quic-v1"))
            .publicNetworks(LabNode.networks())
            .lentBytes(ReachSettings.LENT_BYTES)
            .build();
    Try made = new Try(host, tcp ? AddressProtocol.TCP : AddressProtocol.QUIC_V1);
    current = made;
    new RelayClient(host);
    new HolePuncher(host, PUNCHING, made.reports::add);
    host.handle(
        ECHO,
        stream ->
            data -> {
              stream.write(data);
            });
    LabNode.await(host.start());
    for (String each : publicHosts) {
      LabNode.await(host.connect(Multiaddr.parse(each)));
    }
    Multiaddr circuit = Multiaddr.parse(publicHosts[0] + "/p2p-circuit");
    LabNode.await(host.listen(circuit));
    awaitObservations(made, publicHosts.length);
    return Map.of(
        "address", circuit.withPeerId(host.peerId()).toString(),
        "mapping", host.observedAddresses().mapping(made.transport).name());
  }

  /** Waits until all public hosts have told what they see. */
  private static void awaitObservations(Try made, int publicHosts) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isObserved(made, publicHosts)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the public hosts do not say what they see");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Whether all have told, and the host has drawn its conclusion, which is a moment later. */
  private static boolean isObserved(Try made, int publicHosts) {
    long told =
        made.host.connections().stream()
            .filter(each -> each.peerInfo().flatMap(info -> info.observedAddress()).isPresent())
            .count();
    return told >= publicHosts
        && made.host.observedAddresses().mapping(made.transport) != NatMapping.UNKNOWN;
  }

  private Map<String, ?> visit(Multiaddr address) throws IOException {
    Try visitor = current();
    long began = System.nanoTime();
    visitor.host.addListener(
        new HostListener() {
          @Override
          public void onConnected(Connection connection) {
            if (!connection.isLimited()
                && address.peerId().filter(connection.remotePeer()::equals).isPresent()) {
              visitor.directNanos.complete(System.nanoTime());
            }
          }
        });
    visitor.lent = LabNode.await(visitor.host.connect(address));
    visitor.lentNanos = System.nanoTime();
    return Map.of("lentMillis", millis(visitor.lentNanos - began));
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }

  private Map<String, ?> report() throws Exception {
    PunchReport report = current().reports.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    if (report == null) {
      throw new IOException("nothing was decided");
    }
    return Map.of(
        "result", report.result().name(),
        "attempts", report.attempts(),
        "millis", report.took().toNanos() / 1e6);
  }

  private Map<String, ?> direct() throws Exception {
    Try visitor = current();
    long directNanos;
    try {
      directNanos = visitor.directNanos.get(5, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IOException("there is no direct connection", e);
    }
    Connection best = visitor.host.connection(visitor.lent().remotePeer()).orElseThrow();
    if (best.isLimited()) {
      throw new IOException("new streams still go over the relay");
    }
    return Map.of(
        "directMillis", Math.max(0, millis(directNanos - visitor.lentNanos)),
        "address", best.remoteAddress().toString(),
        "echo", echo(best));
  }

  private static boolean echo(Connection connection) throws IOException {
    byte[] sent = "directly".getBytes(UTF_8);
    try (BlockingStream stream =
        new BlockingStream(LabNode.await(connection.newStream(ECHO)), PATIENCE)) {
      stream.output().write(sent);
      return Arrays.equals(stream.input().readNBytes(sent.length), sent);
    }
  }

  private Map<String, ?> standing() throws Exception {
    Host host = current().host;
    CompletableFuture<Standing> told = new CompletableFuture<>();
    AutoNat autoNat =
        new AutoNat(
            host,
            new AutoNatClient(host, random),
            new AutoNat.Options(
                Duration.ofMillis(200), Duration.ofMinutes(15), Duration.ofMinutes(5)),
            new EventLoopTimekeeper(io.group().next(), host.clock()),
            (standing, reachable) -> {
              if (standing != Standing.UNKNOWN) {
                told.complete(standing);
              }
            });
    autoNat.open();
    try {
      return Map.of(
          "standing", told.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).name(),
          "addresses", List.copyOf(host.addresses()).toString());
    } finally {
      autoNat.close();
    }
  }

  private void end() throws IOException {
    Try ended = current;
    current = null;
    if (ended != null) {
      ended.host.close();
      if (ended.trade != null) {
        ended.trade.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    end();
    io.close();
  }
}

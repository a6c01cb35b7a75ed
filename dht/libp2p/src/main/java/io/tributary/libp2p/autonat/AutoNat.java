package io.tributary.libp2p.autonat;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.autonat.Reachability.Evidence;
import io.tributary.libp2p.autonat.Reachability.Judgement;
import io.tributary.libp2p.autonat.Reachability.Verdict;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, again and again, whether a host can be dialled: has connected peers try the public
 * addresses that it listens at or is seen under, one peer of each network, until {@link
 * Reachability} has a verdict, and anew when that grows old or an address appears. Thread-safe;
 * works on the thread of its {@link Timekeeper}.
 */
public final class AutoNat implements AutoCloseable {

  /**
   * How often.
   *
   * @param pause between rounds while something is not known
   * @param recheck how old the last evidence of an address may grow
   * @param holdOff how long a server that failed, refused or lied is left alone
   */
  public record Options(Duration pause, Duration recheck, Duration holdOff) {

    /** 5 s, 15 min, 5 min. */
    public static Options defaults() {
      return new Options(Duration.ofSeconds(5), Duration.ofMinutes(15), Duration.ofMinutes(5));
    }
  }

  /** Told what has changed, on the thread of the {@link Timekeeper}. */
  public interface Listener {

    /** The host stands otherwise, or can be dialled at other addresses. */
    void onChanged(Standing standing, Set<Multiaddr> reachable);
  }

  /** The most addresses that are of interest. */
  public static final int MAX_ADDRESSES = 8;

  private static final int MAX_HELD_OFF = 256;

  private final Host host;
  private final AutoNatClient client;
  private final Options options;
  private final Timekeeper time;
  private final Listener listener;
  private final Reachability reachability;
  private final Map<PeerId, Instant> heldOff =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Instant> eldest) {
          return size() > MAX_HELD_OFF;
        }
      };
  private volatile Standing standing = Standing.UNKNOWN;
  private volatile List<Judgement> judgements = List.of();
  private Set<Multiaddr> reachable = Set.of();
  private boolean on;
  private boolean asking;
  private Timekeeper.@Nullable Timer timer;

  /** One that is off. */
  public AutoNat(
      Host host, AutoNatClient client, Options options, Timekeeper time, Listener listener) {
    this.host = host;
    this.client = client;
    this.options = options;
    this.time = time;
    this.listener = listener;
    this.reachability = new Reachability(time.clock());
  }

  /** Begins to ask. */
  public void open() {
    time.execute(
        () -> {
          if (!on) {
            on = true;
            round();
          }
        });
  }

  /** Asks no more; what is known stays. */
  @Override
  public void close() {
    time.execute(
        () -> {
          on = false;
          if (timer != null) {
            timer.cancel();
          }
        });
  }

  /** Whether the host can be dialled, as far as is known. */
  public Standing standing() {
    return standing;
  }

  /** Each address of interest with its verdict and the evidence. */
  public List<Judgement> judgements() {
    return judgements;
  }

  private List<Multiaddr> candidates() {
    Set<Multiaddr> all = new LinkedHashSet<>(host.observedAddresses().latest());
    all.addAll(host.addresses());
    return all.stream().filter(host.publicNetworks()::contains).limit(MAX_ADDRESSES).toList();
  }

  private void round() {
    if (!on || asking) {
      return;
    }
    List<Multiaddr> wanted = candidates();
    reachability.retain(new HashSet<>(wanted));
    judge(wanted);
    for (Multiaddr address : wanted) {
      Optional<Server> server = needsEvidence(address) ? serverFor(address) : Optional.empty();
      if (server.isPresent()) {
        asking = true;
        ask(server.get(), address);
        return;
      }
    }
    timer = time.after(options.pause(), this::round);
  }

  private boolean needsEvidence(Multiaddr address) {
    Judgement known = reachability.judge(address);
    Instant old = time.clock().instant().minus(options.recheck());
    return known.verdict() == Verdict.UNKNOWN
        || known.evidence().isEmpty()
        || !known.evidence().get(0).at().isAfter(old);
  }

  /** A peer that can be asked. */
  private record Server(Connection connection, IpPrefix network, int version) {}

  /** A peer that may know, of a network that has not been heard of late. */
  private Optional<Server> serverFor(Multiaddr address) {
    Instant now = time.clock().instant();
    Set<IpPrefix> heard = new HashSet<>();
    for (Evidence each : reachability.judge(address).evidence()) {
      if (each.at().isAfter(now.minus(options.recheck()))) {
        heard.add(each.network());
      }
    }
    Optional<Server> second = Optional.empty();
    for (Connection each : host.connections()) {
      Optional<Server> server = server(each, now).filter(it -> !heard.contains(it.network()));
      if (server.filter(it -> it.version() == 2).isPresent()) {
        return server;
      }
      second = second.or(() -> server);
    }
    return second;
  }

  private Optional<Server> server(Connection connection, Instant now) {
    Set<String> protocols = connection.peerInfo().map(each -> each.protocols()).orElse(Set.of());
    int version =
        protocols.contains(AutoNatMessage.PROTOCOL_ID)
            ? 2
            : protocols.contains(AutoNat1Message.PROTOCOL_ID) ? 1 : 0;
    Instant until = heldOff.get(connection.remotePeer());
    if (version == 0
        || connection.isLimited()
        || !connection.isOpen()
        || (until != null && until.isAfter(now))
        || !host.publicNetworks().contains(connection.remoteAddress())) {
      return Optional.empty();
    }
    return connection
        .remoteAddress()
        .toSocketAddress()
        .map(InetSocketAddress::getAddress)
        .map(ip -> new Server(connection, IpPrefix.ofNetwork(ip), version));
  }

  private void ask(Server server, Multiaddr address) {
    Future<Probe> asked =
        server.version() == 2
            ? client.ask(server.connection(), List.of(address))
            : client.askByVersion1(server.connection(), List.of(address));
    asked.addListener(
        (Future<Probe> probe) ->
            time.execute(
                () -> {
                  asking = false;
                  hear(server, address, probe.getNow().result());
                  round();
                }));
  }

  private void hear(Server server, Multiaddr address, ProbeResult result) {
    Instant now = time.clock().instant();
    PeerId peer = server.connection().remotePeer();
    if (result == ProbeResult.REACHED || result == ProbeResult.NOT_REACHED) {
      reachability.add(
          address,
          new Evidence(
              peer, server.network(), server.version(), result == ProbeResult.REACHED, now));
    } else {
      heldOff.remove(peer);
      heldOff.put(peer, now.plus(options.holdOff()));
    }
  }

  private void judge(List<Multiaddr> wanted) {
    List<Judgement> all = wanted.stream().map(reachability::judge).toList();
    judgements = all;
    Set<Multiaddr> now = new LinkedHashSet<>();
    boolean allUnreachable = true;
    for (Judgement each : all) {
      if (each.verdict() == Verdict.REACHABLE) {
        now.add(each.address());
      }
      allUnreachable &= each.verdict() == Verdict.UNREACHABLE;
    }
    // Without any address nothing is known unless somebody public has had the chance to see one.
    Standing stands =
        !now.isEmpty()
            ? Standing.PUBLIC
            : allUnreachable && (!all.isEmpty() || isSeenByServers())
                ? Standing.PRIVATE
                : Standing.UNKNOWN;
    if (stands != standing || !now.equals(reachable)) {
      standing = stands;
      reachable = Set.copyOf(now);
      listener.onChanged(stands, reachable);
    }
  }

  private boolean isSeenByServers() {
    Instant now = time.clock().instant();
    return host.connections().stream().anyMatch(each -> server(each, now).isPresent());
  }
}

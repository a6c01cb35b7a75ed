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
import java.net.InetAddress;
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
 * Reachability} has a verdict, and anew when that grows old or an address appears. Where a NAT lies
 * between, those peers may get in because the NAT knows them; so strangers are asked too, as far as
 * any are known. Thread-safe; works on the thread of its {@link Timekeeper}.
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

  /** How many strangers have to try an address that a NAT translates. */
  static final int WANTED_STRANGERS = 2;

  private static final int MAX_HELD_OFF = 256;

  private final Host host;
  private final AutoNatClient client;
  private final Options options;
  private final Timekeeper time;
  private final Listener listener;
  private final Reachability reachability;
  private final Contacts contacts;
  private final Strangers strangers;
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
  private Set<Multiaddr> mapped = Set.of();
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
    this.contacts = new Contacts(host);
    this.strangers = new Strangers(host, contacts);
  }

  /** Begins to ask. */
  public void open() {
    time.execute(
        () -> {
          if (!on) {
            on = true;
            host.addListener(contacts);
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
          host.removeListener(contacts);
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
    Set<Multiaddr> all = new LinkedHashSet<>(host.candidateAddresses());
    all.addAll(host.observedAddresses().latest());
    all.addAll(host.addresses());
    return all.stream().filter(host.publicNetworks()::contains).limit(MAX_ADDRESSES).toList();
  }

  private void round() {
    if (!on || asking) {
      return;
    }
    forgetUnmapped();
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
    if (!askStranger(wanted)) {
      timer = time.after(options.pause(), this::round);
    }
  }

  /** What was found by a mapping that is gone says nothing of the address without it. */
  private void forgetUnmapped() {
    Set<Multiaddr> now = host.candidateAddresses();
    mapped.stream().filter(each -> !now.contains(each)).forEach(reachability::forget);
    mapped = now;
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
    if (version == 0
        || connection.isLimited()
        || !connection.isOpen()
        || isHeldOff(connection.remotePeer(), now)
        || !host.publicNetworks().contains(connection.remoteAddress())) {
      return Optional.empty();
    }
    return connection
        .remoteAddress()
        .toSocketAddress()
        .map(InetSocketAddress::getAddress)
        .map(ip -> new Server(connection, IpPrefix.ofNetwork(ip), version));
  }

  /** Has somebody try whom the NAT does not know, if that is still of interest and one is known. */
  private boolean askStranger(List<Multiaddr> wanted) {
    Instant now = time.clock().instant();
    for (Multiaddr address : wanted) {
      if (!isTranslated(address)) {
        continue;
      }
      Judgement known = reachability.judge(address);
      Set<IpPrefix> heard = new HashSet<>();
      known.evidence().forEach(each -> heard.add(each.network()));
      long tried =
          known.evidence().stream()
              .filter(each -> each.origin() == DialOrigin.OTHER_ADDRESS)
              .count();
      if (known.verdict() == Verdict.REACHABLE && tried < WANTED_STRANGERS) {
        Optional<Strangers.Stranger> next =
            strangers.next((peer, network) -> !isHeldOff(peer, now) && !heard.contains(network));
        if (next.isPresent()) {
          asking = true;
          ask(next.get(), address);
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Whether a NAT lies between that might let in some and not others; what is mapped is for all.
   */
  private boolean isTranslated(Multiaddr address) {
    return !host.listenAddresses().contains(address)
        && !host.candidateAddresses().contains(address);
  }

  private void ask(Strangers.Stranger stranger, Multiaddr address) {
    Instant askedAt = host.clock().instant();
    strangers
        .connect(stranger)
        .addListener(
            (Future<Connection> dialled) -> {
              if (dialled.isSuccess()) {
                Server server = new Server(dialled.getNow(), stranger.network(), 2);
                time.execute(() -> ask(server, address, askedAt, true));
              } else {
                time.execute(
                    () -> {
                      holdOff(stranger.peer());
                      rest();
                    });
              }
            });
  }

  private void rest() {
    asking = false;
    if (on) {
      timer = time.after(options.pause(), this::round);
    }
  }

  private void ask(Server server, Multiaddr address) {
    ask(server, address, host.clock().instant(), false);
  }

  private void ask(Server server, Multiaddr address, Instant askedAt, boolean once) {
    Future<Probe> asked =
        server.version() == 2
            ? client.ask(server.connection(), List.of(address))
            : client.askByVersion1(server.connection(), List.of(address));
    asked.addListener(
        (Future<Probe> probe) ->
            time.execute(
                () -> {
                  hear(server, address, askedAt, probe.getNow());
                  if (once) {
                    server.connection().closeGracefully();
                    rest();
                  } else {
                    asking = false;
                    round();
                  }
                }));
  }

  private void hear(Server server, Multiaddr address, Instant askedAt, Probe probe) {
    PeerId peer = server.connection().remotePeer();
    ProbeResult result = probe.result();
    if (result == ProbeResult.REACHED || result == ProbeResult.NOT_REACHED) {
      reachability.add(
          address,
          new Evidence(
              peer,
              server.network(),
              server.version(),
              result == ProbeResult.REACHED,
              origin(server, askedAt, probe),
              time.clock().instant()));
    } else {
      holdOff(peer);
    }
  }

  /** Whether the NAT may have known where the server dialled from, or would have. */
  private DialOrigin origin(Server server, Instant askedAt, Probe probe) {
    Optional<InetAddress> from =
        probe
            .from()
            .or(
                () ->
                    server
                        .connection()
                        .remoteAddress()
                        .toSocketAddress()
                        .map(InetSocketAddress::getAddress));
    return from.filter(each -> contacts.knew(each, askedAt)).isPresent()
        ? DialOrigin.SAME_ADDRESS
        : DialOrigin.OTHER_ADDRESS;
  }

  private boolean isHeldOff(PeerId peer, Instant now) {
    Instant until = heldOff.get(peer);
    return until != null && until.isAfter(now);
  }

  private void holdOff(PeerId peer) {
    heldOff.remove(peer);
    heldOff.put(peer, time.clock().instant().plus(options.holdOff()));
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
      allUnreachable &=
          each.verdict() == Verdict.UNREACHABLE || each.verdict() == Verdict.CONTACTED_ONLY;
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

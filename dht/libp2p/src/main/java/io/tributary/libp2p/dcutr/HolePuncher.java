package io.tributary.libp2p.dcutr;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Ticker;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Direction;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostListener;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.limits.Rate;
import io.tributary.libp2p.limits.RateLimit;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.peers.PeerInfo;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Makes direct connections of relayed ones: has both sides dial each other at the same moment, so
 * that each side's NAT lets the other in. Thread-safe.
 *
 * <p>Whoever was reached over the relay begins, as soon as identify has told what the other is. The
 * relayed connection stays; new streams go to the direct one because {@link Host#connection}
 * prefers it.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/relay/DCUtR.md">DCUtR</a>
 */
public final class HolePuncher implements AutoCloseable {

  /*
   * The moment
   * ----------
   * A NAT lets a packet in from an address to which it has lately let one out. So both sides must
   * send before the other's packet arrives, or rather, as some NATs remember what they refused, at
   * the same time. B measures how long a question takes to A and back, says SYNC, and dials after
   * half that time, which is when SYNC arrives and A dials.
   *
   * One that lets everybody in
   * --------------------------
   * If the NAT of A does, and that of B shows each destination another port, A has nowhere to dial
   * and B is let in: as somebody who just dials, and so initiates. B tries that once, a moment after
   * the first attempt has begun, which has opened A's NAT to B's address too.
   *
   * The parts
   * ---------
   * Over TCP both connect, from the ports they listen on; the kernels make one connection of the
   * two attempts, on which nobody is the client. So the protocol says who is: A initiates, whatever
   * became of the sockets. Over QUIC only A dials, and B sends datagrams of noise that make its NAT
   * let A's in.
   */

  /** How often one peer may have this host dial, since where to is the peer's to say. */
  public static final Rate PEER_ANSWERS = new Rate(0.1, 8);

  /** How often all together may. */
  public static final Rate ALL_ANSWERS = new Rate(4, 128);

  /**
   * How often this host begins, since peers that come over relays are the ones who say where to
   * dial then.
   */
  public static final Rate ALL_BEGINNINGS = new Rate(4, 128);

  /**
   * How often this host dials at the word of others.
   *
   * @param peerAnswers of one peer
   * @param allAnswers of all together
   * @param beginnings of those that come over relays
   */
  record Rates(Rate peerAnswers, Rate allAnswers, Rate beginnings) {
    static final Rates USUAL = new Rates(PEER_ANSWERS, ALL_ANSWERS, ALL_BEGINNINGS);
  }

  private static final int MAX_PEERS_REMEMBERED = 4096;
  private static final String ALL = "all";

  private final Host host;
  private final PunchOptions options;
  private final Consumer<PunchReport> reports;
  private final HostListener watch = new Watch();

  /** Relayed connections that had their chance: news of the peer is no reason for another one. */
  private final Set<Connection> begun = ConcurrentHashMap.newKeySet();

  private final Map<PeerId, PunchInitiative> initiatives = new ConcurrentHashMap<>();
  private final Map<PeerId, PunchReply> replies = new ConcurrentHashMap<>();
  private final RateLimit<PeerId> answers;
  private final RateLimit<String> allAnswers;
  private final RateLimit<String> allBeginnings;

  /**
   * Begins to punch, and to answer peers that do.
   *
   * @param host which has a {@code RelayClient}
   * @param reports gets every outcome, on event loops
   */
  public HolePuncher(Host host, PunchOptions options, Consumer<PunchReport> reports) {
    this(host, options, Rates.USUAL, reports);
  }

  /** Does the same at other rates. */
  HolePuncher(Host host, PunchOptions options, Rates rates, Consumer<PunchReport> reports) {
    this.host = host;
    this.options = options;
    this.reports = reports;
    Ticker ticker = host.io().group().next().ticker();
    this.answers = new RateLimit<>(rates.peerAnswers(), MAX_PEERS_REMEMBERED, ticker);
    this.allAnswers = new RateLimit<>(rates.allAnswers(), 1, ticker);
    this.allBeginnings = new RateLimit<>(rates.beginnings(), 1, ticker);
    host.handle(HolePunchMessage.PROTOCOL_ID, this::accept, true);
    host.addListener(watch);
  }

  /** Begins no more, and answers no more. */
  @Override
  public void close() {
    host.unhandle(HolePunchMessage.PROTOCOL_ID);
    host.removeListener(watch);
    List.copyOf(initiatives.values()).forEach(each -> each.finish(PunchResult.RELAY_LOST));
    List.copyOf(replies.values()).forEach(each -> each.finish(PunchResult.RELAY_LOST));
  }

  /** With how many peers it is under way. */
  public int underWay() {
    return initiatives.size() + replies.size();
  }

  private final class Watch implements HostListener {
    @Override
    public void onIdentified(Connection connection, PeerInfo info) {
      if (connection.isLimited()
          && connection.direction() == Direction.INBOUND
          && connection.isOpen()
          && begun.add(connection)) {
        begin(connection, info);
        if (!connection.isOpen()) {
          // It may have ended before it was added, and nobody will tell.
          begun.remove(connection);
        }
      }
    }

    @Override
    public void onConnected(Connection connection) {
      if (!connection.isLimited()) {
        PunchInitiative initiative = initiatives.get(connection.remotePeer());
        if (initiative != null) {
          initiative.onDirect(connection);
        }
        PunchReply reply = replies.get(connection.remotePeer());
        if (reply != null) {
          reply.onDirect(connection);
        }
      }
    }

    @Override
    public void onDisconnected(Connection connection, CloseReason reason) {
      begun.remove(connection);
      PunchInitiative initiative = initiatives.get(connection.remotePeer());
      if (initiative != null && initiative.relayed.equals(connection)) {
        initiative.finish(PunchResult.RELAY_LOST);
      }
    }
  }

  Host host() {
    return host;
  }

  PunchOptions options() {
    return options;
  }

  void report(PunchReport report) {
    reports.accept(report);
  }

  void forget(PunchInitiative initiative) {
    initiatives.remove(initiative.peer(), initiative);
  }

  void forget(PunchReply reply) {
    replies.remove(reply.peer(), reply);
  }

  private boolean hasDirect(PeerId peer) {
    return host.connection(peer).filter(each -> !each.isLimited()).isPresent();
  }

  /** Where others see this host: what they have said last, then what it knows itself. */
  List<Multiaddr> ownAddresses() {
    Set<Multiaddr> own = new LinkedHashSet<>(host.observedAddresses().latest());
    own.addAll(host.addresses());
    return usable(own);
  }

  /** Those that can be dialled from everywhere, and no more than are. */
  List<Multiaddr> usable(Collection<Multiaddr> addresses) {
    return addresses.stream()
        .map(Multiaddr::withoutPeerId)
        .filter(host.publicNetworks()::contains)
        .distinct()
        .limit(Host.MAX_PUNCHED)
        .toList();
  }

  // B: it was reached, and begins

  private void begin(Connection connection, PeerInfo info) {
    PunchInitiative initiative = new PunchInitiative(this, connection);
    if (hasDirect(connection.remotePeer())
        || initiatives.putIfAbsent(connection.remotePeer(), initiative) != null) {
      return;
    }
    if (initiatives.size() > options.maxAtOnce() || !allBeginnings.tryAcquire(ALL)) {
      initiative.finish(PunchResult.TOO_MANY);
    } else {
      initiative.begin(info);
    }
  }

  // A: it made the relayed connection, and answers

  private StreamHandler accept(Stream stream) {
    Connection connection = stream.connection();
    if (!connection.isLimited()) {
      // Who is connected directly has nothing to punch.
      stream.abort(ResetReason.PROTOCOL_VIOLATION);
      return ByteBuf::release;
    }
    if (!answers.tryAcquire(connection.remotePeer()) || !allAnswers.tryAcquire(ALL)) {
      stream.abort(ResetReason.LIMIT_REACHED);
      return ByteBuf::release;
    }
    PunchReply fresh = new PunchReply(this, connection);
    PunchReply known = replies.putIfAbsent(connection.remotePeer(), fresh);
    if (known == null && replies.size() > options.maxAtOnce()) {
      fresh.finish(PunchResult.TOO_MANY);
      stream.abort(ResetReason.LIMIT_REACHED);
      return ByteBuf::release;
    }
    return new PunchAnswering(known == null ? fresh : known, stream).messages();
  }
}

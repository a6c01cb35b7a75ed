package io.tributary.libp2p.dcutr;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.Ticker;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Direction;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostListener;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.limits.Rate;
import io.tributary.libp2p.limits.RateLimit;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.peers.PeerInfo;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.MessageStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
   * and B is let in: as somebody who just dials, and so initiates. B tries that once, after the first
   * attempt, which has opened A's NAT to B's address too.
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

  private static final int MAX_PEERS_REMEMBERED = 4096;
  private static final String ALL = "all";

  private final Host host;
  private final PunchOptions options;
  private final Consumer<PunchReport> reports;
  private final HostListener watch = new Watch();

  /** Relayed connections that had their chance: news of the peer is no reason for another one. */
  private final Set<Connection> begun = ConcurrentHashMap.newKeySet();

  private final Map<PeerId, Initiative> initiatives = new ConcurrentHashMap<>();
  private final Map<PeerId, Reply> replies = new ConcurrentHashMap<>();
  private final RateLimit<PeerId> answers;
  private final RateLimit<String> allAnswers;

  /**
   * Begins to punch, and to answer peers that do.
   *
   * @param host which has a {@code RelayClient}
   * @param reports gets every outcome, on event loops
   */
  public HolePuncher(Host host, PunchOptions options, Consumer<PunchReport> reports) {
    this.host = host;
    this.options = options;
    this.reports = reports;
    Ticker ticker = host.io().group().next().ticker();
    this.answers = new RateLimit<>(PEER_ANSWERS, MAX_PEERS_REMEMBERED, ticker);
    this.allAnswers = new RateLimit<>(ALL_ANSWERS, 1, ticker);
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
      }
    }

    @Override
    public void onConnected(Connection connection) {
      if (!connection.isLimited()) {
        Initiative initiative = initiatives.get(connection.remotePeer());
        if (initiative != null) {
          initiative.onDirect(connection);
        }
        Reply reply = replies.get(connection.remotePeer());
        if (reply != null) {
          reply.onDirect(connection);
        }
      }
    }

    @Override
    public void onDisconnected(Connection connection, CloseReason reason) {
      begun.remove(connection);
      Initiative initiative = initiatives.get(connection.remotePeer());
      if (initiative != null && initiative.relayed.equals(connection)) {
        initiative.finish(PunchResult.RELAY_LOST);
      }
    }
  }

  private boolean hasDirect(PeerId peer) {
    return host.connection(peer).filter(each -> !each.isLimited()).isPresent();
  }

  /** Where others see this host: what they have said last, then what it knows itself. */
  private List<Multiaddr> ownAddresses() {
    Set<Multiaddr> own = new LinkedHashSet<>(host.observedAddresses().latest());
    own.addAll(host.addresses());
    return usable(own);
  }

  private List<Multiaddr> usable(Collection<Multiaddr> addresses) {
    return addresses.stream()
        .map(Multiaddr::withoutPeerId)
        .filter(host.publicNetworks()::contains)
        .distinct()
        .limit(Host.MAX_PUNCHED)
        .toList();
  }

  /** One side of it, until it is decided. */
  private abstract class Side {
    final Connection relayed;
    final long sinceNanos;
    private int attempts;
    private boolean agreed;
    private boolean finished;
    private @Nullable Future<Connection> punching;
    private @Nullable ScheduledFuture<?> timer;

    Side(Connection relayed) {
      this.relayed = relayed;
      this.sinceNanos = relayed.eventLoop().ticker().nanoTime();
    }

    PeerId peer() {
      return relayed.remotePeer();
    }

    synchronized boolean isFinished() {
      return finished;
    }

    synchronized int attempts() {
      return attempts;
    }

    /**
     * Both have said that they will dial. From now on the peer may, so that a connection that comes
     * even before this side has dialled is the fruit of it.
     */
    synchronized void agree() {
      agreed = true;
    }

    synchronized boolean isAgreed() {
      return agreed;
    }

    /** Dials until it is met or the time is up. */
    void punch(List<Multiaddr> addresses, Role role) {
      synchronized (this) {
        if (finished) {
          return;
        }
        attempts++;
        Future<Connection> dialling = host.punch(peer(), addresses, role);
        punching = dialling;
      }
      after(options.attemptTime(), this::onAttemptOver);
    }

    synchronized void after(Duration delay, Runnable task) {
      cancelTimer();
      if (finished) {
        return;
      }
      timer = relayed.eventLoop().schedule(task, delay.toNanos(), NANOSECONDS);
    }

    private void cancelTimer() {
      if (timer != null) {
        timer.cancel(false);
      }
    }

    synchronized void stopPunching() {
      if (punching != null) {
        punching.cancel(false);
      }
    }

    abstract void onAttemptOver();

    abstract boolean isInitiative();

    abstract void forget();

    void onDirect(Connection connection) {
      finish(
          isAgreed() ? PunchResult.PUNCHED : PunchResult.DIALLED,
          Optional.of(connection.remoteAddress()));
    }

    void finish(PunchResult result) {
      finish(result, Optional.empty());
    }

    private void finish(PunchResult result, Optional<Multiaddr> address) {
      synchronized (this) {
        if (finished) {
          return;
        }
        finished = true;
        cancelTimer();
      }
      stopPunching();
      forget();
      long took = relayed.eventLoop().ticker().nanoTime() - sinceNanos;
      reports.accept(
          new PunchReport(
              peer(), isInitiative(), result, attempts(), Duration.ofNanos(took), address));
    }
  }

  // B: it was reached, and begins

  private void begin(Connection connection, PeerInfo info) {
    Initiative initiative = new Initiative(connection);
    if (hasDirect(connection.remotePeer())
        || initiatives.putIfAbsent(connection.remotePeer(), initiative) != null) {
      return;
    }
    if (initiatives.size() > options.maxAtOnce()) {
      initiative.finish(PunchResult.TOO_MANY);
    } else {
      initiative.begin(info);
    }
  }

  private final class Initiative extends Side {
    private volatile List<Multiaddr> theirs = List.of();

    Initiative(Connection relayed) {
      super(relayed);
    }

    @Override
    boolean isInitiative() {
      return true;
    }

    @Override
    void forget() {
      initiatives.remove(peer(), this);
    }

    void begin(PeerInfo info) {
      List<Multiaddr> open = usable(info.listenAddresses());
      if (open.isEmpty()) {
        attempt(info);
        return;
      }
      dial(open, () -> attempt(info));
    }

    /** Dials as to anybody, and does something else if that fails. */
    private void dial(List<Multiaddr> addresses, Runnable otherwise) {
      if (options.reversalTime().isZero()) {
        otherwise.run();
        return;
      }
      Future<Connection> dialling = host.connect(peer(), addresses);
      after(options.reversalTime(), () -> dialling.cancel(false));
      dialling.addListener(
          (Future<Connection> result) -> {
            if (!isFinished() && (!result.isSuccess() || result.getNow().isLimited())) {
              otherwise.run();
            }
          });
    }

    private void attempt(PeerInfo info) {
      if (isFinished()) {
        return;
      }
      if (!info.protocols().isEmpty() && !info.protocols().contains(HolePunchMessage.PROTOCOL_ID)) {
        finish(PunchResult.UNSUPPORTED);
        return;
      }
      attempt();
    }

    private void attempt() {
      if (isFinished()) {
        return;
      }
      List<Multiaddr> own = ownAddresses();
      if (own.isEmpty()) {
        finish(PunchResult.NO_OWN_ADDRESS);
        return;
      }
      relayed
          .newStreamOnLimited(List.of(HolePunchMessage.PROTOCOL_ID))
          .addListener(
              (Future<Stream> opened) -> {
                if (opened.isSuccess()) {
                  new Asking(this, opened.getNow()).begin(own);
                } else {
                  finish(PunchResult.RELAY_LOST);
                }
              });
    }

    /** Where the peer says it is seen. */
    void onAnswered(List<Multiaddr> addresses) {
      theirs = addresses;
    }

    @Override
    void onAttemptOver() {
      stopPunching();
      if (attempts() >= options.attempts()) {
        finish(PunchResult.NOT_MET);
      } else if (attempts() == 1) {
        dial(theirs, this::attempt);
      } else {
        attempt();
      }
    }
  }

  /** The talk before one attempt of B. */
  private final class Asking implements MessageStream.Listener {
    private final Initiative initiative;
    private final Stream stream;
    private final MessageStream messages;
    private long askedNanos;

    Asking(Initiative initiative, Stream stream) {
      this.initiative = initiative;
      this.stream = stream;
      this.messages = new MessageStream(stream, HolePunchMessage.MAX_BYTES, this);
    }

    void begin(List<Multiaddr> own) {
      stream.deadline(options.exchangeTime());
      stream.handler(messages);
      askedNanos = stream.eventLoop().ticker().nanoTime();
      messages.send(new HolePunchMessage(HolePunchMessage.Type.CONNECT, own).toBytes());
    }

    @Override
    public void onMessage(ByteBuf bytes) {
      HolePunchMessage message = HolePunchMessage.read(bytes);
      if (message.type() != HolePunchMessage.Type.CONNECT) {
        fail(PunchResult.NO_ANSWER);
        return;
      }
      long roundTripNanos = stream.eventLoop().ticker().nanoTime() - askedNanos;
      List<Multiaddr> theirs = usable(message.addresses());
      if (theirs.isEmpty()) {
        fail(PunchResult.NO_PEER_ADDRESS);
        return;
      }
      initiative.onAnswered(theirs);
      initiative.agree();
      messages.send(HolePunchMessage.sync().toBytes());
      messages.finish();
      stream.closeWrite();
      initiative.after(
          Duration.ofNanos(roundTripNanos / 2), () -> initiative.punch(theirs, Role.RESPONDER));
    }

    private void fail(PunchResult result) {
      messages.finish();
      stream.reset(StreamReset.NO_CODE);
      initiative.finish(result);
    }

    @Override
    public void onMalformed(MalformedFormatException cause) {
      fail(PunchResult.NO_ANSWER);
    }

    @Override
    public void onNoMore(Optional<StreamReset> reset) {
      boolean unsupported =
          reset.filter(each -> each.reason() == ResetReason.PROTOCOL_UNSUPPORTED).isPresent();
      boolean lost =
          reset.filter(each -> each.reason() == ResetReason.CONNECTION_CLOSED).isPresent();
      fail(
          unsupported
              ? PunchResult.UNSUPPORTED
              : lost ? PunchResult.RELAY_LOST : PunchResult.NO_ANSWER);
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
    Reply reply = replies.computeIfAbsent(connection.remotePeer(), peer -> new Reply(connection));
    if (replies.size() > options.maxAtOnce()) {
      reply.finish(PunchResult.TOO_MANY);
      stream.abort(ResetReason.LIMIT_REACHED);
      return ByteBuf::release;
    }
    return new Answering(reply, stream).messages;
  }

  private final class Reply extends Side {
    Reply(Connection relayed) {
      super(relayed);
    }

    @Override
    boolean isInitiative() {
      return false;
    }

    @Override
    void forget() {
      replies.remove(peer(), this);
    }

    /** The peer may ask again, so it is decided only when it has not for a while. */
    @Override
    void onAttemptOver() {
      stopPunching();
      if (attempts() >= options.attempts()) {
        finish(PunchResult.NOT_MET);
      } else {
        after(options.exchangeTime(), () -> finish(PunchResult.NOT_MET));
      }
    }
  }

  /** The talk before one attempt of A. */
  private final class Answering implements MessageStream.Listener {
    private final Reply reply;
    private final Stream stream;
    private final MessageStream messages;
    private final List<Multiaddr> theirs = new ArrayList<>();
    private boolean connected;

    Answering(Reply reply, Stream stream) {
      this.reply = reply;
      this.stream = stream;
      this.messages = new MessageStream(stream, HolePunchMessage.MAX_BYTES, this);
      stream.deadline(options.exchangeTime());
    }

    @Override
    public void onMessage(ByteBuf bytes) {
      HolePunchMessage message = HolePunchMessage.read(bytes);
      boolean sync = message.type() == HolePunchMessage.Type.SYNC;
      if (reply.isFinished() || sync != connected) {
        fail(PunchResult.NO_ANSWER);
      } else if (sync) {
        messages.finish();
        stream.closeWrite();
        reply.stopPunching();
        reply.punch(theirs, Role.INITIATOR);
      } else {
        connected = true;
        theirs.addAll(usable(message.addresses()));
        List<Multiaddr> own = ownAddresses();
        if (!own.isEmpty() && !theirs.isEmpty()) {
          // What the peer does once it has this answer may be seen before what it says.
          reply.agree();
        }
        messages.send(new HolePunchMessage(HolePunchMessage.Type.CONNECT, own).toBytes());
        if (own.isEmpty() || theirs.isEmpty()) {
          messages.finish();
          stream.closeWrite();
          reply.finish(own.isEmpty() ? PunchResult.NO_OWN_ADDRESS : PunchResult.NO_PEER_ADDRESS);
        }
      }
    }

    private void fail(PunchResult result) {
      messages.finish();
      stream.reset(StreamReset.NO_CODE);
      reply.finish(result);
    }

    @Override
    public void onMalformed(MalformedFormatException cause) {
      fail(PunchResult.NO_ANSWER);
    }

    @Override
    public void onNoMore(Optional<StreamReset> reset) {
      boolean lost =
          reset.filter(each -> each.reason() == ResetReason.CONNECTION_CLOSED).isPresent();
      fail(lost ? PunchResult.RELAY_LOST : PunchResult.NO_ANSWER);
    }
  }
}

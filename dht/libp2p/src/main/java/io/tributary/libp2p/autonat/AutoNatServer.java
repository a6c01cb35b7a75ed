package io.tributary.libp2p.autonat;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.Ticker;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.Rate;
import io.tributary.libp2p.limits.RateLimit;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Dials peers that want to know whether they can be, by AutoNAT of version 2 and 1. Off until
 * {@link #open}. Thread-safe.
 *
 * <p>It dials from ports it does not listen at and under an identity of its own, so that a NAT that
 * lets the known peer in says nothing. Only public addresses are dialled. By version 1 that is the
 * IP address at which the peer is seen and no other; by version 2 another one costs the peer more
 * data than the dial will send, so that nobody can have others flooded through this host.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/autonat/autonat-v2.md">AutoNAT v2</a>
 */
public final class AutoNatServer implements AutoCloseable {

  private static final String ALL = "all";

  private final Host host;
  private final AutoNatLimits limits;
  private final SecureRandom random;
  private final RateLimit<PeerId> peers;
  private final RateLimit<IpPrefix> customers;
  private final RateLimit<String> all;
  private final AtomicInteger underWay = new AtomicInteger();
  private final LongAdder dialled = new LongAdder();
  private final LongAdder reached = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder paidBytes = new LongAdder();
  private @Nullable Host dialler;

  /**
   * A server that is off.
   *
   * @param random makes the identity that dials, and the price
   */
  public AutoNatServer(Host host, AutoNatLimits limits, SecureRandom random) {
    this.host = host;
    this.limits = limits;
    this.random = random;
    Ticker ticker = host.io().group().next().ticker();
    this.peers = limit(limits.peer(), ticker);
    this.customers = limit(limits.customer(), ticker);
    this.all = limit(limits.all(), ticker);
  }

  private static <K> RateLimit<K> limit(Rate rate, Ticker ticker) {
    return new RateLimit<>(rate, AutoNatLimits.MAX_REMEMBERED, ticker);
  }

  /** Begins to serve; does nothing if it does already. */
  public synchronized void open() {
    if (dialler == null) {
      dialler =
          Host.builder(PrivateKey.generate(random))
              .io(host.io())
              .clock(host.clock())
              .publicNetworks(host.publicNetworks())
              .build();
      host.handle(AutoNatMessage.PROTOCOL_ID, stream -> new DialSession2(this, stream).messages);
      host.handle(AutoNat1Message.PROTOCOL_ID, stream -> new DialSession1(this, stream).messages);
    }
  }

  /** Serves no more; dials under way end. */
  @Override
  public synchronized void close() {
    Host current = dialler;
    if (current != null) {
      dialler = null;
      host.unhandle(AutoNatMessage.PROTOCOL_ID);
      host.unhandle(AutoNat1Message.PROTOCOL_ID);
      current.stop();
    }
  }

  /** What it does. */
  public AutoNatUsage usage() {
    return new AutoNatUsage(
        underWay.get(), dialled.sum(), reached.sum(), refused.sum(), paidBytes.sum());
  }

  private synchronized Optional<Host> dialler() {
    return Optional.ofNullable(dialler);
  }

  static Optional<InetAddress> ip(Multiaddr address) {
    return address.toSocketAddress().map(InetSocketAddress::getAddress);
  }

  AutoNatLimits limits() {
    return limits;
  }

  /** What the dial of an address costs at which the peer is not seen. */
  long price() {
    return (long) limits.minDataBytes()
        + random.nextInt(limits.maxDataBytes() - limits.minDataBytes());
  }

  void countRefused() {
    refused.increment();
  }

  void countPaid(int bytes) {
    paidBytes.add(bytes);
  }

  /** Counts a request until it is {@linkplain #release released}; false if it is one too many. */
  boolean admit(Connection connection) {
    boolean mayAsk =
        peers.tryAcquire(connection.remotePeer())
            && ip(connection.remoteAddress())
                .map(IpPrefix::ofCustomer)
                .map(customers::tryAcquire)
                .orElse(false)
            && all.tryAcquire(ALL);
    if (!mayAsk || dialler().isEmpty()) {
      return false;
    }
    if (underWay.incrementAndGet() > limits.maxAtOnce()) {
      underWay.decrementAndGet();
      return false;
    }
    return true;
  }

  void release() {
    underWay.decrementAndGet();
  }

  boolean isDiallable(Multiaddr address) {
    return host.publicNetworks().contains(address)
        && dialler().filter(each -> each.canDial(address)).isPresent();
  }

  /** Dials an address of who has opened a stream; the outcome comes on the stream's loop. */
  void dial(Stream stream, Multiaddr address, Consumer<Future<Connection>> outcome) {
    Host by = dialler().orElse(null);
    if (by == null) {
      outcome.accept(stream.eventLoop().newFailedFuture(new IllegalStateException("closed")));
      return;
    }
    dialled.increment();
    PeerId peer = stream.connection().remotePeer();
    Future<Connection> dialling = by.connectOnly(address.withoutPeerId().withPeerId(peer));
    ScheduledFuture<?> timeout =
        stream
            .eventLoop()
            .schedule(() -> dialling.cancel(false), limits.dial().toNanos(), NANOSECONDS);
    dialling.addListener(
        (Future<Connection> result) -> {
          timeout.cancel(false);
          if (result.isSuccess()) {
            reached.increment();
          }
          stream.eventLoop().execute(() -> outcome.accept(result));
        });
  }
}

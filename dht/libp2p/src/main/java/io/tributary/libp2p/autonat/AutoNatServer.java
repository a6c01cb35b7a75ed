package io.tributary.libp2p.autonat;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
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
import io.tributary.libp2p.multiformats.DecodedAddress;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.MessageStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;
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
  private final RateLimit<Object> peers;
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
      host.handle(AutoNatMessage.PROTOCOL_ID, stream -> new Session2(stream).messages);
      host.handle(AutoNat1Message.PROTOCOL_ID, stream -> new Session1(stream).messages);
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

  private static Optional<InetAddress> ip(Multiaddr address) {
    return address.toSocketAddress().map(InetSocketAddress::getAddress);
  }

  /** What the two versions have in common: one request, counted until it is answered. */
  private abstract class Session implements MessageStream.Listener {
    final Stream stream;
    final MessageStream messages;
    private boolean counted;
    private boolean done;

    Session(Stream stream, int maxBytes) {
      this.stream = stream;
      this.messages = new MessageStream(stream, maxBytes, this);
      stream.deadline(limits.request());
    }

    Connection connection() {
      return stream.connection();
    }

    /** Whether the request is one too many; else it counts from here on. */
    boolean isTooMuch() {
      boolean mayAsk =
          peers.tryAcquire(connection().remotePeer())
              && ip(connection().remoteAddress())
                  .map(IpPrefix::ofCustomer)
                  .map(customers::tryAcquire)
                  .orElse(false)
              && all.tryAcquire(ALL);
      if (!mayAsk || dialler().isEmpty()) {
        return true;
      }
      if (underWay.incrementAndGet() > limits.maxAtOnce()) {
        underWay.decrementAndGet();
        return true;
      }
      counted = true;
      return false;
    }

    boolean isDiallable(Multiaddr address) {
      return host.publicNetworks().contains(address)
          && dialler().filter(each -> each.canDial(address)).isPresent();
    }

    /** Dials an address of the peer and nothing else; the outcome comes on the stream's loop. */
    void dial(Multiaddr address, Consumer<Future<Connection>> outcome) {
      dialled.increment();
      Host by = dialler().orElse(null);
      if (by == null) {
        outcome.accept(stream.eventLoop().newFailedFuture(new IllegalStateException("closed")));
        return;
      }
      Future<Connection> dialling =
          by.connectOnly(address.withoutPeerId().withPeerId(connection().remotePeer()));
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

    void answer(byte[] message) {
      finish();
      messages.send(message);
      messages.finish();
      stream.closeWrite();
    }

    void finish() {
      done = true;
      if (counted) {
        counted = false;
        underWay.decrementAndGet();
      }
    }

    boolean isDone() {
      return done;
    }

    @Override
    public void onMalformed(MalformedFormatException cause) {
      violated();
    }

    void violated() {
      finish();
      stream.abort(ResetReason.PROTOCOL_VIOLATION);
    }

    @Override
    public void onNoMore(Optional<StreamReset> reset) {
      finish();
      stream.reset(StreamReset.NO_CODE);
    }
  }

  /** A request of version 2. */
  private final class Session2 extends Session {
    private @Nullable Multiaddr target;
    private int index;
    private long nonce;
    private long owedBytes;

    Session2(Stream stream) {
      super(stream, AutoNatMessage.MAX_BYTES);
    }

    @Override
    public void onMessage(ByteBuf bytes) {
      AutoNatMessage message = AutoNatMessage.read(bytes);
      Multiaddr chosen = target;
      if (message instanceof AutoNatMessage.DialRequest request && chosen == null) {
        begin(request);
      } else if (message instanceof AutoNatMessage.Data data && chosen != null && owedBytes > 0) {
        owedBytes -= data.bytes();
        paidBytes.add(data.bytes());
        if (owedBytes <= 0) {
          dial(chosen);
        }
      } else {
        violated();
      }
    }

    private void begin(AutoNatMessage.DialRequest request) {
      if (isTooMuch()) {
        refused.increment();
        respond(RequestStatus.REQUEST_REJECTED, DialStatus.UNKNOWN);
        return;
      }
      nonce = request.nonce();
      for (index = 0; index < request.addresses().size(); index++) {
        if (request.addresses().get(index) instanceof DecodedAddress.Usable usable
            && isDiallable(usable.address())) {
          choose(usable.address());
          return;
        }
      }
      index = 0;
      refused.increment();
      respond(RequestStatus.DIAL_REFUSED, DialStatus.UNKNOWN);
    }

    private void choose(Multiaddr address) {
      target = address;
      if (ip(address).equals(ip(connection().remoteAddress()))) {
        dial(address);
        return;
      }
      owedBytes =
          (long) limits.minDataBytes()
              + random.nextInt(limits.maxDataBytes() - limits.minDataBytes());
      messages.send(new AutoNatMessage.DataRequest(index, owedBytes).toBytes());
    }

    private void dial(Multiaddr address) {
      messages.hold();
      dial(
          address,
          result -> {
            if (!result.isSuccess()) {
              respond(RequestStatus.OK, DialStatus.DIAL_ERROR);
            } else {
              new DialBack(this, result.getNow(), nonce).begin();
            }
          });
    }

    void respond(RequestStatus status, DialStatus dialStatus) {
      if (!isDone()) {
        answer(new AutoNatMessage.DialResponse(status, index, dialStatus).toBytes());
      }
    }
  }

  /** The nonce on the connection that was made. */
  private final class DialBack implements MessageStream.Listener {
    private final Session2 session;
    private final Connection connection;
    private final long nonce;
    private boolean told;

    DialBack(Session2 session, Connection connection, long nonce) {
      this.session = session;
      this.connection = connection;
      this.nonce = nonce;
    }

    void begin() {
      connection
          .newStream(DialBackMessage.PROTOCOL_ID)
          .addListener(
              (Future<Stream> opened) -> {
                if (opened.isSuccess()) {
                  opened.getNow().eventLoop().execute(() -> say(opened.getNow()));
                } else {
                  tell(DialStatus.DIAL_BACK_ERROR);
                }
              });
    }

    private void say(Stream opened) {
      opened.deadline(limits.dialBack());
      MessageStream talk = new MessageStream(opened, DialBackMessage.MAX_BYTES, this);
      opened.handler(talk);
      talk.send(new DialBackMessage(nonce).toBytes());
      opened.closeWrite();
    }

    @Override
    public void onMessage(ByteBuf response) {
      tell(DialStatus.OK);
    }

    @Override
    public void onMalformed(MalformedFormatException cause) {
      tell(DialStatus.DIAL_BACK_ERROR);
    }

    /** Some peers close without a word, which will do: the nonce is what they wanted. */
    @Override
    public void onNoMore(Optional<StreamReset> reset) {
      tell(reset.isEmpty() ? DialStatus.OK : DialStatus.DIAL_BACK_ERROR);
    }

    private void tell(DialStatus status) {
      if (!told) {
        told = true;
        connection.closeGracefully();
        session.stream.eventLoop().execute(() -> session.respond(RequestStatus.OK, status));
      }
    }
  }

  /** A request of version 1. */
  private final class Session1 extends Session {
    private final ArrayDeque<Multiaddr> left = new ArrayDeque<>();

    Session1(Stream stream) {
      super(stream, AutoNat1Message.MAX_BYTES);
    }

    @Override
    public void onMessage(ByteBuf bytes) {
      if (!(AutoNat1Message.read(bytes) instanceof AutoNat1Message.Dial dial)
          || !dial.peer().equals(connection().remotePeer())) {
        respond(AutoNat1Message.Status.BAD_REQUEST, Optional.empty());
        return;
      }
      if (isTooMuch()) {
        refused.increment();
        respond(AutoNat1Message.Status.DIAL_REFUSED, Optional.empty());
        return;
      }
      Optional<InetAddress> seenAt = ip(connection().remoteAddress());
      List<Multiaddr> usable =
          dial.addresses().stream()
              .filter(each -> ip(each).equals(seenAt) && isDiallable(each))
              .distinct()
              .limit(MAX_DIALS)
              .toList();
      if (usable.isEmpty()) {
        refused.increment();
        respond(AutoNat1Message.Status.DIAL_REFUSED, Optional.empty());
        return;
      }
      messages.hold();
      left.addAll(usable);
      next();
    }

    private void next() {
      Multiaddr address = left.poll();
      if (address == null || isDone()) {
        respond(AutoNat1Message.Status.DIAL_ERROR, Optional.empty());
        return;
      }
      dial(
          address,
          result -> {
            if (result.isSuccess()) {
              result.getNow().close();
              respond(AutoNat1Message.Status.OK, Optional.of(address));
            } else {
              next();
            }
          });
    }

    private void respond(AutoNat1Message.Status status, Optional<Multiaddr> address) {
      if (!isDone()) {
        answer(new AutoNat1Message.Response(status, address).toBytes());
      }
    }
  }

  /** The most addresses dialled for one request of version 1. */
  private static final int MAX_DIALS = 2;
}

package io.tributary.libp2p.relay;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostListener;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.limits.Rate;
import io.tributary.libp2p.limits.RateLimit;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.relay.ReservationTable.Entry;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.MessageStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * The relay of a host that can be reached by everybody: peers that can't reserve a place, and
 * others reach them through it.
 *
 * <pre>
 *   A -- RESERVE --> relay                       A may be reached for a while
 *                    relay <-- CONNECT A -- B
 *   A <-- CONNECT B, relay
 *   A -- STATUS OK > relay -- STATUS OK --> B
 *   A <================================= > B     within {@link CircuitLimit}
 * </pre>
 *
 * Off until {@link #open}, which is for whoever knows that the host is reachable and that its
 * operator wants it. A reservation ends with the connection it was made over. Thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/relay/circuit-v2.md">Circuit relay
 *     v2</a>
 */
public final class RelayServer implements AutoCloseable {

  /** Under which connections of peers with a reservation are protected from trimming. */
  static final String PROTECTOR = "relay-server";

  private final Host host;
  private final RelayLimits limits;
  private final ReservationTable reservations;
  private final CircuitCount circuits;
  private final RateLimit<PeerId> peerRequests;
  private final RateLimit<IpPrefix> customerRequests;
  private final Map<RelayRefusal, LongAdder> refused = new EnumMap<>(RelayRefusal.class);
  private final LongAdder relayedBytes = new LongAdder();
  private final LongAdder circuitsMade = new LongAdder();
  private final LongAdder cutByData = new LongAdder();
  private final LongAdder cutByTime = new LongAdder();
  private final HostListener ends = new Ends();
  private boolean isOpen;

  /** A relay that is off. */
  public RelayServer(Host host, RelayLimits limits) {
    this.host = host;
    this.limits = limits;
    this.reservations =
        new ReservationTable(
            limits.maxReservations(),
            limits.reservationsPerCustomer(),
            peer -> host.tags().unprotect(peer, PROTECTOR));
    this.circuits = new CircuitCount(limits.maxCircuits(), limits.circuitsPerPeer());
    Ticker ticker = host.io().group().next().ticker();
    this.peerRequests = limit(limits.peerRequests(), ticker);
    this.customerRequests = limit(limits.customerRequests(), ticker);
    for (RelayRefusal each : RelayRefusal.values()) {
      refused.put(each, new LongAdder());
    }
  }

  private static <K> RateLimit<K> limit(Rate rate, Ticker ticker) {
    return new RateLimit<>(rate, RelayLimits.MAX_PEERS_REMEMBERED, ticker);
  }

  /** Begins to relay; does nothing if it does already. */
  public synchronized void open() {
    if (!isOpen) {
      isOpen = true;
      host.addListener(ends);
      host.handle(HopMessage.PROTOCOL_ID, this::accept);
    }
  }

  /** Makes no more reservations and circuits and forgets those made; open circuits go on. */
  @Override
  public synchronized void close() {
    if (isOpen) {
      isOpen = false;
      host.unhandle(HopMessage.PROTOCOL_ID);
      host.removeListener(ends);
      reservations.clear();
    }
  }

  /** What it gives away at most. */
  public RelayLimits limits() {
    return limits;
  }

  /** Whether it relays. */
  public synchronized boolean isOpen() {
    return isOpen;
  }

  /** What it gives away. */
  public RelayUsage usage() {
    Map<RelayRefusal, Long> sums = new EnumMap<>(RelayRefusal.class);
    refused.forEach((reason, count) -> sums.put(reason, count.sum()));
    return new RelayUsage(
        reservations.size(host.clock().instant()),
        circuits.all(),
        circuitsMade.sum(),
        relayedBytes.sum(),
        cutByData.sum(),
        cutByTime.sum(),
        sums);
  }

  private StreamHandler accept(Stream stream) {
    return new Request(stream).messages;
  }

  /** Forgets the reservations of those who go. */
  private final class Ends implements HostListener {
    @Override
    public void onDisconnected(Connection connection, CloseReason reason) {
      reservations.remove(connection.remotePeer(), connection);
    }
  }

  private boolean mayAsk(Connection connection) {
    return peerRequests.tryAcquire(connection.remotePeer())
        && customer(connection).map(customerRequests::tryAcquire).orElse(true);
  }

  private static Optional<IpPrefix> customer(Connection connection) {
    return connection
        .remoteAddress()
        .toSocketAddress()
        .map(InetSocketAddress::getAddress)
        .map(IpPrefix::ofCustomer);
  }

  /** Where the relay is reached: by all, or else by those around it. */
  private List<Multiaddr> addresses() {
    List<Multiaddr> direct = host.addresses().stream().filter(each -> !each.isRelayed()).toList();
    List<Multiaddr> open = direct.stream().filter(host.publicNetworks()::contains).toList();
    return (open.isEmpty() ? direct : open)
        .stream()
            .limit(HopMessage.MAX_ADDRESSES)
            .map(each -> each.withPeerId(host.peerId()))
            .toList();
  }

  /** A peer's request on its stream. */
  private final class Request implements MessageStream.Listener {
    private final Stream stream;
    private final PeerId asker;
    private final MessageStream messages;

    Request(Stream stream) {
      this.stream = stream;
      this.asker = stream.connection().remotePeer();
      this.messages = new MessageStream(stream, HopMessage.MAX_BYTES, this);
      stream.deadline(limits.handshake());
    }

    @Override
    public void onMessage(ByteBuf bytes) {
      HopMessage message = HopMessage.read(bytes);
      if (stream.connection().isLimited()) {
        refuse(RelayRefusal.OVER_A_RELAY);
      } else if (!mayAsk(stream.connection())) {
        refuse(RelayRefusal.TOO_MANY_REQUESTS);
      } else if (message instanceof HopMessage.Reserve) {
        reserve();
      } else if (message instanceof HopMessage.Connect connect) {
        connect(connect.destination());
      } else {
        refuse(RelayRefusal.UNEXPECTED);
      }
    }

    @Override
    public void onMalformed(MalformedFormatException cause) {
      refuse(RelayRefusal.MALFORMED);
    }

    @Override
    public void onNoMore(Optional<StreamReset> reset) {
      stream.reset(StreamReset.NO_CODE);
    }

    void refuse(RelayRefusal reason) {
      refused.getOrDefault(reason, new LongAdder()).increment();
      answer(HopMessage.Answer.of(reason.told()));
    }

    private void answer(HopMessage.Answer answer) {
      messages.send(answer.toBytes());
      messages.finish();
      stream.closeWrite();
    }

    private void reserve() {
      Connection connection = stream.connection();
      Instant now = host.clock().instant();
      Instant expiry = now.plus(limits.reservationLife()).truncatedTo(ChronoUnit.SECONDS);
      IpPrefix customer =
          customer(connection)
              .orElseGet(() -> IpPrefix.ofCustomer(InetAddress.getLoopbackAddress()));
      Optional<RelayRefusal> refusal =
          reservations.reserve(asker, new Entry(expiry, customer, connection), now);
      if (refusal.isPresent()) {
        refuse(refusal.get());
        return;
      }
      host.tags().protect(asker, PROTECTOR);
      if (!connection.isOpen()) {
        // It has gone meanwhile, and nobody will tell.
        ends.onDisconnected(connection, CloseReason.CLOSED_LOCALLY);
      }
      byte[] voucher =
          new RelayVoucher(host.peerId(), asker, expiry).seal(host.identity()).toBytes();
      answer(
          new HopMessage.Answer(
              RelayStatus.OK,
              Optional.of(new HopMessage.Grant(expiry, addresses(), Optional.of(voucher))),
              limits.circuit()));
    }

    private void connect(PeerId destination) {
      if (destination.equals(asker)) {
        refuse(RelayRefusal.TO_ITSELF);
        return;
      }
      Optional<Entry> reserved = reservations.find(destination, host.clock().instant());
      if (reserved.isEmpty()) {
        refuse(RelayRefusal.NO_RESERVATION);
        return;
      }
      if (!circuits.acquire(asker, destination)) {
        refuse(RelayRefusal.CIRCUITS_FULL);
        return;
      }
      messages.hold();
      reserved
          .get()
          .connection()
          .newStream(StopMessage.PROTOCOL_ID)
          .addListener(
              (Future<Stream> opened) -> {
                if (opened.isSuccess()) {
                  new Offer(this, destination, opened.getNow()).begin();
                } else {
                  declined(destination);
                }
              });
    }

    /** The destination can't be had; may be called on any event loop. */
    void declined(PeerId destination) {
      circuits.release(asker, destination);
      stream.eventLoop().execute(() -> refuse(RelayRefusal.DESTINATION_FAILED));
    }
  }

  /** A circuit offered to the peer it leads to. */
  private final class Offer implements MessageStream.Listener {
    private final Request request;
    private final PeerId destination;
    private final Stream stream;
    private final MessageStream messages;
    private boolean decided;

    Offer(Request request, PeerId destination, Stream stream) {
      this.request = request;
      this.destination = destination;
      this.stream = stream;
      this.messages = new MessageStream(stream, StopMessage.MAX_BYTES, this);
    }

    void begin() {
      stream.deadline(limits.handshake());
      stream.handler(messages);
      messages.send(new StopMessage.Connect(request.asker, limits.circuit()).toBytes());
    }

    @Override
    public void onMessage(ByteBuf bytes) {
      boolean taken =
          StopMessage.read(bytes) instanceof StopMessage.Answer answer
              && answer.status() == RelayStatus.OK;
      if (taken && !decided) {
        join();
      } else {
        decline();
      }
    }

    @Override
    public void onMalformed(MalformedFormatException cause) {
      decline();
    }

    @Override
    public void onNoMore(Optional<StreamReset> reset) {
      decline();
    }

    private void decline() {
      if (!decided) {
        decided = true;
        stream.reset(StreamReset.NO_CODE);
        request.declined(destination);
      }
    }

    private void join() {
      decided = true;
      Circuit circuit =
          new Circuit(
              request.stream,
              stream,
              limits.circuit(),
              relayedBytes,
              ended -> onEnded(ended.cut()));
      circuitsMade.increment();
      // Before anything the destination says, and from this loop as that is, so in this order.
      request.messages.send(
          new HopMessage.Answer(RelayStatus.OK, Optional.empty(), limits.circuit()).toBytes());
      circuit.begin();
      messages.handOver(circuit.fromDestination());
      request.stream.eventLoop().execute(() -> request.messages.handOver(circuit.fromSource()));
    }

    private void onEnded(Circuit.Cut cut) {
      circuits.release(request.asker, destination);
      if (cut == Circuit.Cut.DATA) {
        cutByData.increment();
      } else if (cut == Circuit.Cut.TIME) {
        cutByTime.increment();
      }
    }
  }
}

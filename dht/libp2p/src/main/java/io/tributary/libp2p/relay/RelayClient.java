package io.tributary.libp2p.relay;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostListener;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.identity.InvalidEnvelopeException;
import io.tributary.libp2p.multiformats.AddressComponent;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.TransportListener;
import io.tributary.libp2p.wire.MessageStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The use of relays by a host: it dials {@code .../p2p/RELAY/p2p-circuit/p2p/PEER} from then on,
 * and {@link Host#listen listens} at {@code .../p2p/RELAY/p2p-circuit} by a {@link RelayPlace}.
 *
 * <p>Circuits are taken only from relays where this host has asked for a place. Thread-safe.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/relay/circuit-v2.md">Circuit relay
 *     v2</a>
 */
public final class RelayClient {

  /** The most relays at which a host has a place at a time. */
  public static final int MAX_PLACES = 8;

  /** Under which connections to relays are protected from trimming. */
  static final String PROTECTOR = "relay-client";

  private final Host host;
  private final Timekeeper time;
  private final Map<PeerId, RelayPlace> places = new ConcurrentHashMap<>();
  private final PlaceOwner owner = new PlaceOwner();

  /** Gives a host that has not started yet the use of relays. */
  public RelayClient(Host host) {
    this(host, new EventLoopTimekeeper(host.io().group().next(), host.clock()));
  }

  /**
   * Gives a host that has not started yet the use of relays.
   *
   * @param time by which reservations are renewed
   */
  public RelayClient(Host host, Timekeeper time) {
    this.host = host;
    this.time = time;
    host.addTransport(new CircuitTransport(host, this));
    host.handle(StopMessage.PROTOCOL_ID, this::accept);
    host.addListener(new Ends());
  }

  /** The relays at which this host has a place. */
  public List<RelayPlace> places() {
    return List.copyOf(places.values());
  }

  // Reserving

  Future<TransportListener> reserve(PeerId relay, List<Multiaddr> addresses, Acceptor acceptor) {
    Promise<TransportListener> promise = host.io().group().next().newPromise();
    if (places.size() >= MAX_PLACES || places.containsKey(relay)) {
      return promise.setFailure(
          new RelayException(RelayException.Reason.ALREADY_RESERVED, relay.toString()));
    }
    ask(relay, addresses, promise)
        .addListener(
            (Future<Granted> result) -> {
              if (result.isSuccess()) {
                place(relay, result.getNow(), acceptor, promise);
              } else {
                promise.tryFailure(result.cause());
              }
            });
    return promise;
  }

  /** What a relay granted, and over which connection. */
  private record Granted(Reservation reservation, Connection connection) {}

  private void place(
      PeerId relay, Granted granted, Acceptor acceptor, Promise<TransportListener> promise) {
    Reservation reservation = granted.reservation();
    // What the relay says of itself, or else the address that has just proven to be one.
    List<Multiaddr> reachedAt =
        reservation.addresses().isEmpty()
            ? List.of(granted.connection().remoteAddress())
            : reservation.addresses();
    RelayPlace place =
        new RelayPlace(
            relay, reachedAt, acceptor, reservation, host.io().group().next().newPromise(), owner);
    if (places.putIfAbsent(relay, place) != null) {
      promise.tryFailure(
          new RelayException(RelayException.Reason.ALREADY_RESERVED, relay.toString()));
      return;
    }
    host.tags().protect(relay, PROTECTOR);
    place.scheduleRenewal();
    if (!promise.trySuccess(place)) {
      place.close();
    } else if (!granted.connection().isOpen()) {
      place.onRelayGone();
    }
  }

  private Future<Granted> ask(PeerId relay, List<Multiaddr> addresses, Promise<?> given) {
    Promise<Granted> promise = host.io().group().next().newPromise();
    RelayRequest.send(
        host,
        relay,
        addresses,
        new HopMessage.Reserve(),
        given,
        new RelayRequest.Outcome() {
          @Override
          public void granted(Stream stream, MessageStream messages, HopMessage.Answer answer) {
            messages.finish();
            stream.closeWrite();
            try {
              promise.trySuccess(new Granted(reservation(relay, answer), stream.connection()));
            } catch (RelayException e) {
              promise.tryFailure(e);
            }
          }

          @Override
          public void failed(RelayException cause) {
            promise.tryFailure(cause);
          }
        });
    return promise;
  }

  private Reservation reservation(PeerId relay, HopMessage.Answer answer) throws RelayException {
    HopMessage.Grant grant =
        answer
            .grant()
            .orElseThrow(
                () ->
                    new RelayException(
                        RelayException.Reason.PROTOCOL_VIOLATION, "granted, but not what"));
    Optional<RelayVoucher> voucher = Optional.empty();
    if (grant.voucher().isPresent()) {
      try {
        voucher = Optional.of(RelayVoucher.open(grant.voucher().get()));
      } catch (InvalidEnvelopeException | MalformedFormatException e) {
        throw new RelayException(RelayException.Reason.PROTOCOL_VIOLATION, e);
      }
      if (!voucher.get().relay().equals(relay) || !voucher.get().peer().equals(host.peerId())) {
        throw new RelayException(
            RelayException.Reason.PROTOCOL_VIOLATION, "vouched for something else");
      }
    }
    List<Multiaddr> usable =
        grant.addresses().stream()
            .filter(each -> !each.isRelayed() && leadsTo(each, relay))
            .map(each -> each.withPeerId(relay))
            .toList();
    return new Reservation(grant.expiry(), usable, voucher, answer.limit());
  }

  private static boolean leadsTo(Multiaddr address, PeerId relay) {
    return address.peerId().map(relay::equals).orElse(true);
  }

  private final class PlaceOwner implements RelayPlace.Owner {
    @Override
    public Timekeeper time() {
      return time;
    }

    @Override
    public Future<Reservation> renew(RelayPlace place) {
      Promise<Reservation> promise = host.io().group().next().newPromise();
      ask(place.relay(), place.relayAddresses(), promise)
          .addListener(
              (Future<Granted> result) -> {
                if (result.isSuccess()) {
                  promise.trySuccess(result.getNow().reservation());
                } else {
                  promise.tryFailure(result.cause());
                }
              });
      return promise;
    }

    @Override
    public void onClosed(RelayPlace place) {
      places.remove(place.relay(), place);
      host.tags().unprotect(place.relay(), PROTECTOR);
    }
  }

  private final class Ends implements HostListener {
    @Override
    public void onDisconnected(Connection connection, CloseReason reason) {
      RelayPlace place = places.get(connection.remotePeer());
      // Another connection may be there, but the relay forgets with the one it was asked over.
      if (place != null && !connection.isLimited()) {
        place.onRelayGone();
      }
    }
  }

  // Being reached

  private StreamHandler accept(Stream stream) {
    return new Offer(stream).messages;
  }

  /** A circuit that a relay offers. */
  private final class Offer implements MessageStream.Listener {
    private final Stream stream;
    private final MessageStream messages;

    Offer(Stream stream) {
      this.stream = stream;
      this.messages = new MessageStream(stream, StopMessage.MAX_BYTES, this);
      stream.deadline(RelayRequest.DEADLINE);
    }

    @Override
    public void onMessage(ByteBuf bytes) {
      StopMessage message = StopMessage.read(bytes);
      RelayPlace place = places.get(stream.connection().remotePeer());
      if (!(message instanceof StopMessage.Connect)) {
        decline(RelayStatus.UNEXPECTED_MESSAGE);
      } else if (place == null) {
        decline(RelayStatus.PERMISSION_DENIED);
      } else {
        take(place);
      }
    }

    private void take(RelayPlace place) {
      messages.send(new StopMessage.Answer(RelayStatus.OK).toBytes());
      stream.clearDeadline();
      Multiaddr by =
          stream
              .connection()
              .remoteAddress()
              .withPeerId(place.relay())
              .with(AddressComponent.of(AddressProtocol.P2P_CIRCUIT));
      CircuitChannel channel = new CircuitChannel(stream, stream.eventLoop(), by, by);
      channel.register();
      place.acceptor().accept(channel.asConnection());
      messages.handOver(channel.events());
    }

    private void decline(RelayStatus status) {
      messages.send(new StopMessage.Answer(status).toBytes());
      messages.finish();
      stream.closeWrite();
    }

    @Override
    public void onMalformed(MalformedFormatException cause) {
      stream.abort(ResetReason.PROTOCOL_VIOLATION);
    }

    @Override
    public void onNoMore(Optional<StreamReset> reset) {
      stream.reset(StreamReset.NO_CODE);
    }
  }
}

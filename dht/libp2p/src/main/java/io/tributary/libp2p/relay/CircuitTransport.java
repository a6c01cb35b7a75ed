package io.tributary.libp2p.relay;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.transport.TransportListener;
import io.tributary.libp2p.wire.MessageStream;
import java.util.List;
import java.util.Optional;

/**
 * The transport of {@code .../p2p/RELAY/p2p-circuit}: dials peers through a relay, and listens by
 * reserving a place at one.
 *
 * <p>Its connections are always {@linkplain TransportConnection#isLimited() lent}, whatever the
 * relay says of limits: a relay is nobody's to fill.
 */
final class CircuitTransport implements Transport {

  private final Host host;
  private final RelayClient client;

  CircuitTransport(Host host, RelayClient client) {
    this.host = host;
    this.client = client;
  }

  @Override
  public String name() {
    return "p2p-circuit";
  }

  @Override
  public boolean canDial(Multiaddr address) {
    List<AddressProtocol> protocols = address.protocols();
    return protocols.get(protocols.size() - 1) == AddressProtocol.P2P_CIRCUIT
        && relay(address).isPresent();
  }

  @Override
  public boolean canListen(Multiaddr address) {
    return canDial(address);
  }

  /** The relay of an address that names it, and leads through no other one. */
  private static Optional<PeerId> relay(Multiaddr address) {
    return address.relay().filter(each -> !each.isRelayed()).flatMap(Multiaddr::peerId);
  }

  static List<Multiaddr> relayAddresses(Multiaddr address) {
    // An address of nothing but the relay's id leaves it to the address book where that is.
    return address
        .relay()
        .filter(each -> each.components().size() > 1)
        .map(List::of)
        .orElse(List.of());
  }

  @Override
  public Future<TransportConnection> dial(DialTarget target) {
    EventLoop loop = host.io().group().next();
    Promise<TransportConnection> promise = loop.newPromise();
    Optional<PeerId> relay = relay(target.address());
    if (relay.isEmpty() || target.peer().isEmpty()) {
      return promise.setFailure(
          new RelayException(
              RelayException.Reason.NO_DESTINATION, target.address() + " leads to no peer"));
    }
    RelayRequest.send(
        host,
        relay.get(),
        relayAddresses(target.address()),
        new HopMessage.Connect(target.peer().get()),
        promise,
        new RelayRequest.Outcome() {
          @Override
          public void granted(Stream stream, MessageStream messages, HopMessage.Answer answer) {
            stream.clearDeadline();
            CircuitChannel channel =
                new CircuitChannel(stream, loop, target.address(), target.address());
            messages.handOver(channel.events());
            loop.execute(() -> hand(channel, promise));
          }

          @Override
          public void failed(RelayException cause) {
            promise.tryFailure(cause);
          }
        });
    return promise;
  }

  private static void hand(CircuitChannel channel, Promise<TransportConnection> promise) {
    channel.register();
    if (!channel.isOpen()) {
      promise.tryFailure(
          new RelayException(RelayException.Reason.NO_ANSWER, "the circuit ended at once"));
    } else if (!promise.trySuccess(channel.asConnection())) {
      channel.close();
    }
  }

  @Override
  public Future<TransportListener> listen(Multiaddr address, Acceptor acceptor) {
    PeerId relay =
        relay(address).orElseThrow(() -> new IllegalArgumentException(address + " names no relay"));
    return client.reserve(relay, relayAddresses(address), acceptor);
  }
}

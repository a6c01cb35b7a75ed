package io.tributary.kademlia.stream;

import io.netty.util.concurrent.Future;
import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.network.AskFailure;
import io.tributary.kademlia.network.KademliaNetwork;
import io.tributary.kademlia.network.KademliaService;
import io.tributary.kademlia.network.NetworkScope;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Direction;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostListener;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.peers.AddressBook;
import io.tributary.libp2p.peers.PeerInfo;
import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The DHT's network port on a libp2p host. */
final class StreamNetwork implements KademliaNetwork {

  private static final Logger log = LoggerFactory.getLogger(StreamNetwork.class);

  private final Host host;
  private final String protocol;
  private final NetworkScope scope;
  private final Timekeeper time;
  private final Asking asking;
  private final Listening listening;
  private final Answering answering;
  private final KademliaService service;
  private boolean serving;

  StreamNetwork(
      Host host,
      String protocol,
      NetworkScope scope,
      StreamLimits limits,
      Timekeeper time,
      KademliaService service,
      Consumer<RefusalReason> refused) {
    this.host = host;
    this.protocol = protocol;
    this.scope = scope;
    this.time = time;
    this.service = service;
    MessageCodec codec = new MessageCodec(scope, refused, time.clock());
    this.asking = new Asking(host, protocol, codec, limits, time, refused);
    this.answering = new Answering(service, codec, limits, time, refused);
    this.listening = new Listening();
  }

  /** Begins to notice peers, those there already too. */
  void open() {
    host.addListener(listening);
    host.connections()
        .forEach(each -> each.peerInfo().ifPresent(info -> listening.onIdentified(each, info)));
  }

  void close() {
    host.removeListener(listening);
    asking.close();
  }

  /** Learns from identify who is a server. Called on connections' loops. */
  private final class Listening implements HostListener {
    @Override
    public void onIdentified(Connection connection, PeerInfo info) {
      PeerId peer = connection.remotePeer();
      if (!info.protocols().contains(protocol)) {
        time.execute(() -> service.onNotServer(peer));
        return;
      }
      Contact contact = contact(connection, info);
      if (!contact.addresses().isEmpty()) {
        time.execute(() -> service.onServer(contact));
      }
    }
  }

  private Contact contact(Connection connection, PeerInfo info) {
    Set<Multiaddr> addresses = new LinkedHashSet<>();
    if (connection.direction() == Direction.OUTBOUND && !connection.isLimited()) {
      addresses.add(connection.remoteAddress().withoutPeerId());
    }
    info.listenAddresses().forEach(each -> addresses.add(each.withoutPeerId()));
    return Contact.of(connection.remotePeer(), routable(addresses));
  }

  @Override
  public Contact reached(Contact peer) {
    return host.connection(peer.peer())
        .flatMap(connection -> connection.peerInfo().map(info -> contact(connection, info)))
        .filter(contact -> !contact.addresses().isEmpty())
        .orElse(peer);
  }

  private List<Multiaddr> routable(Iterable<Multiaddr> addresses) {
    List<Multiaddr> kept = new ArrayList<>();
    for (Multiaddr address : addresses) {
      if (scope.isRoutable(address)) {
        kept.add(address);
      }
    }
    return kept;
  }

  @Override
  public List<Multiaddr> ownAddresses() {
    return routable(host.addresses());
  }

  @Override
  public Optional<Contact> connected(DhtKey key) {
    PeerId peer;
    try {
      if (key.length() > PeerId.MAX_BYTES) {
        return Optional.empty();
      }
      peer = PeerId.decode(key.toBytes());
    } catch (MalformedFormatException e) {
      // The key of something else.
      return Optional.empty();
    }
    if (host.connection(peer).isEmpty()) {
      return Optional.empty();
    }
    List<Multiaddr> addresses = routable(host.addressBook().addresses(peer));
    return addresses.isEmpty() ? Optional.empty() : Optional.of(Contact.of(peer, addresses));
  }

  @Override
  public void connect(Multiaddr address) {
    host.connect(address)
        .addListener(
            (Future<Connection> connecting) -> {
              if (connecting.isSuccess()) {
                Connection connection = connecting.getNow();
                connection.peerInfo().ifPresent(info -> listening.onIdentified(connection, info));
              } else {
                log.debug("no bootstrap by {}", address, connecting.cause());
              }
            });
  }

  @Override
  public void ask(Contact to, Request request, Duration deadline, Reply reply) {
    remember(to);
    asking.ask(to, request, deadline, reply);
  }

  @Override
  public void tell(
      Contact to, Request request, Duration deadline, Consumer<Optional<AskFailure>> done) {
    remember(to);
    asking.tell(to, request, deadline, done);
  }

  private void remember(Contact contact) {
    host.addressBook().add(contact.peer(), contact.addresses(), AddressBook.HEARSAY);
  }

  @Override
  public void serve(boolean on) {
    if (on == serving) {
      return;
    }
    serving = on;
    if (on) {
      host.handle(protocol, answering);
    } else {
      host.unhandle(protocol);
    }
  }
}

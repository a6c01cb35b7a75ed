package io.tributary.libp2p;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import io.netty.util.concurrent.PromiseNotifier;
import io.tributary.libp2p.dial.NameResolver;
import io.tributary.libp2p.identify.ObservedAddresses;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.limits.AccessList;
import io.tributary.libp2p.limits.PrefixRateLimit;
import io.tributary.libp2p.limits.PublicNetworks;
import io.tributary.libp2p.limits.Resources;
import io.tributary.libp2p.metrics.HostUsage;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.peers.AddressBook;
import io.tributary.libp2p.peers.PeerTags;
import io.tributary.libp2p.portmap.MappedHost;
import io.tributary.libp2p.portmap.PortMapping;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.transport.TransportListener;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * A libp2p host: an identity that listens, dials and speaks protocols.
 *
 * <p>Made by {@link #builder}, then {@linkplain #start started}. Thread-safe; futures complete on
 * event loops.
 */
public final class Host implements AutoCloseable {

  /**
   * How long one waits for a direct connection to a peer that is reached over a relay: as long as
   * two attempts to punch one take.
   */
  public static final Duration DIRECT_WITHIN = Duration.ofSeconds(10);

  /** The most addresses of one peer that are dialled at once. */
  public static final int MAX_PUNCHED = 8;

  private final PrivateKey identity;
  private final HostParts parts;
  private final boolean ownsIo;
  private final List<Multiaddr> listenOn;
  private final AddressBook addressBook;
  private final PeerTags tags;
  private final NameResolver resolver;
  private final ConnectionTable connections;
  private final DirectWaits directWaits;
  private final Dialer dialer;
  private final Inbound inbound;
  private final PrefixRateLimit rate;
  private final List<TransportListener> listeners = new CopyOnWriteArrayList<>();
  private final Set<Multiaddr> external = ConcurrentHashMap.newKeySet();
  private final ObservedAddresses observed;
  private final Identification identification;
  private final Optional<PortMapping> portMapping;
  private volatile Set<Multiaddr> mapped = Set.of();
  private volatile Set<Multiaddr> announced = Set.of();
  private volatile Set<Multiaddr> reachable = Set.of();
  private volatile boolean stopped;

  Host(HostBuilder.Assembled assembled) {
    this.identity = assembled.identity();
    this.parts = assembled.parts();
    this.ownsIo = assembled.ownsIo();
    this.listenOn = assembled.listenOn();
    this.addressBook = new AddressBook(parts.clock());
    this.tags = new PeerTags();
    this.resolver = assembled.resolver();
    this.connections = new ConnectionTable(parts.self(), parts.metrics());
    this.directWaits = new DirectWaits(connections, parts.io().group());
    Trimmer trimmer =
        new Trimmer(
            connections,
            tags,
            parts.access(),
            parts.resources().limits(),
            parts.times().trimGrace(),
            new EventLoopTimekeeper(parts.io().group().next(), parts.clock()));
    Establisher establisher = new Establisher(parts);
    this.rate =
        new PrefixRateLimit(
            assembled.handshakesPerSecond(),
            assembled.handshakeBurst(),
            parts.io().group().next().ticker());
    this.dialer =
        new Dialer(parts, resolver, establisher, connection -> enter(connection, trimmer));
    this.inbound =
        new Inbound(
            parts,
            rate,
            establisher,
            connection -> enter(connection, trimmer),
            trimmer::trimIfNeeded);
    this.observed = new ObservedAddresses(assembled.observers(), parts.clock());
    this.identification =
        new Identification(identity, parts, addressBook, connections, observed, new Own(assembled));
    identification.start();
    this.portMapping =
        assembled
            .portMapping()
            .map(
                options ->
                    PortMapping.of(
                        new Mapped(),
                        options,
                        parts.publicNetworks(),
                        new EventLoopTimekeeper(parts.io().group().next(), parts.clock())));
  }

  /** What the mapping of ports is told, and tells. */
  private final class Mapped implements MappedHost {
    @Override
    public Set<Multiaddr> listenAddresses() {
      return announced;
    }

    @Override
    public Set<Multiaddr> observedAddresses() {
      return observed.confirmed();
    }

    @Override
    public void onMapped(Set<Multiaddr> addresses) {
      Set<Multiaddr> before = mapped;
      mapped = Set.copyOf(addresses);
      before.stream().filter(each -> !addresses.contains(each)).forEach(Host.this::removeAddress);
    }
  }

  /** What the host says of itself. */
  private final class Own implements Identification.Own {
    private final HostBuilder.Assembled assembled;

    Own(HostBuilder.Assembled assembled) {
      this.assembled = assembled;
    }

    @Override
    public String protocolVersion() {
      return assembled.protocolVersion();
    }

    @Override
    public String agentVersion() {
      return assembled.agentVersion();
    }

    @Override
    public Set<Multiaddr> addresses() {
      return Host.this.addresses();
    }

    @Override
    public Set<String> protocols() {
      return Host.this.protocols();
    }

    @Override
    public void onObserved() {
      updateAddresses();
    }
  }

  /** Begins to make a host of this identity. */
  public static HostBuilder builder(PrivateKey identity) {
    return new HostBuilder(identity);
  }

  private void enter(HostConnection connection, Trimmer trimmer) {
    if (stopped) {
      connection.close();
      return;
    }
    connections.add(connection);
    trimmer.trimIfNeeded();
  }

  // Itself

  /** This host's id. */
  public PeerId peerId() {
    return parts.self();
  }

  /** This host's identity key. */
  public PrivateKey identity() {
    return identity;
  }

  /** The event loops, for those who build on the host. */
  public IoEngine io() {
    return parts.io();
  }

  /** The time of day as the host sees it. */
  public InstantSource clock() {
    return parts.clock();
  }

  /** Which addresses the host takes for reachable from everywhere. */
  public PublicNetworks publicNetworks() {
    return parts.publicNetworks();
  }

  /** The counts of what peers use. */
  public Resources resources() {
    return parts.resources();
  }

  /** What the host uses now of what is bounded otherwise. */
  public HostUsage usage() {
    return new HostUsage(
        inbound.pending(),
        dialer.pending(),
        rate.size(),
        addressBook.size(),
        tags.size(),
        observed.size(),
        parts.muxer().memory());
  }

  /** Who may connect. */
  public AccessList access() {
    return parts.access();
  }

  /** Where peers are. */
  public AddressBook addressBook() {
    return addressBook;
  }

  /** What peers are worth. */
  public PeerTags tags() {
    return tags;
  }

  // Listening

  /** Listens at all configured addresses; the future fails if one of them can't be had. */
  public Future<Void> start() {
    EventLoop loop = parts.io().group().next();
    Promise<Void> started = loop.newPromise();
    loop.execute(
        () -> {
          PromiseCombiner all = new PromiseCombiner(loop);
          for (Multiaddr address : listenOn) {
            all.add(listen(address));
          }
          all.finish(started);
        });
    return started;
  }

  /** Adds a way to reach peers and to be reached, the last to be tried. */
  public void addTransport(Transport transport) {
    parts.transports().add(transport);
  }

  /**
   * Listens at one more address. What a listener's addresses are is announced until it is closed.
   */
  public Future<TransportListener> listen(Multiaddr address) {
    Promise<TransportListener> promise = parts.io().group().next().newPromise();
    Optional<Transport> transport =
        parts.transports().stream().filter(each -> each.canListen(address)).findFirst();
    if (transport.isEmpty()) {
      return promise.setFailure(new IllegalArgumentException("no transport listens at " + address));
    }
    Future<TransportListener> binding =
        transport.get().listen(address, inbound.acceptor(transport.get().name()));
    binding.addListener(
        (Future<TransportListener> result) -> {
          if (!result.isSuccess()) {
            promise.tryFailure(result.cause());
            return;
          }
          listeners.add(result.getNow());
          onListenersChanged();
          result.getNow().closed().addListener(closed -> onClosed(result.getNow()));
          connections.listeners().forEach(each -> each.onListening(result.getNow().address()));
          promise.trySuccess(result.getNow());
        });
    return promise;
  }

  private void onClosed(TransportListener listener) {
    if (listeners.remove(listener) && !stopped) {
      onListenersChanged();
    }
  }

  private void onListenersChanged() {
    List<Multiaddr> bound =
        listeners.stream().flatMap(each -> each.addresses().stream()).distinct().toList();
    announced = new LinkedHashSet<>(ListenAddresses.expand(bound));
    updateAddresses();
    portMapping.ifPresent(PortMapping::refresh);
  }

  private void updateAddresses() {
    Set<Multiaddr> now = new LinkedHashSet<>(external);
    now.addAll(announced);
    now.addAll(observed.confirmed());
    synchronized (external) {
      if (now.equals(reachable)) {
        return;
      }
      reachable = Collections.unmodifiableSet(now);
    }
    connections.listeners().forEach(each -> each.onAddressesChanged(now));
  }

  /**
   * Where the host can be reached, without its id: what it listens at, what was added, and what
   * enough peers see it under.
   */
  public Set<Multiaddr> addresses() {
    return reachable;
  }

  /**
   * Addresses by which the host might be reached, if somebody confirmed it: those of mapped ports.
   */
  public Set<Multiaddr> candidateAddresses() {
    return mapped;
  }

  /** The mapping of the host's ports at its gateway, if it was built with it. */
  public Optional<PortMapping> portMapping() {
    return portMapping;
  }

  /** Adds an address by which the host can be reached, such as that of a port mapping or relay. */
  public void addAddress(Multiaddr address) {
    external.add(address.withoutPeerId());
    updateAddresses();
  }

  /** Takes away what {@link #addAddress} added. */
  public void removeAddress(Multiaddr address) {
    external.remove(address.withoutPeerId());
    updateAddresses();
  }

  /** What peers see this host under. */
  public ObservedAddresses observedAddresses() {
    return observed;
  }

  /** The host's addresses in a record it has signed. */
  public SignedEnvelope signedRecord() {
    return identification.record();
  }

  /** Where the host listens, with one address for each network interface, without its id. */
  public Set<Multiaddr> listenAddresses() {
    return announced;
  }

  // Protocols

  /** Answers a protocol from now on; in place of whoever did before. */
  public void handle(String protocol, ProtocolHandler handler) {
    handle(protocol, handler, false);
  }

  /**
   * Answers a protocol from now on.
   *
   * @param onLimited whether also on connections that are lent with limits
   */
  public void handle(String protocol, ProtocolHandler handler, boolean onLimited) {
    parts.protocols().put(protocol, handler, onLimited);
    tellProtocols();
  }

  /** Answers a protocol no longer; streams that are open go on. */
  public void unhandle(String protocol) {
    parts.protocols().remove(protocol);
    tellProtocols();
  }

  private void tellProtocols() {
    Set<String> now = protocols();
    connections.listeners().forEach(each -> each.onProtocolsChanged(now));
  }

  /** What the host answers. */
  public Set<String> protocols() {
    return Set.copyOf(parts.protocols().ids(false));
  }

  // Connections and streams

  /**
   * Connects to a peer, or returns the connection there is. Where that is lent with limits a direct
   * one is tried first.
   *
   * @param addresses where it may be, besides what the address book says; unlike those of the book
   *     they are tried even if they have just failed
   * @return a failure is a {@link DialException}
   */
  public Future<Connection> connect(PeerId peer, Collection<Multiaddr> addresses) {
    Optional<HostConnection> existing = connections.best(peer);
    if (existing.isPresent() && !existing.get().isLimited()) {
      return parts.io().group().next().newSucceededFuture(existing.get());
    }
    Collection<Multiaddr> known = addressBook.addresses(peer);
    return existing.isEmpty()
        ? dialer.dial(peer, addresses, known)
        : dialDirectly(existing.get(), directOnes(addresses), directOnes(known));
  }

  private static List<Multiaddr> directOnes(Collection<Multiaddr> addresses) {
    return addresses.stream().filter(each -> !each.isRelayed()).toList();
  }

  /** A direct connection to a peer, or else the lent one that there is. */
  private Future<Connection> dialDirectly(
      HostConnection lent, List<Multiaddr> given, List<Multiaddr> known) {
    Promise<Connection> promise = parts.io().group().next().newPromise();
    if (given.isEmpty() && known.isEmpty()) {
      return promise.setSuccess(lent);
    }
    Future<Connection> dialling = dialer.dial(lent.remotePeer(), given, known);
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            dialling.cancel(false);
          }
        });
    dialling.addListener(
        (Future<Connection> result) -> {
          if (result.isSuccess()) {
            promise.trySuccess(result.getNow());
          } else if (lent.isOpen()) {
            promise.trySuccess(lent);
          } else {
            promise.tryFailure(result.cause());
          }
        });
    return promise;
  }

  /**
   * Connects to a peer as {@link #connect} does, but not over a relay: where that is the only way
   * at first, one waits until the two have made a direct connection.
   *
   * @param within how long to wait for that, once the peer has been reached
   * @return a failure is a {@link DialException}; {@link DialException.Reason#RELAYED_ONLY} if
   *     there is no direct connection by then
   */
  public Future<Connection> connectDirectly(
      PeerId peer, Collection<Multiaddr> addresses, Duration within) {
    Future<Connection> connecting = connect(peer, addresses);
    if (connecting.isSuccess() && !connecting.getNow().isLimited()) {
      return connecting;
    }
    Promise<Connection> promise = parts.io().group().next().newPromise();
    boolean isLent = connections.best(peer).filter(HostConnection::isLimited).isPresent();
    if (isLent) {
      // It is being dialled, perhaps in vain, while a hole may be punched.
      directWaits.await(peer, within, promise);
    }
    promise.addListener(
        result -> {
          if (result.isCancelled()) {
            connecting.cancel(false);
          }
        });
    connecting.addListener(
        (Future<Connection> result) -> {
          if (!result.isSuccess()) {
            promise.tryFailure(result.cause());
          } else if (!result.getNow().isLimited()) {
            promise.trySuccess(result.getNow());
          } else if (!isLent) {
            directWaits.await(peer, within, promise);
          }
        });
    return promise;
  }

  /** Connects to a peer at an address; to whoever answers there, if it ends with no id. */
  public Future<Connection> connect(Multiaddr address) {
    return address
        .peerId()
        .map(peer -> connect(peer, List.of(address)))
        .orElseGet(() -> dialer.dialAnyone(address));
  }

  /**
   * Makes one more connection to a peer, at this address and no other, from a port that nothing
   * else uses; as for finding out whether the peer can be dialled there.
   *
   * @param address which ends with the peer's id and does not begin with a name
   */
  public Future<Connection> connectOnly(Multiaddr address) {
    PeerId peer =
        address
            .peerId()
            .orElseThrow(() -> new IllegalArgumentException(address + " names no peer"));
    return dialer.dialOnly(peer, address);
  }

  /** Whether one of the host's transports can dial an address. */
  public boolean canDial(Multiaddr address) {
    Multiaddr place = address.withoutPeerId();
    return parts.transports().stream().anyMatch(each -> each.canDial(place));
  }

  /**
   * Dials a peer that dials this host at the same moment, as by a hole punch: all its addresses at
   * once from the ports this host listens on, again and again until a connection is there or the
   * future is cancelled. What the peer makes of it is known by {@link HostListener#onConnected}.
   *
   * @param addresses direct ones; the first {@link #MAX_PUNCHED} count
   * @param role the part that both have agreed on
   */
  public Future<Connection> punch(PeerId peer, List<Multiaddr> addresses, Role role) {
    return dialer.punch(peer, addresses.stream().limit(MAX_PUNCHED).toList(), role);
  }

  /**
   * Opens a stream to a peer, connecting if needed. It does not run over a relay: a direct
   * connection is waited for up to {@link #DIRECT_WITHIN}.
   *
   * @param addresses where it may be, besides what the address book says
   * @param protocols ids, the most wanted first
   */
  public Future<Stream> newStream(
      PeerId peer, Collection<Multiaddr> addresses, List<String> protocols) {
    return onConnection(
        connectDirectly(peer, addresses, DIRECT_WITHIN),
        connection -> connection.newStream(protocols));
  }

  /**
   * Opens a stream for a few words to a peer, connecting if needed, over a relay too if that is all
   * there is now.
   *
   * @param addresses where it may be, besides what the address book says
   * @param protocols ids, the most wanted first
   */
  public Future<Stream> newControlStream(
      PeerId peer, Collection<Multiaddr> addresses, List<String> protocols) {
    Optional<HostConnection> existing = connections.best(peer);
    return existing.isPresent()
        ? existing.get().newStreamOnLimited(protocols)
        : onConnection(
            connect(peer, addresses), connection -> connection.newStreamOnLimited(protocols));
  }

  private Future<Stream> onConnection(
      Future<Connection> connecting, Function<Connection, Future<Stream>> opening) {
    if (connecting.isSuccess()) {
      return opening.apply(connecting.getNow());
    }
    Promise<Stream> promise = parts.io().group().next().newPromise();
    connecting.addListener(
        (Future<Connection> result) -> {
          if (result.isSuccess()) {
            PromiseNotifier.cascade(false, opening.apply(result.getNow()), promise);
          } else {
            promise.tryFailure(result.cause());
          }
        });
    return promise;
  }

  /** The connection used for new streams to a peer, if there is one. */
  public Optional<Connection> connection(PeerId peer) {
    return connections.best(peer).map(each -> each);
  }

  /** All connections. */
  public List<Connection> connections() {
    return List.copyOf(connections.all());
  }

  /** Ends all connections to a peer. */
  public void disconnect(PeerId peer) {
    connections.of(peer).forEach(HostConnection::close);
  }

  /** Tells a listener of all that happens from now on. */
  public void addListener(HostListener listener) {
    connections.addListener(listener);
  }

  /** Tells a listener no more. */
  public void removeListener(HostListener listener) {
    connections.removeListener(listener);
  }

  // The end

  /**
   * Stops listening and dialling, ends all connections, then the event loops if they are its own.
   * The future completes when that is done.
   */
  public Future<?> stop() {
    stopped = true;
    dialer.stop();
    EventLoop loop = parts.io().group().next();
    Promise<Void> quiet = loop.newPromise();
    Runnable ending =
        () -> {
          PromiseCombiner all = new PromiseCombiner(loop);
          portMapping.ifPresent(each -> all.add((Future<?>) each.close()));
          listeners.forEach(each -> all.add((Future<?>) each.close()));
          listeners.clear();
          connections
              .all()
              .forEach(
                  each -> {
                    each.close(CloseReason.CLOSED_LOCALLY);
                    all.add((Future<?>) each.closed());
                  });
          all.finish(quiet);
        };
    try {
      loop.execute(ending);
    } catch (RejectedExecutionException e) {
      // Whoever owns the loops has ended them, and with them all that ran on them.
      return quiet.setSuccess(null);
    }
    resolver.close();
    if (!ownsIo) {
      return quiet;
    }
    quiet.addListener(done -> parts.io().shutdown());
    return parts.io().group().terminationFuture();
  }

  /** Stops and waits. Must not be called on an event loop. */
  @Override
  public void close() {
    stop().awaitUninterruptibly();
  }
}

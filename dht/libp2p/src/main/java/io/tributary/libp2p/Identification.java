package io.tributary.libp2p;

import static io.tributary.libp2p.identify.IdentifyMessage.PROTOCOL_ID;
import static io.tributary.libp2p.identify.IdentifyMessage.PUSH_PROTOCOL_ID;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.identify.IdentifyMessage;
import io.tributary.libp2p.identify.IdentifyRejection;
import io.tributary.libp2p.identify.ObservedAddresses;
import io.tributary.libp2p.identity.InvalidEnvelopeException;
import io.tributary.libp2p.identity.PeerRecord;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.metrics.HostMetrics;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.peers.AddressBook;
import io.tributary.libp2p.peers.PeerInfo;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import io.tributary.libp2p.wire.DelimitedReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identify protocol of a host: asks each new peer what it is, answers the same, tells all when
 * its own addresses or protocols change, and hears such news. Thread-safe.
 *
 * <p>What a peer says is kept as said. Only its signed record counts as certified, only if the peer
 * itself has signed it, and only the newest.
 */
final class Identification implements HostListener {

  private static final Logger log = LoggerFactory.getLogger(Identification.class);

  /** How long an exchange may take. */
  static final Duration DEADLINE = Duration.ofSeconds(30);

  /** Changes that follow each other within this time are told together. */
  static final Duration PUSH_DELAY = Duration.ofMillis(250);

  /** The least time between two pieces of news that one peer may tell. */
  static final Duration MIN_PUSH_INTERVAL = Duration.ofMillis(500);

  /** How many pieces of news one peer may tell ahead of that. */
  static final int PUSH_BURST = 20;

  /** The most addresses this host tells. */
  static final int MAX_OWN_ADDRESSES = 32;

  private final PrivateKey identity;
  private final HostParts parts;
  private final AddressBook addressBook;
  private final ConnectionTable connections;
  private final ObservedAddresses observed;
  private final Own own;
  private final Map<Connection, PushAllowance> allowances = new ConcurrentHashMap<>();
  private final AtomicBoolean pushScheduled = new AtomicBoolean();
  private Optional<SignedEnvelope> record = Optional.empty();
  private List<Multiaddr> recordAddresses = List.of();
  private long sequence;

  /** What the host says of itself. */
  interface Own {
    String protocolVersion();

    String agentVersion();

    Set<Multiaddr> addresses();

    Set<String> protocols();

    /** The addresses that peers have confirmed may have changed. */
    void onObserved();
  }

  Identification(
      PrivateKey identity,
      HostParts parts,
      AddressBook addressBook,
      ConnectionTable connections,
      ObservedAddresses observed,
      Own own) {
    this.identity = identity;
    this.parts = parts;
    this.addressBook = addressBook;
    this.connections = connections;
    this.observed = observed;
    this.own = own;
  }

  void start() {
    parts.protocols().put(PROTOCOL_ID, this::answer, true);
    parts.protocols().put(PUSH_PROTOCOL_ID, this::hear, true);
    connections.addListener(this);
  }

  // Asking and hearing

  @Override
  public void onConnected(Connection connection) {
    connection
        .newStreamOnLimited(List.of(PROTOCOL_ID))
        .addListener(
            (Future<Stream> opened) -> {
              if (opened.isSuccess()) {
                Stream stream = opened.getNow();
                stream.handler(
                    new Reading(stream, message -> learn(connection, message), parts.metrics()));
                stream.closeWrite();
              }
            });
  }

  @Override
  public void onDisconnected(Connection connection, CloseReason reason) {
    allowances.remove(connection);
  }

  private StreamHandler hear(Stream stream) {
    Connection connection = stream.connection();
    long now = stream.eventLoop().ticker().nanoTime();
    PushAllowance allowance = allowances.computeIfAbsent(connection, key -> new PushAllowance(now));
    if (!connection.isOpen()) {
      allowances.remove(connection);
    }
    if (!allowance.take(now)) {
      parts.metrics().identifyRejected(IdentifyRejection.TOO_MANY_PUSHES);
      stream.abort(ResetReason.LIMIT_REACHED);
      return ByteBuf::release;
    }
    stream.closeWrite();
    return new Reading(stream, message -> learn(connection, message), parts.metrics());
  }

  private void learn(Connection connection, IdentifyMessage message) {
    if (message.publicKey().isPresent()
        && !message.publicKey().get().equals(connection.remoteKey())) {
      reject(IdentifyRejection.KEY_OF_ANOTHER_PEER, connection);
      return;
    }
    PeerInfo info = merge(connection.peerInfo(), message);
    ((HostConnection) connection).peerInfo(info);
    learnAddresses(connection, message);
    message
        .observedAddress()
        .map(Multiaddr::withoutPeerId)
        .ifPresent(address -> onObserved(connection, address));
    connections.listeners().forEach(each -> each.onIdentified(connection, info));
  }

  private void reject(IdentifyRejection reason, Connection connection) {
    log.debug("{}: {}", connection, reason);
    parts.metrics().identifyRejected(reason);
  }

  private static PeerInfo merge(Optional<PeerInfo> before, IdentifyMessage message) {
    return new PeerInfo(
        message.protocolVersion().or(() -> before.flatMap(PeerInfo::protocolVersion)),
        message.agentVersion().or(() -> before.flatMap(PeerInfo::agentVersion)),
        message.listenAddresses().isEmpty()
            ? before.map(PeerInfo::listenAddresses).orElse(List.of())
            : message.listenAddresses(),
        message.protocols().isEmpty()
            ? before.map(PeerInfo::protocols).orElse(Set.of())
            : message.protocols(),
        message
            .observedAddress()
            .map(Multiaddr::withoutPeerId)
            .or(() -> before.flatMap(PeerInfo::observedAddress)));
  }

  private void learnAddresses(Connection connection, IdentifyMessage message) {
    Optional<byte[]> signed = message.signedRecord();
    if (signed.isPresent()) {
      try {
        PeerRecord theirs = PeerRecord.open(signed.get());
        if (theirs.peerId().equals(connection.remotePeer())) {
          if (addressBook.isStale(theirs)) {
            reject(IdentifyRejection.STALE_RECORD, connection);
          }
          addressBook.addCertified(
              theirs, SignedEnvelope.open(signed.get(), PeerRecord.KIND), AddressBook.TOLD);
          return;
        }
        reject(IdentifyRejection.RECORD_OF_ANOTHER_PEER, connection);
      } catch (InvalidEnvelopeException e) {
        log.debug("{}: {}", connection, e.getMessage());
        reject(IdentifyRejection.BAD_RECORD, connection);
      }
    }
    addressBook.add(connection.remotePeer(), message.listenAddresses(), AddressBook.TOLD);
  }

  /**
   * An observation says something only if it is of an address one can listen at: of the
   * connection's own transport, and seen from where this host listens.
   */
  private void onObserved(Connection connection, Multiaddr address) {
    if (connection.isLimited()
        || !address.protocols().equals(connection.localAddress().protocols())
        || address.equals(connection.localAddress())
        || !isFromListenPort(connection)) {
      return;
    }
    connection
        .remoteAddress()
        .toSocketAddress()
        .ifPresent(
            socket -> {
              boolean nearby =
                  socket.getAddress().isLoopbackAddress()
                      || socket.getAddress().isSiteLocalAddress();
              if (nearby || parts.publicNetworks().contains(address)) {
                observed.add(address, socket.getAddress());
                own.onObserved();
              }
            });
  }

  private boolean isFromListenPort(Connection connection) {
    int port = port(connection.localAddress());
    return own.addresses().stream().anyMatch(each -> port(each) == port);
  }

  private static int port(Multiaddr address) {
    return address.components().size() > 1 && address.components().get(1).protocol().hasValue()
        ? address.components().get(1).port()
        : -1;
  }

  // Telling

  private StreamHandler answer(Stream stream) {
    tell(stream);
    return ByteBuf::release;
  }

  private void tell(Stream stream) {
    stream.deadline(DEADLINE);
    ByteBuf out = stream.allocator().directBuffer();
    ownMessage(stream.connection()).write(out);
    stream.write(out);
    stream.closeWrite();
  }

  private IdentifyMessage ownMessage(Connection connection) {
    List<Multiaddr> addresses = own.addresses().stream().limit(MAX_OWN_ADDRESSES).toList();
    return new IdentifyMessage(
        Optional.of(identity.publicKey()),
        addresses,
        own.protocols(),
        Optional.of(connection.remoteAddress()),
        Optional.of(own.protocolVersion()),
        Optional.of(own.agentVersion()),
        Optional.of(record(addresses).toBytes()));
  }

  /** The host's signed record, made anew when its addresses have changed. */
  private synchronized SignedEnvelope record(List<Multiaddr> addresses) {
    if (record.isPresent() && recordAddresses.equals(addresses)) {
      return record.get();
    }
    sequence = Math.max(sequence + 1, parts.clock().millis());
    SignedEnvelope made = new PeerRecord(parts.self(), sequence, addresses).seal(identity);
    record = Optional.of(made);
    recordAddresses = addresses;
    return made;
  }

  /** The host's signed record as of now. */
  SignedEnvelope record() {
    return record(own.addresses().stream().limit(MAX_OWN_ADDRESSES).toList());
  }

  @Override
  public void onAddressesChanged(Set<Multiaddr> addresses) {
    schedulePush();
  }

  @Override
  public void onProtocolsChanged(Set<String> protocols) {
    schedulePush();
  }

  private void schedulePush() {
    if (connections.size() > 0 && pushScheduled.compareAndSet(false, true)) {
      parts
          .io()
          .group()
          .next()
          .schedule(
              () -> {
                pushScheduled.set(false);
                connections.all().forEach(this::push);
              },
              PUSH_DELAY.toNanos(),
              NANOSECONDS);
    }
  }

  private void push(HostConnection connection) {
    boolean wants =
        connection
            .peerInfo()
            .map(info -> info.protocols().contains(PUSH_PROTOCOL_ID))
            .orElse(false);
    if (wants) {
      connection
          .newStreamOnLimited(List.of(PUSH_PROTOCOL_ID))
          .addListener(
              (Future<Stream> opened) -> {
                if (opened.isSuccess()) {
                  opened.getNow().handler(ByteBuf::release);
                  tell(opened.getNow());
                }
              });
    }
  }

  /** How often a peer may tell news. */
  private static final class PushAllowance {
    private double left = PUSH_BURST;
    private long atNanos;

    PushAllowance(long nowNanos) {
      this.atNanos = nowNanos;
    }

    boolean take(long nowNanos) {
      double refill = (double) (nowNanos - atNanos) / MIN_PUSH_INTERVAL.toNanos();
      left = Math.min(PUSH_BURST, left + refill);
      atNanos = nowNanos;
      if (left < 1) {
        return false;
      }
      left -= 1;
      return true;
    }
  }

  /** Reads messages to the end of a stream and hands on what they say together. */
  private static final class Reading implements StreamHandler {
    private final Stream stream;
    private final Consumer<IdentifyMessage> onComplete;
    private final HostMetrics metrics;
    private final DelimitedReader reader =
        new DelimitedReader(IdentifyMessage.MAX_BYTES, this::onMessage);
    private IdentifyMessage merged = IdentifyMessage.empty();
    private int messages;

    Reading(Stream stream, Consumer<IdentifyMessage> onComplete, HostMetrics metrics) {
      this.stream = stream;
      this.onComplete = onComplete;
      this.metrics = metrics;
      stream.deadline(DEADLINE);
    }

    private void onMessage(ByteBuf bytes) {
      messages++;
      if (messages <= IdentifyMessage.MAX_MESSAGES) {
        merged = merged.merge(IdentifyMessage.read(bytes));
      }
    }

    @Override
    public void onData(ByteBuf data) {
      try {
        reader.read(data);
        if (messages > IdentifyMessage.MAX_MESSAGES) {
          refuse("more than " + IdentifyMessage.MAX_MESSAGES + " messages");
        }
      } catch (MalformedFormatException e) {
        refuse(String.valueOf(e.getMessage()));
      }
    }

    private void refuse(String detail) {
      log.debug("{} sent a malformed identify message: {}", stream.connection(), detail);
      metrics.identifyRejected(IdentifyRejection.MALFORMED);
      stream.abort(ResetReason.PROTOCOL_VIOLATION);
    }

    @Override
    public void onEndOfInput() {
      if (messages > 0 && reader.isBetweenMessages()) {
        onComplete.accept(merged);
      }
    }

    @Override
    public void onReset(StreamReset reset) {
      reader.close();
    }

    @Override
    public void onClosed() {
      reader.close();
    }
  }
}

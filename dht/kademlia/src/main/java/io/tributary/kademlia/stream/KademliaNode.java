package io.tributary.kademlia.stream;

import io.tributary.kademlia.Dht;
import io.tributary.kademlia.Kademlia;
import io.tributary.kademlia.KademliaLog;
import io.tributary.kademlia.Mode;
import io.tributary.kademlia.Stores;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.network.KademliaService;
import io.tributary.kademlia.routing.PeerFile;
import io.tributary.kademlia.store.RecordFile;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.time.Timekeeper;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A DHT on a libp2p host: the node, its protocol, and its files if it has any.
 *
 * <pre>
 *   folder / dht-records   what others announced and put here, what this node announces
 *   folder / dht-peers     whom it knew last, for the next start
 * </pre>
 *
 * It also answers pings on its host, which other implementations ask for before they take a node
 * into their tables. Thread-safe. Closed before its host.
 */
public final class KademliaNode implements AutoCloseable {

  /** How often known peers are written down. */
  public static final Duration PEERS_EVERY = Duration.ofMinutes(5);

  private static final long STOP_SECONDS = 10;

  private final Timekeeper time;
  private final StreamNetwork network;
  private final Kademlia kademlia;
  private final PingService ping;
  private final Optional<RecordFile> records;
  private final Optional<PeerFile> peerFile;
  private final Executor disk;
  private volatile boolean closed;

  /** The service, for the network that is made before it. */
  private static final class Forward implements KademliaService {
    @Nullable Kademlia to;

    private Kademlia to() {
      Kademlia kademlia = to;
      if (kademlia == null) {
        throw new IllegalStateException("nothing is heard of peers before all is made");
      }
      return kademlia;
    }

    @Override
    public Verdict answer(Contact from, Request request) {
      return to().answer(from, request);
    }

    @Override
    public void onServer(Contact contact) {
      to().onServer(contact);
    }

    @Override
    public void onNotServer(PeerId peer) {
      to().onNotServer(peer);
    }
  }

  private KademliaNode(
      Host host,
      KademliaSettings settings,
      InstantSource clock,
      RandomGenerator random,
      Executor disk,
      Optional<RecordFile> records)
      throws IOException {
    PeerId self = host.peerId();
    this.time = new LenientTimekeeper(new EventLoopTimekeeper(host.io().group().next(), clock));
    this.disk = disk;
    this.records = records;
    this.peerFile = settings.folder().map(folder -> new PeerFile(folder.resolve("dht-peers")));
    Forward service = new Forward();
    this.network =
        new StreamNetwork(
            host,
            settings.protocolId(),
            settings.scope(),
            settings.limits(),
            time,
            service,
            settings.metrics()::refused);
    Stores stores =
        records.isPresent()
            ? Stores.in(records.get(), self, settings.config(), clock)
            : Stores.inMemory(self, settings.config(), clock);
    // A peer of js-libp2p takes nobody into its table who does not answer a ping.
    this.ping = new PingService(host);
    this.kademlia =
        new Kademlia(
            self,
            settings.config(),
            time,
            random,
            network,
            stores,
            settings.namespaces(),
            settings.metrics());
    service.to = kademlia;
  }

  /**
   * Starts a DHT on a host. Blocks while it reads its files.
   *
   * @param clock by which records expire
   * @param random used on the DHT's thread only
   * @param disk runs what blocks on the disk; one thread is enough
   * @throws IOException if its files can't be read; {@link
   *     io.tributary.kademlia.store.CorruptRecordsException} if they are damaged
   */
  public static KademliaNode start(
      Host host,
      KademliaSettings settings,
      InstantSource clock,
      RandomGenerator random,
      Executor disk)
      throws IOException {
    Optional<RecordFile> records =
        settings.folder().isPresent()
            ? Optional.of(RecordFile.open(settings.folder().get().resolve("dht-records"), disk))
            : Optional.empty();
    KademliaNode node;
    try {
      node = new KademliaNode(host, settings, clock, random, disk, records);
    } catch (IOException e) {
      records.ifPresent(RecordFile::close);
      throw e;
    }
    node.open();
    return node;
  }

  private void open() {
    List<Contact> remembered = peerFile.map(PeerFile::read).orElse(List.of());
    kademlia.start(remembered);
    network.open();
    time.after(PEERS_EVERY, this::keepPeers);
  }

  /** What is found and announced through this node. */
  public Dht dht() {
    return kademlia;
  }

  /** Whether it answers others. */
  public Mode mode() {
    return kademlia.mode();
  }

  /** Begins or ceases to answer others; peers are told. */
  public void mode(Mode mode) {
    kademlia.mode(mode);
  }

  /** Answers pings on its host, and sends them. */
  public PingService ping() {
    return ping;
  }

  /** The peers in its routing table. */
  public CompletableFuture<List<Contact>> peers() {
    return kademlia.peers();
  }

  private void keepPeers() {
    if (closed) {
      return;
    }
    if (peerFile.isPresent()) {
      kademlia.peers().thenAcceptAsync(this::write, disk);
    }
    time.after(PEERS_EVERY, this::keepPeers);
  }

  private void write(List<Contact> peers) {
    // An empty table is no knowledge; the old peers may be there again.
    if (peerFile.isEmpty() || peers.isEmpty()) {
      return;
    }
    try {
      peerFile.get().write(peers);
    } catch (IOException e) {
      KademliaLog.peersNotWritten(e);
    }
  }

  /** Ends searches, writes what it knows and closes its files. Blocks; not on an event loop. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    CompletableFuture<List<Contact>> peers = kademlia.peers();
    kademlia.close();
    try {
      write(peers.get(STOP_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      KademliaLog.peersNotAsked(e);
    }
    time.execute(network::close);
    records.ifPresent(RecordFile::close);
  }
}

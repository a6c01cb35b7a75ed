package io.tributary.region;

import io.tributary.kademlia.Dht;
import io.tributary.kademlia.Search;
import io.tributary.kademlia.SearchCost;
import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One node's view of a DHT whose provider records are in memory, shared by all nodes. */
public final class MemoryDht implements Dht {
  private final Map<Multihash, List<Contact>> providers;
  private final PeerId self;
  private final Supplier<List<Multiaddr>> addresses;

  public MemoryDht(
      Map<Multihash, List<Contact>> providers, PeerId self, Supplier<List<Multiaddr>> addresses) {
    this.providers = providers;
    this.self = self;
    this.addresses = addresses;
  }

  public static Map<Multihash, List<Contact>> shared() {
    return new ConcurrentHashMap<>();
  }

  private record Done<R>(CompletableFuture<R> result) implements Search<R> {
    static <R> Done<R> of(R value) {
      return new Done<>(CompletableFuture.completedFuture(value));
    }

    @Override
    public SearchCost cost() {
      throw new UnsupportedOperationException("costs nothing");
    }

    @Override
    public void cancel() {}
  }

  @Override
  public Search<Integer> findProviders(Multihash content, int atMost, Consumer<Contact> onFound) {
    List<Contact> found =
        providers.getOrDefault(content, List.of()).stream().limit(atMost).toList();
    found.forEach(onFound);
    return Done.of(found.size());
  }

  @Override
  public Search<Integer> provide(Multihash content) {
    providers
        .computeIfAbsent(content, key -> new CopyOnWriteArrayList<>())
        .add(Contact.of(self, addresses.get()));
    return Done.of(1);
  }

  @Override
  public void stopProviding(Multihash content) {
    providers
        .getOrDefault(content, new CopyOnWriteArrayList<>())
        .removeIf(each -> each.peer().equals(self));
  }

  @Override
  public Search<List<Contact>> closestPeers(DhtKey key) {
    return Done.of(List.of());
  }

  @Override
  public Search<Optional<Contact>> findPeer(PeerId peer) {
    return Done.of(Optional.empty());
  }

  @Override
  public Search<Integer> putValue(DhtKey key, byte[] value) {
    return Done.of(0);
  }

  @Override
  public void stopPutting(DhtKey key) {}

  @Override
  public Search<Optional<byte[]>> getValue(DhtKey key) {
    return Done.of(Optional.empty());
  }
}

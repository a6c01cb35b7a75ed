package io.tributary.kademlia.store;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who provides what, as told to this node: for a time, and at most so many.
 *
 * <p>When all places are taken, a key that lies nearer to this node takes that of the farthest one,
 * for which others are responsible; a farther one is refused. Not thread-safe; the shelf behind it
 * writes on its own.
 */
public final class ProviderStore {

  private static final Duration SLOT = Duration.ofMinutes(1);
  private static final int SLOTS = 512;

  private final Position self;
  private final ProviderLimits limits;
  private final Shelf shelf;
  private final InstantSource clock;
  private final TreeMap<Position, Content> contents = new TreeMap<>();
  private final TimingWheel<Provider> wheel;
  private int records;

  private static final class Content {
    final DhtKey key;
    final Map<PeerId, Provider> providers = new LinkedHashMap<>(2);

    Content(DhtKey key) {
      this.key = key;
    }
  }

  private static final class Provider extends TimingWheel.Waiting {
    final Content content;
    Contact contact;
    long addressesUntilMillis;

    Provider(Content content, Contact contact) {
      this.content = content;
      this.contact = contact;
    }
  }

  /**
   * A store with what is on its shelf. Blocks if that is a file.
   *
   * @param self the position of this node
   */
  public ProviderStore(Position self, ProviderLimits limits, Shelf shelf, InstantSource clock) {
    this.self = self;
    this.limits = limits;
    this.shelf = shelf;
    this.clock = clock;
    this.wheel = new TimingWheel<>(Provider.class, SLOT, SLOTS, clock.millis());
    Records.load(shelf, "provider records", this::load);
  }

  private void load(DataInputStream in) throws IOException {
    long expiry = in.readLong();
    long addressesUntil = in.readLong();
    DhtKey key = DhtKey.of(Records.readBytes(in, DhtKey.MAX_BYTES));
    PeerId peer = PeerId.decode(Records.readBytes(in, PeerId.MAX_BYTES));
    List<Multiaddr> addresses = Records.readAddresses(in);
    long longest = clock.millis() + limits.expiry().toMillis();
    if (findRoom(key).isEmpty()) {
      put(key, Contact.of(peer, addresses), Math.min(expiry, longest), addressesUntil);
    }
  }

  /**
   * Remembers that a peer provides content, from now on for the usual time.
   *
   * @return why not, if it is refused
   */
  public Optional<RefusalReason> add(DhtKey key, Contact provider) {
    Content known = contents.get(distance(key));
    boolean renewed = known != null && known.providers.containsKey(provider.peer());
    if (!renewed) {
      if (known != null && known.providers.size() >= limits.perKey()) {
        return Optional.of(RefusalReason.PROVIDERS_FULL);
      }
      Optional<RefusalReason> refusal = findRoom(key);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    long now = clock.millis();
    Provider kept =
        put(
            key,
            provider,
            now + limits.expiry().toMillis(),
            now + limits.addressExpiry().toMillis());
    shelf.put(id(kept), encode(kept));
    return Optional.empty();
  }

  private Optional<RefusalReason> findRoom(DhtKey key) {
    Position distance = distance(key);
    boolean keyFits = contents.containsKey(distance) || contents.size() < limits.keys();
    while (!keyFits || records >= limits.records()) {
      Map.Entry<Position, Content> farthest = contents.lastEntry();
      if (farthest == null || farthest.getKey().compareTo(distance) <= 0) {
        return Optional.of(RefusalReason.STORE_FULL);
      }
      List.copyOf(farthest.getValue().providers.values()).forEach(this::forget);
      keyFits = true;
    }
    return Optional.empty();
  }

  private Provider put(DhtKey key, Contact contact, long expiryMillis, long addressesUntilMillis) {
    Content content = contents.computeIfAbsent(distance(key), d -> new Content(key));
    Provider provider = content.providers.get(contact.peer());
    if (provider == null) {
      provider = new Provider(content, contact);
      content.providers.put(contact.peer(), provider);
      records++;
    }
    provider.contact = contact;
    provider.addressesUntilMillis = addressesUntilMillis;
    wheel.put(provider, expiryMillis);
    return provider;
  }

  /** The providers of content, those with fresh addresses first; old addresses are left out. */
  public List<Contact> get(DhtKey key, int atMost) {
    Content content = contents.get(distance(key));
    if (content == null) {
      return List.of();
    }
    long now = clock.millis();
    List<Contact> fresh = new ArrayList<>();
    List<Contact> bare = new ArrayList<>();
    for (Provider provider : content.providers.values()) {
      if (provider.dueMillis() > now) {
        if (provider.addressesUntilMillis > now) {
          fresh.add(provider.contact);
        } else {
          bare.add(provider.contact.at(List.of()));
        }
      }
    }
    fresh.addAll(bare);
    return fresh.size() <= atMost ? fresh : List.copyOf(fresh.subList(0, atMost));
  }

  /** Forgets what has expired. To be called about once a minute. */
  public void expire() {
    wheel.turn(clock.millis(), this::forget);
  }

  private void forget(Provider provider) {
    wheel.remove(provider);
    Content content = provider.content;
    content.providers.remove(provider.contact.peer());
    records--;
    if (content.providers.isEmpty()) {
      contents.remove(distance(content.key));
    }
    shelf.remove(id(provider));
  }

  /** How many contents have providers. */
  public int keys() {
    return contents.size();
  }

  /** How many providers of all contents there are. */
  public int records() {
    return records;
  }

  private Position distance(DhtKey key) {
    return self.distanceTo(key.position());
  }

  private static byte[] id(Provider provider) {
    byte[] position = provider.content.key.position().toBytes();
    byte[] peer = provider.contact.peer().toBytes();
    byte[] id = Arrays.copyOf(position, position.length + peer.length);
    System.arraycopy(peer, 0, id, position.length, peer.length);
    return id;
  }

  private static byte[] encode(Provider provider) {
    return Records.write(
        out -> {
          out.writeLong(provider.dueMillis());
          out.writeLong(provider.addressesUntilMillis);
          Records.writeBytes(out, provider.content.key.toBytes());
          Records.writeBytes(out, provider.contact.peer().toBytes());
          Records.writeAddresses(out, provider.contact.addresses());
        });
  }
}

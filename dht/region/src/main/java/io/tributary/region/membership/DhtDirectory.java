package io.tributary.region.membership;

import io.tributary.kademlia.Dht;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * The directory of regions in the DHT: members of a region are providers of the SHA-256 of {@code
 * /tributary/region/} and its name.
 *
 * <p>Anybody may announce itself there, so a name found is only somebody to ask; what it then says
 * of members is signed by them.
 */
public final class DhtDirectory implements RegionDirectory {
  /** How many members are looked for. */
  public static final int WANTED = 16;

  private static final String PREFIX = "/tributary/region/";

  private final Dht dht;

  /** A directory in a DHT. */
  public DhtDirectory(Dht dht) {
    this.dht = dht;
  }

  /** The name under which a region's members are found. */
  public static Multihash keyOf(Region region) {
    return Multihash.sha256((PREFIX + region.name()).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void find(Region region, Consumer<List<Contact>> found) {
    List<Contact> contacts = Collections.synchronizedList(new ArrayList<>());
    dht.findProviders(
            keyOf(region),
            WANTED,
            provider -> contacts.add(new Contact(provider.peer(), provider.addresses())))
        .result()
        .whenComplete((count, failure) -> found.accept(List.copyOf(contacts)));
  }

  @Override
  public void announce(Region region) {
    dht.provide(keyOf(region));
  }

  @Override
  public void withdraw(Region region) {
    dht.stopProviding(keyOf(region));
  }
}

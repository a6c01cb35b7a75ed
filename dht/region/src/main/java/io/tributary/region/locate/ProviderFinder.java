package io.tributary.region.locate;

import io.tributary.content.FragmentHash;
import io.tributary.kademlia.Dht;
import io.tributary.kademlia.Search;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.gossip.Contact;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks for provider records in the DHT. A record may be a day old, so its addresses may be too;
 * whoever is not there is looked for by its id.
 */
public final class ProviderFinder implements SourceFinder {
  private final Dht dht;

  /** Looks in this DHT. */
  public ProviderFinder(Dht dht) {
    this.dht = dht;
  }

  /** The name under which providers of a fragment are found: its SHA-256 as a multihash. */
  public static Multihash keyOf(FragmentHash fragment) {
    return Multihash.of(Multihash.SHA2_256, fragment.digest().toBytes());
  }

  @Override
  public Cancellation find(FragmentHash fragment, int atMost, Listener listener) {
    Search<Integer> search =
        dht.findProviders(
            keyOf(fragment),
            atMost,
            provider ->
                listener.onFound(
                    new Contact(provider.peer(), provider.addresses()), Optional.empty()));
    search.result().whenComplete((count, failure) -> listener.onDone());
    return search::cancel;
  }

  @Override
  public Cancellation findAgain(PeerId peer, Consumer<Optional<Contact>> found) {
    var search = dht.findPeer(peer);
    search
        .result()
        .whenComplete(
            (contact, failure) ->
                found.accept(
                    Optional.ofNullable(contact)
                        .flatMap(known -> known)
                        .filter(known -> !known.addresses().isEmpty())
                        .map(known -> new Contact(known.peer(), known.addresses()))));
    return search::cancel;
  }
}

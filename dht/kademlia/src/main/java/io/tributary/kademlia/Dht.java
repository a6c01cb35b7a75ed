package io.tributary.kademlia;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A distributed hash table, as those see it who find things in it or put things there.
 *
 * <p>Every search ends by itself, at the latest at its deadline. Methods may be called from any
 * thread; callbacks and results come on the DHT's thread and must not block.
 */
public interface Dht {

  /** Finds the live peers nearest to a key, the nearest first. */
  Search<List<Contact>> closestPeers(DhtKey key);

  /** Finds where a peer can be reached. */
  Search<Optional<Contact>> findPeer(PeerId peer);

  /**
   * Finds who provides content. Addresses are as fresh as the records: one that does not answer at
   * them may have moved, and {@link #findPeer} knows where to.
   *
   * @param atMost how many providers are enough
   * @param onFound told of each provider once, as soon as it is found
   * @return how many were found
   */
  Search<Integer> findProviders(Multihash content, int atMost, Consumer<Contact> onFound);

  /**
   * Announces that this node provides content, now and again until {@link #stopProviding}; also
   * after a restart.
   *
   * @return how many peers were told
   */
  Search<Integer> provide(Multihash content);

  /** Announces content no more; what was announced runs out by itself. */
  void stopProviding(Multihash content);

  /**
   * Puts a value, now and again until {@link #stopPutting}; also after a restart.
   *
   * @param value obeys the rules of the key's namespace
   * @return how many peers took it
   */
  Search<Integer> putValue(DhtKey key, byte[] value);

  /** Puts a value no more; what was put runs out by itself. */
  void stopPutting(DhtKey key);

  /** Finds the best valid value of a key; peers near it that have an older one are corrected. */
  Search<Optional<byte[]>> getValue(DhtKey key);
}

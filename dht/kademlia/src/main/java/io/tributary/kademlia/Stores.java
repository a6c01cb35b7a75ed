package io.tributary.kademlia;

import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.store.Errands;
import io.tributary.kademlia.store.ProviderStore;
import io.tributary.kademlia.store.RecordFile;
import io.tributary.kademlia.store.Shelf;
import io.tributary.kademlia.store.ValueStore;
import io.tributary.libp2p.multiformats.PeerId;
import java.io.IOException;
import java.time.InstantSource;

/**
 * All that a node keeps.
 *
 * @param providers of others
 * @param values of others
 * @param errands of its own
 */
public record Stores(ProviderStore providers, ValueStore values, Errands errands) {

  /** Stores that forget with the process. */
  public static Stores inMemory(PeerId self, KademliaConfig config, InstantSource clock) {
    Position position = Position.ofHashed(self.toBytes());
    return new Stores(
        new ProviderStore(position, config.providers(), Shelf.NONE, clock),
        new ValueStore(position, config.values(), Shelf.NONE, clock),
        new Errands(Shelf.NONE, clock));
  }

  /**
   * Stores that are written behind to a file, with what is in it. Blocks.
   *
   * @throws IOException if it can't be read; {@link
   *     io.tributary.kademlia.store.CorruptRecordsException} if it is damaged
   */
  public static Stores in(RecordFile file, PeerId self, KademliaConfig config, InstantSource clock)
      throws IOException {
    Position position = Position.ofHashed(self.toBytes());
    return new Stores(
        new ProviderStore(position, config.providers(), file.shelf("providers"), clock),
        new ValueStore(position, config.values(), file.shelf("values"), clock),
        new Errands(file.shelf("errands"), clock));
  }
}

package io.tributary.bench.sim.dht;

import io.tributary.bench.sim.SimNode;
import io.tributary.libp2p.multiformats.AddressComponent;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Which node is at which address of a simulated Internet. */
public final class Directory {

  /** How many blocks of 2^16 addresses there are. */
  static final int BLOCKS = 89 << Byte.SIZE;

  private static final int FIRST_NETWORK = 11;
  private static final int PORT = 4001;

  /**
   * Addresses are passed on as they are, so the object itself is the place, found without hashing.
   */
  private final IdentityHashMap<Multiaddr, SimNode> nodes = new IdentityHashMap<>();

  private final Set<Multiaddr> taken = new HashSet<>();

  /** A new public address for a node, in any block. */
  public Multiaddr assign(SimNode node, SplittableRandom random) {
    return assign(node, random, 0, BLOCKS);
  }

  /**
   * A new public address for a node.
   *
   * @param firstBlock the first of the blocks of 2^16 addresses that it may lie in
   * @param blocks how many these are
   */
  public Multiaddr assign(SimNode node, SplittableRandom random, int firstBlock, int blocks) {
    while (true) {
      int block = firstBlock + random.nextInt(blocks);
      String ip =
          (FIRST_NETWORK + (block >>> Byte.SIZE))
              + "."
              + (block & 0xFF)
              + "."
              + random.nextInt(256)
              + "."
              + random.nextInt(1, 255);
      Multiaddr address =
          Multiaddr.of(
              List.of(
                  AddressComponent.of(AddressProtocol.IP4, ip),
                  AddressComponent.of(AddressProtocol.TCP, Integer.toString(PORT))));
      if (address.isPublic() && taken.add(address)) {
        nodes.put(address, node);
        return address;
      }
    }
  }

  /** Frees an address. */
  public void release(Multiaddr address) {
    nodes.remove(address);
    taken.remove(address);
  }

  /** Who is at one of these addresses. */
  public Optional<SimNode> find(List<Multiaddr> addresses) {
    for (Multiaddr address : addresses) {
      SimNode node = nodes.get(address);
      if (node != null) {
        return Optional.of(node);
      }
    }
    return Optional.empty();
  }

  /** A new peer id; nobody has its key. */
  public static PeerId newPeer(SplittableRandom random) {
    byte[] key = new byte[36];
    random.nextBytes(key);
    return PeerId.of(Multihash.identity(key));
  }
}

package io.tributary.bench.sim.dht;

import io.tributary.bench.sim.SimNode;
import io.tributary.libp2p.multiformats.AddressComponent;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Which node is at which address of a simulated Internet. */
public final class Directory {

  private static final int PORT = 4001;

  private final Map<Multiaddr, SimNode> nodes = new HashMap<>();

  /** A new public address for a node. */
  public Multiaddr assign(SimNode node, SplittableRandom random) {
    while (true) {
      String ip =
          random.nextInt(11, 100)
              + "."
              + random.nextInt(256)
              + "."
              + random.nextInt(256)
              + "."
              + random.nextInt(1, 255);
      Multiaddr address =
          Multiaddr.of(
              List.of(
                  AddressComponent.of(AddressProtocol.IP4, ip),
                  AddressComponent.of(AddressProtocol.TCP, Integer.toString(PORT))));
      if (address.isPublic() && nodes.putIfAbsent(address, node) == null) {
        return address;
      }
    }
  }

  /** Frees an address. */
  public void release(Multiaddr address) {
    nodes.remove(address);
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

package io.tributary.kademlia;

import io.tributary.kademlia.message.Contact;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.List;
import java.util.SplittableRandom;

/** Peers that have never lived. */
public final class TestPeers {

  private TestPeers() {}

  public static PeerId peer(SplittableRandom random) {
    byte[] key = new byte[36];
    random.nextBytes(key);
    return PeerId.of(Multihash.identity(key));
  }

  /** A peer at a public address of its own /16. */
  public static Contact contact(SplittableRandom random) {
    return contact(random, random.nextInt(11, 100) + "." + random.nextInt(256));
  }

  /** A peer at an address that begins with two given numbers. */
  public static Contact contact(SplittableRandom random, String block) {
    return Contact.of(
        peer(random),
        List.of(
            Multiaddr.parse(
                "/ip4/%s.%d.%d/tcp/4001"
                    .formatted(block, random.nextInt(256), random.nextInt(1, 255)))));
  }

  public static Multihash content(SplittableRandom random) {
    byte[] digest = new byte[32];
    random.nextBytes(digest);
    return Multihash.of(Multihash.SHA2_256, digest);
  }
}

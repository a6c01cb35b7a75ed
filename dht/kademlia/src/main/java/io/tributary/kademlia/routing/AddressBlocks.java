package io.tributary.kademlia.routing;

import io.tributary.kademlia.message.Contact;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts of peers by the blocks their addresses lie in: /16 of IPv4, /32 of IPv6. All names are one
 * block, since whoever has one can have many.
 */
public final class AddressBlocks {

  private static final long NAMES = -1;
  private static final long IP6 = 1L << Integer.SIZE;

  private final Map<Long, Integer> counts = new HashMap<>();

  AddressBlocks() {}

  /** The blocks of a contact's addresses, each once. */
  public static long[] of(Contact contact) {
    List<Multiaddr> addresses = contact.addresses();
    long[] blocks = new long[addresses.size()];
    int count = 0;
    for (Multiaddr address : addresses) {
      long block = of(address);
      if (!contains(blocks, count, block)) {
        blocks[count++] = block;
      }
    }
    return count == blocks.length ? blocks : Arrays.copyOf(blocks, count);
  }

  private static boolean contains(long[] blocks, int count, long block) {
    for (int i = 0; i < count; i++) {
      if (blocks[i] == block) {
        return true;
      }
    }
    return false;
  }

  private static long of(Multiaddr address) {
    var host = address.components().get(0);
    return switch (host.protocol()) {
      case IP4 -> leading(host.valueBytes(), 2);
      case IP6 -> IP6 | leading(host.valueBytes(), 4);
      default -> NAMES;
    };
  }

  private static long leading(byte[] ip, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << Byte.SIZE) | (ip[i] & 0xFF);
    }
    return value;
  }

  boolean hasRoom(long[] blocks, int most) {
    for (long block : blocks) {
      if (counts.getOrDefault(block, 0) >= most) {
        return false;
      }
    }
    return true;
  }

  void add(long[] blocks) {
    for (long block : blocks) {
      counts.merge(block, 1, Integer::sum);
    }
  }

  void remove(long[] blocks) {
    for (long block : blocks) {
      counts.computeIfPresent(block, (b, count) -> count == 1 ? null : count - 1);
    }
  }
}

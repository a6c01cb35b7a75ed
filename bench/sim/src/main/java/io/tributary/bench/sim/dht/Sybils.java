package io.tributary.bench.sim.dht;

import io.tributary.bench.sim.SimNetwork;
import io.tributary.bench.sim.SimNode;
import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One party that has many nodes in the DHT and wants content not to be found. They make themselves
 * known, answer every request with each other and with peers that do not exist, whichever are
 * nearest to the key, take announcements and never tell of them.
 *
 * <p>Some may have chosen their ids, so that they are nearer to a key than any honest node.
 */
final class Sybils {

  private static final int ANSWER = 20;
  private static final int INVENTED_PER_SYBIL = 4;
  private static final int HELLOS = 40;
  private static final Duration HELLO_EVERY = Duration.ofMinutes(10);

  private final SimNetwork<DhtMessage> network;
  private final Directory directory;
  private final SplittableRandom random;
  private final Ring real = new Ring();
  private final Ring invented = new Ring();

  /** Contacts by position, of which the nearest to a key are found quickly. */
  private static final class Ring {
    private final TreeMap<Position, Contact> contacts = new TreeMap<>();
    private List<Contact> sorted = List.of();

    void add(Contact contact) {
      contacts.put(contact.position(), contact);
    }

    List<Contact> nearest(Position target, int count) {
      if (sorted.size() != contacts.size()) {
        sorted = List.copyOf(contacts.values());
      }
      int from = 0;
      int to = sorted.size();
      for (int bit = 0; to - from > 2 * count; bit++) {
        int middle = firstUnlike(target, from, to, bit);
        if (middle == to && !shares(target, sorted.get(from), bit + 1)) {
          break;
        }
        boolean upper = middle < to && shares(target, sorted.get(to - 1), bit + 1);
        int lowFrom = upper ? middle : from;
        int lowTo = upper ? to : middle;
        if (lowTo - lowFrom < count) {
          break;
        }
        from = lowFrom;
        to = lowTo;
      }
      List<Contact> near = new ArrayList<>(sorted.subList(from, to));
      near.sort(Comparator.comparing(Contact::position, target::compareDistances));
      return near.subList(0, Math.min(count, near.size()));
    }

    private static boolean shares(Position target, Contact contact, int bits) {
      return target.commonPrefixBits(contact.position()) >= bits;
    }

    /** Where, among those that share the bits before, the next bit turns from 0 to 1. */
    private int firstUnlike(Position target, int from, int to, int bit) {
      boolean first = shares(target, sorted.get(from), bit + 1);
      int low = from;
      int high = to;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (shares(target, sorted.get(middle), bit + 1) == first) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  Sybils(SimNetwork<DhtMessage> network, Directory directory, SplittableRandom random) {
    this.network = network;
    this.directory = directory;
    this.random = random;
  }

  /** Makes a node one of them. */
  void add(SimNode node, Supplier<SimNode> anyone) {
    Multiaddr address = directory.assign(node, random);
    Contact contact = Contact.of(Directory.newPeer(random), List.of(address));
    join(node, contact, anyone);
  }

  /**
   * Makes a node one of them whose id begins like a key.
   *
   * @param bits how many bits of the positions are the same
   * @param blocks in how many blocks of addresses such nodes are
   * @param neighbour any of the nodes nearest to the key
   */
  void addNear(
      Position key,
      int bits,
      int blocks,
      SimNode node,
      Supplier<SimNode> anyone,
      Supplier<SimNode> neighbour) {
    PeerId peer = Directory.newPeer(random);
    while (Position.ofHashed(peer.toBytes()).commonPrefixBits(key) < bits) {
      peer = Directory.newPeer(random);
    }
    int firstBlock = Directory.BLOCKS / 2;
    Contact contact = Contact.of(peer, List.of(directory.assign(node, random, firstBlock, blocks)));
    join(node, contact, () -> random.nextBoolean() ? anyone.get() : neighbour.get());
  }

  private void join(SimNode node, Contact contact, Supplier<SimNode> anyone) {
    real.add(contact);
    for (int i = 0; i < INVENTED_PER_SYBIL; i++) {
      Multiaddr nowhere = directory.assign(node, random);
      directory.release(nowhere);
      invented.add(Contact.of(Directory.newPeer(random), List.of(nowhere)));
    }
    network.attach(node, new Endpoint());
    hello(node, contact, anyone);
  }

  private void hello(SimNode node, Contact contact, Supplier<SimNode> anyone) {
    for (int i = 0; i < HELLOS; i++) {
      network.ask(
          node,
          anyone.get(),
          new DhtMessage.Asked(contact, true, new Request.FindNode(DhtKey.of(contact.peer()))),
          Duration.ofSeconds(10),
          new SimNetwork.Answer<>() {
            @Override
            public void onAnswer(DhtMessage answer) {}

            @Override
            public void onFailure(SimNetwork.Failure failure) {}
          });
    }
    node.timekeeper().after(HELLO_EVERY, () -> hello(node, contact, anyone));
  }

  /** How many there are. */
  int size() {
    return real.contacts.size();
  }

  private final class Endpoint implements SimNetwork.Endpoint<DhtMessage> {

    @Override
    public void onTell(SimNode from, DhtMessage message) {
      // An announcement, which nobody will hear of.
    }

    @Override
    public void onAsk(SimNode from, DhtMessage message, Consumer<DhtMessage> reply) {
      if (message instanceof DhtMessage.Asked asked) {
        Position target = asked.request().key().position();
        Map<Position, Contact> both = new TreeMap<>(target::compareDistances);
        real.nearest(target, ANSWER / 2).forEach(each -> both.put(each.position(), each));
        invented.nearest(target, ANSWER / 2).forEach(each -> both.put(each.position(), each));
        reply.accept(new DhtMessage.Answered(Response.closer(List.copyOf(both.values()))));
      }
    }
  }
}

package io.tributary.bench.sim.dht;

import io.tributary.bench.sim.SimNetwork;
import io.tributary.bench.sim.SimNode;
import io.tributary.kademlia.Kademlia;
import io.tributary.kademlia.KademliaConfig;
import io.tributary.kademlia.KademliaMetrics;
import io.tributary.kademlia.Mode;
import io.tributary.kademlia.Stores;
import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.kademlia.network.AskFailure;
import io.tributary.kademlia.network.KademliaNetwork;
import io.tributary.kademlia.network.KademliaService.Verdict;
import io.tributary.kademlia.value.Namespaces;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A real {@link Kademlia} node on a simulated machine. */
public final class SimDhtNode {

  private final SimNode node;
  private final SimNetwork<DhtMessage> network;
  private final Directory directory;
  private final PeerId peer;
  private final KademliaConfig config;
  private final Stores stores;
  private Multiaddr address;
  private Contact contact;
  private Kademlia kademlia;

  /**
   * A node that has not started; in client mode if its machine can't be reached.
   *
   * @param bootstrap addresses of nodes that are there
   */
  public SimDhtNode(
      SimNode node,
      SimNetwork<DhtMessage> network,
      Directory directory,
      List<Multiaddr> bootstrap) {
    this.node = node;
    this.network = network;
    this.directory = directory;
    this.peer = Directory.newPeer(node.random());
    this.config =
        KademliaConfig.server(bootstrap).with(node.isReachable() ? Mode.SERVER : Mode.CLIENT);
    this.stores = Stores.inMemory(peer, config, node.timekeeper().clock());
    this.address = directory.assign(node, node.random());
    this.contact = Contact.of(peer, List.of(address));
    this.kademlia = create();
  }

  private Kademlia create() {
    return new Kademlia(
        peer,
        config,
        node.timekeeper(),
        node.random(),
        new Port(),
        stores,
        Namespaces.publicKeys(),
        KademliaMetrics.NONE);
  }

  /** Joins the network. */
  public void start(List<Contact> remembered) {
    network.attach(node, new Endpoint());
    kademlia.start(remembered);
  }

  /** Dies at once. */
  public void kill() {
    node.kill();
    network.detach(node);
    directory.release(address);
  }

  /** Comes back elsewhere, with what it kept and the peers it remembers. */
  public void restart() {
    List<Contact> remembered = kademlia.peers().join();
    node.restart();
    address = directory.assign(node, node.random());
    contact = Contact.of(peer, List.of(address));
    kademlia = create();
    start(remembered);
  }

  /** The machine. */
  public SimNode machine() {
    return node;
  }

  /** The node. */
  public Kademlia dht() {
    return kademlia;
  }

  /** Who it is, and where. */
  public Contact contact() {
    return contact;
  }

  private boolean isServer() {
    return kademlia.mode() == Mode.SERVER;
  }

  private final class Endpoint implements SimNetwork.Endpoint<DhtMessage> {

    @Override
    public void onTell(SimNode from, DhtMessage message) {
      if (message instanceof DhtMessage.Asked asked) {
        answer(asked);
      }
    }

    @Override
    public void onAsk(SimNode from, DhtMessage message, Consumer<DhtMessage> reply) {
      if (message instanceof DhtMessage.Asked asked) {
        Verdict verdict = answer(asked);
        if (asked.request() instanceof Request.Ping) {
          reply.accept(new DhtMessage.Answered(Response.closer(List.of(contact))));
        } else if (verdict instanceof Verdict.Answered answered) {
          reply.accept(new DhtMessage.Answered(answered.response()));
        } else if (verdict instanceof Verdict.Refused refused) {
          reply.accept(new DhtMessage.Refused(refused.reason()));
        }
      }
    }

    private Verdict answer(DhtMessage.Asked asked) {
      if (asked.server()) {
        kademlia.onServer(asked.from());
      }
      return kademlia.answer(asked.from(), asked.request());
    }
  }

  private final class Port implements KademliaNetwork {

    @Override
    public List<Multiaddr> ownAddresses() {
      return contact.addresses();
    }

    @Override
    public Optional<Contact> connected(DhtKey key) {
      return Optional.empty();
    }

    @Override
    public void connect(Multiaddr to) {
      Contact anyone = Contact.of(peer, List.of(to));
      ask(
          anyone,
          new Request.Ping(DhtKey.of(peer)),
          Duration.ofSeconds(10),
          new Reply() {
            @Override
            public void onResponse(Response response) {
              // Identify would tell who it is; here the answer does.
              response.closer().stream().limit(1).forEach(kademlia::onServer);
            }

            @Override
            public void onFailure(AskFailure failure) {}
          });
    }

    @Override
    public void ask(Contact to, Request request, Duration deadline, Reply reply) {
      Optional<SimNode> there = directory.find(to.addresses());
      if (there.isEmpty()) {
        Duration giveUp = Duration.ofSeconds(5);
        node.timekeeper()
            .after(
                deadline.compareTo(giveUp) < 0 ? deadline : giveUp,
                () -> reply.onFailure(AskFailure.UNREACHABLE));
        return;
      }
      network.ask(
          node,
          there.get(),
          new DhtMessage.Asked(contact, isServer(), request),
          deadline,
          new SimNetwork.Answer<>() {
            @Override
            public void onAnswer(DhtMessage message) {
              if (message instanceof DhtMessage.Answered answered) {
                reply.onResponse(answered.response());
              } else {
                reply.onFailure(AskFailure.REFUSED);
              }
            }

            @Override
            public void onFailure(SimNetwork.Failure failure) {
              reply.onFailure(
                  failure == SimNetwork.Failure.UNREACHABLE
                      ? AskFailure.UNREACHABLE
                      : AskFailure.TIMED_OUT);
            }
          });
    }

    @Override
    public void tell(
        Contact to, Request request, Duration deadline, Consumer<Optional<AskFailure>> done) {
      Optional<SimNode> there = directory.find(to.addresses());
      there.ifPresent(
          found -> network.tell(node, found, new DhtMessage.Asked(contact, isServer(), request)));
      Optional<AskFailure> failure =
          there.isPresent() ? Optional.empty() : Optional.of(AskFailure.UNREACHABLE);
      node.timekeeper().execute(() -> done.accept(failure));
    }

    @Override
    public void serve(boolean on) {
      // Who asks tells its mode with each request.
    }
  }
}

package io.tributary.kademlia.network;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries requests to peers. Called, and calls back, on the thread of the DHT's timekeeper. */
public interface KademliaNetwork {

  /** Where this peer can be reached now, without its id. */
  List<Multiaddr> ownAddresses();

  /** A peer by the key it is found under, if this node is connected to it. */
  Optional<Contact> connected(DhtKey key);

  /**
   * A peer that has just answered, at the addresses that it names itself. Over a connection that
   * was there it answers whatever addresses were told of it, so that it did proves none of them.
   *
   * @return the same if it has named none
   */
  default Contact reached(Contact peer) {
    return peer;
  }

  /** Connects to an address of the bootstrap list; who answers there is told to the service. */
  void connect(Multiaddr address);

  /**
   * Asks a peer.
   *
   * @param deadline until when an answer counts, dialling included
   * @param reply called once
   */
  void ask(Contact to, Request request, Duration deadline, Reply reply);

  /**
   * Sends a request that has no response.
   *
   * @param done told once it has gone out, or why not
   */
  void tell(Contact to, Request request, Duration deadline, Consumer<Optional<AskFailure>> done);

  /** Begins or ceases to be known to peers as one that answers. */
  void serve(boolean on);

  /** What comes of a request: one of these is called, once. */
  interface Reply {

    /** The peer has answered. */
    void onResponse(Response response);

    /** It has not, or nothing usable. */
    void onFailure(AskFailure failure);
  }
}

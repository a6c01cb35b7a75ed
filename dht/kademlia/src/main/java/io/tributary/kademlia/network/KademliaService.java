package io.tributary.kademlia.network;

import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.libp2p.multiformats.PeerId;

/** The answering side of a DHT. Called on the thread of its timekeeper. */
public interface KademliaService {

  /** Answers a peer's request. */
  Verdict answer(Contact from, Request request);

  /** A peer has shown up that answers this DHT's protocol. */
  void onServer(Contact contact);

  /** A peer has said that it does not, or no longer, answer this DHT's protocol. */
  void onNotServer(PeerId peer);

  /** What becomes of a request. */
  sealed interface Verdict {

    /** It is answered. */
    record Answered(Response response) implements Verdict {}

    /** It is done, and has no response. */
    record Done() implements Verdict {}

    /** It is refused; the stream it came on ends. */
    record Refused(RefusalReason reason) implements Verdict {}
  }
}

package io.tributary.bench.sim.dht;

import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.kademlia.network.RefusalReason;
import java.util.List;

/** What nodes of a simulated DHT send: requests and responses as they are, not encoded. */
public sealed interface DhtMessage {

  /** How long it would be on the wire, about. */
  int bytes();

  /**
   * A request, with what identify would have told of its sender.
   *
   * @param server whether the sender answers requests too
   */
  record Asked(Contact from, boolean server, Request request) implements DhtMessage {
    @Override
    public int bytes() {
      int bytes = FRAME_BYTES + request.key().length();
      if (request instanceof Request.AddProvider announcement) {
        bytes += contacts(announcement.providers());
      } else if (request instanceof Request.PutValue put) {
        bytes += put.record().value().length + put.key().length();
      }
      return bytes;
    }
  }

  /** A response. */
  record Answered(Response response) implements DhtMessage {
    @Override
    public int bytes() {
      return FRAME_BYTES
          + contacts(response.closer())
          + contacts(response.providers())
          + response.value().map(value -> value.value().length + value.key().length()).orElse(0);
    }
  }

  /** The request was refused. */
  record Refused(RefusalReason reason) implements DhtMessage {
    @Override
    public int bytes() {
      return FRAME_BYTES;
    }
  }

  /** Lengths, types and the muxer's header. */
  int FRAME_BYTES = 32;

  /** An id, two addresses and their tags. */
  int CONTACT_BYTES = 80;

  private static int contacts(List<Contact> contacts) {
    return CONTACT_BYTES * contacts.size();
  }
}

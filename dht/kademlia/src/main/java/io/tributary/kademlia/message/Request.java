package io.tributary.kademlia.message;

import io.tributary.kademlia.key.DhtKey;
import java.util.List;

/** What one peer asks of another. */
public sealed interface Request {

  /** What it is about. */
  DhtKey key();

  /** Its kind, for metrics. */
  Kind kind();

  /** Who is near a key? */
  record FindNode(DhtKey key) implements Request {
    @Override
    public Kind kind() {
      return Kind.FIND_NODE;
    }
  }

  /** Who provides content, and who is near? */
  record GetProviders(DhtKey key) implements Request {
    @Override
    public Kind kind() {
      return Kind.GET_PROVIDERS;
    }
  }

  /**
   * The sender provides content. Has no response.
   *
   * @param providers as sent; only the sender itself counts
   */
  record AddProvider(DhtKey key, List<Contact> providers) implements Request {
    public AddProvider {
      providers = List.copyOf(providers);
    }

    @Override
    public Kind kind() {
      return Kind.ADD_PROVIDER;
    }
  }

  /** What is the value of a key, and who is near? */
  record GetValue(DhtKey key) implements Request {
    @Override
    public Kind kind() {
      return Kind.GET_VALUE;
    }
  }

  /** Keep this value. The response repeats it. */
  record PutValue(ValueRecord record) implements Request {
    @Override
    public DhtKey key() {
      return record.key();
    }

    @Override
    public Kind kind() {
      return Kind.PUT_VALUE;
    }
  }

  /** Are you there? Answered, but no longer asked. */
  record Ping(DhtKey key) implements Request {
    @Override
    public Kind kind() {
      return Kind.PING;
    }
  }

  /** The kinds of requests. */
  enum Kind {
    FIND_NODE,
    GET_PROVIDERS,
    ADD_PROVIDER,
    GET_VALUE,
    PUT_VALUE,
    PING
  }
}

package io.tributary.kademlia.message;

import java.util.List;
import java.util.Optional;

/**
 * What comes back.
 *
 * @param closer peers near the key, at most {@link #MAX_CLOSER}
 * @param providers of the content asked for, at most {@link #MAX_PROVIDERS}
 * @param value the value asked for or put
 */
public record Response(List<Contact> closer, List<Contact> providers, Optional<ValueRecord> value) {

  /** The most peers in a response that are near the key. */
  public static final int MAX_CLOSER = 20;

  /** The most providers in a response. */
  public static final int MAX_PROVIDERS = 100;

  public Response {
    closer = List.copyOf(closer);
    providers = List.copyOf(providers);
  }

  /** A response of peers near the key. */
  public static Response closer(List<Contact> contacts) {
    return new Response(contacts, List.of(), Optional.empty());
  }
}

package io.tributary.libp2p.peers;

import io.tributary.libp2p.multiformats.PeerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much peers are worth to the parts of a node. When connections are too many, those to the
 * peers with the least sum of tags go first, and those to protected peers not at all. Thread-safe.
 */
public final class PeerTags {

  /** The most peers with tags or protection; more are refused. */
  public static final int MAX_PEERS = 65_536;

  /** The most tags and the most protections of one peer. */
  public static final int MAX_PER_PEER = 32;

  private record Standing(Map<String, Integer> tags, Set<String> protectors) {
    boolean isEmpty() {
      return tags.isEmpty() && protectors.isEmpty();
    }
  }

  private final Map<PeerId, Standing> standings = new ConcurrentHashMap<>();

  /**
   * Gives a peer a tag, or changes it.
   *
   * @param value its worth; may be negative
   * @throws IllegalStateException beyond {@link #MAX_PEERS} or {@link #MAX_PER_PEER}
   */
  public void tag(PeerId peer, String name, int value) {
    change(
        peer,
        standing -> {
          standing.tags().put(name, value);
          requireRoom(standing.tags().size());
        });
  }

  /** Takes a tag away. */
  public void untag(PeerId peer, String name) {
    change(peer, standing -> standing.tags().remove(name));
  }

  /**
   * Protects a peer's connections from trimming until each protector has let go.
   *
   * @throws IllegalStateException beyond {@link #MAX_PEERS} or {@link #MAX_PER_PEER}
   */
  public void protect(PeerId peer, String protector) {
    change(
        peer,
        standing -> {
          standing.protectors().add(protector);
          requireRoom(standing.protectors().size());
        });
  }

  /** Ends a protection. */
  public void unprotect(PeerId peer, String protector) {
    change(peer, standing -> standing.protectors().remove(protector));
  }

  /** Whether anybody protects a peer. */
  public boolean isProtected(PeerId peer) {
    Standing standing = standings.get(peer);
    return standing != null && !standing.protectors().isEmpty();
  }

  /** The sum of a peer's tags. */
  public long worth(PeerId peer) {
    Standing standing = standings.get(peer);
    return standing == null
        ? 0
        : standing.tags().values().stream().mapToLong(Integer::longValue).sum();
  }

  /** How many peers have tags or protection. */
  public int size() {
    return standings.size();
  }

  private interface Change {
    void apply(Standing standing);
  }

  private void change(PeerId peer, Change change) {
    standings.compute(
        peer,
        (ignored, before) -> {
          if (before == null && standings.size() >= MAX_PEERS) {
            throw new IllegalStateException("more than " + MAX_PEERS + " peers have tags");
          }
          Standing after =
              before == null
                  ? new Standing(new HashMap<>(), new HashSet<>())
                  : new Standing(new HashMap<>(before.tags()), new HashSet<>(before.protectors()));
          change.apply(after);
          return after.isEmpty() ? null : after;
        });
  }

  private static void requireRoom(int size) {
    if (size > MAX_PER_PEER) {
      throw new IllegalStateException("more than " + MAX_PER_PEER + " tags on one peer");
    }
  }
}

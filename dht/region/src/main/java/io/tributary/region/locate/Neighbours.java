package io.tributary.region.locate;

import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Members of other regions that were met, with the round trips measured to them: what says which
 * regions are near, since what cachers declare is only a hint. Thread-safe.
 */
public final class Neighbours {
  /** How many members are remembered; those met longest ago are forgotten. */
  public static final int MAX = 256;

  /** A member of another region. */
  public record Neighbour(Contact member, Region region, Duration roundTrip) {}

  private final Map<PeerId, Neighbour> met =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Neighbour> eldest) {
          return size() > MAX;
        }
      };

  /** A round trip to a member was measured; it is averaged with earlier ones. */
  public synchronized void measured(Contact member, Region region, Duration roundTrip) {
    Neighbour known = met.get(member.peer());
    Duration smoothed =
        known == null || !known.region().equals(region)
            ? roundTrip
            : known.roundTrip().multipliedBy(3).plus(roundTrip).dividedBy(4);
    met.put(member.peer(), new Neighbour(member, region, smoothed));
  }

  /** A member is gone. */
  public synchronized void forget(PeerId peer) {
    met.remove(peer);
  }

  /** Returns the nearest member of each of the nearest regions, the nearest first. */
  public synchronized List<Neighbour> nearest(int regions, Region butNotOf) {
    Map<Region, Neighbour> best = new LinkedHashMap<>();
    met.values().stream()
        .filter(neighbour -> !neighbour.region().equals(butNotOf))
        .sorted(
            Comparator.comparing(Neighbour::roundTrip)
                .thenComparing(neighbour -> neighbour.member().peer()))
        .forEach(neighbour -> best.putIfAbsent(neighbour.region(), neighbour));
    List<Neighbour> nearest = new ArrayList<>(best.values());
    return List.copyOf(nearest.subList(0, Math.min(regions, nearest.size())));
  }
}

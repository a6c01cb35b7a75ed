package io.tributary.libp2p.dial;

import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The addresses that have failed, each left alone for a while that doubles with every further
 * failure. Thread-safe.
 */
public final class DialBackoff {

  /** How long an address is left alone after its first failure. */
  public static final Duration FIRST = Duration.ofSeconds(1);

  /** How long at most; an address that has not failed again for as long counts as new. */
  public static final Duration LONGEST = Duration.ofMinutes(5);

  /** The most addresses remembered; the longest unused is forgotten first. */
  public static final int MAX_ADDRESSES = 4096;

  private record Target(PeerId peer, Multiaddr address) {}

  private record Failed(Duration pause, Instant until) {}

  private final InstantSource clock;
  private final Map<Target, Failed> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Target, Failed> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  /** Without any failure. */
  public DialBackoff(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether a peer's address is to be left alone now. */
  public synchronized boolean isHeldOff(PeerId peer, Multiaddr address) {
    Failed failed = failures.get(new Target(peer, address));
    return failed != null && clock.instant().isBefore(failed.until());
  }

  /** Notes a failure. */
  public synchronized void failed(PeerId peer, Multiaddr address) {
    Instant now = clock.instant();
    Target target = new Target(peer, address);
    Failed before = failures.get(target);
    Duration pause = FIRST;
    if (before != null && now.isBefore(before.until().plus(LONGEST))) {
      Duration twice = before.pause().multipliedBy(2);
      pause = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }
    failures.put(target, new Failed(pause, now.plus(pause)));
  }

  /** Notes that an address works. */
  public synchronized void succeeded(PeerId peer, Multiaddr address) {
    failures.remove(new Target(peer, address));
  }

  synchronized int size() {
    return failures.size();
  }
}

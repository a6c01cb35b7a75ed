package io.tributary.libp2p.autonat;

import io.tributary.libp2p.limits.IpPrefix;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether this host can be dialled at each of its addresses, judged from what servers found.
 * Thread-safe.
 *
 * <p>Of servers in one network the last one counts. What one server says is not enough: those who
 * found the one thing must weigh {@value #CONVINCING}, and more than those who found the other.
 * What a server of version 2 found weighs {@value #WEIGHT_2}, of version 1 {@value #WEIGHT_1}.
 * Where those that this host had not sent to before have a say, it is theirs alone that an address
 * can be reached. Evidence is forgotten after {@link #LIFE}.
 */
public final class Reachability {

  /** How long evidence counts. */
  public static final Duration LIFE = Duration.ofHours(1);

  /** The most addresses judged; further ones are not. */
  public static final int MAX_ADDRESSES = 32;

  /** The most networks heard for each address. */
  public static final int MAX_NETWORKS = 16;

  /** What a dial by version 2 weighs, where a nonce has proven it. */
  static final int WEIGHT_2 = 3;

  /** What a dial by version 1 weighs. */
  static final int WEIGHT_1 = 2;

  /** What it takes. */
  static final int CONVINCING = 6;

  /** Whether an address can be dialled. */
  public enum Verdict {
    /** Nobody has tried, too few have, or they disagree. */
    UNKNOWN,
    REACHABLE,
    /**
     * Those to whom this host has sent reach it, others have tried in vain: a NAT lets in whom it
     * knows.
     */
    CONTACTED_ONLY,
    UNREACHABLE
  }

  /**
   * What one server found.
   *
   * @param network in which it is
   * @param version of the protocol, 1 or 2
   * @param origin whether it dialled from an address that this host had sent to
   */
  public record Evidence(
      PeerId server,
      IpPrefix network,
      int version,
      boolean reached,
      DialOrigin origin,
      Instant at) {}

  /**
   * A verdict and what it rests on.
   *
   * @param evidence the last first
   */
  public record Judgement(Multiaddr address, Verdict verdict, List<Evidence> evidence) {
    public Judgement {
      evidence = List.copyOf(evidence);
    }
  }

  private final InstantSource clock;
  private final Map<Multiaddr, Map<IpPrefix, Evidence>> heard = new LinkedHashMap<>();

  public Reachability(InstantSource clock) {
    this.clock = clock;
  }

  /** Hears what a server found. */
  public synchronized void add(Multiaddr address, Evidence evidence) {
    Map<IpPrefix, Evidence> known = heard.get(address);
    if (known == null) {
      if (heard.size() >= MAX_ADDRESSES) {
        return;
      }
      known = new LinkedHashMap<>();
      heard.put(address, known);
    }
    if (known.size() < MAX_NETWORKS || known.containsKey(evidence.network())) {
      known.put(evidence.network(), evidence);
    }
  }

  /** Forgets what was heard of an address. */
  public synchronized void forget(Multiaddr address) {
    heard.remove(address);
  }

  /** Forgets all other addresses. */
  public synchronized void retain(Set<Multiaddr> addresses) {
    heard.keySet().retainAll(addresses);
  }

  /** Judges an address by what is known now. */
  public synchronized Judgement judge(Multiaddr address) {
    Instant oldest = clock.instant().minus(LIFE);
    Map<IpPrefix, Evidence> known = heard.getOrDefault(address, Map.of());
    List<Evidence> fresh = new ArrayList<>();
    for (Evidence each : known.values()) {
      if (each.at().isAfter(oldest)) {
        fresh.add(each);
      }
    }
    fresh.sort(Comparator.comparing(Evidence::at).reversed());
    return new Judgement(address, verdict(fresh), fresh);
  }

  private static Verdict verdict(List<Evidence> fresh) {
    Verdict contacts = majority(of(fresh, DialOrigin.SAME_ADDRESS));
    Verdict strangers = majority(of(fresh, DialOrigin.OTHER_ADDRESS));
    return contacts == Verdict.REACHABLE && strangers == Verdict.UNREACHABLE
        ? Verdict.CONTACTED_ONLY
        : majority(fresh);
  }

  private static List<Evidence> of(List<Evidence> evidence, DialOrigin origin) {
    return evidence.stream().filter(each -> each.origin() == origin).toList();
  }

  private static Verdict majority(List<Evidence> evidence) {
    int reached = weight(evidence, true);
    int missed = weight(evidence, false);
    return reached >= CONVINCING && reached > missed
        ? Verdict.REACHABLE
        : missed >= CONVINCING && missed > reached ? Verdict.UNREACHABLE : Verdict.UNKNOWN;
  }

  private static int weight(Collection<Evidence> evidence, boolean reached) {
    return evidence.stream()
        .filter(each -> each.reached() == reached)
        .mapToInt(each -> each.version() == 1 ? WEIGHT_1 : WEIGHT_2)
        .sum();
  }
}

package io.tributary.region.reach;

import io.tributary.libp2p.autonat.AutoNatLimits;
import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.dcutr.PunchOptions;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.nat.NatOptions;
import io.tributary.libp2p.portmap.PortMapOptions;
import io.tributary.libp2p.relay.CircuitLimit;
import io.tributary.libp2p.relay.RelayChooser;
import io.tributary.libp2p.relay.RelayClient;
import io.tributary.libp2p.relay.RelayLimits;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the operator decides of how a node is reached, and of what it does for others.
 *
 * @param declared whether it can be dialled, as the operator says; empty to have others try
 * @param relays at how many relays it keeps a place while it can't be dialled, at most {@value
 *     #MAX_RELAYS}; 0 for none
 * @param staticRelays relays to ask first, at most {@value #MAX_STATIC_RELAYS}, each with its peer
 *     id
 * @param relaying what it gives as a relay, if it can be dialled; empty if nothing
 * @param isTrying whether it tries for others if they can be dialled, if it can be itself
 * @param isPunching whether it makes relayed connections direct
 * @param isMapping whether it asks the router to forward its ports
 */
public record ReachSettings(
    Optional<Standing> declared,
    int relays,
    List<Multiaddr> staticRelays,
    Optional<RelayLimits> relaying,
    boolean isTrying,
    boolean isPunching,
    boolean isMapping) {

  /** The most relays at which a node has a place. */
  public static final int MAX_RELAYS = RelayClient.MAX_PLACES;

  /** At how many relays a node has a place by default: one may go. */
  public static final int USUAL_RELAYS = 2;

  /** The most relays that the operator names. */
  public static final int MAX_STATIC_RELAYS = 16;

  /** How many peers may be reached through a relay by default. */
  public static final int USUAL_RESERVATIONS = 128;

  /** The most peers that may be reached through a relay. */
  public static final int MAX_RESERVATIONS = 65_536;

  /** How many KiB a circuit may carry in each direction by default. */
  public static final int USUAL_CIRCUIT_KIB = 128;

  /** The most KiB that a circuit may carry in each direction. */
  public static final int MAX_CIRCUIT_KIB = 16_384;

  /**
   * How many bytes a relayed connection may have carried and still take streams, for the few words
   * that do not wait for a direct one: whether a fragment is here, where its homes are, who the
   * members of the region are.
   */
  public static final long LENT_BYTES = 96L << 10;

  public ReachSettings {
    staticRelays = List.copyOf(staticRelays);
    if (relays < 0 || relays > MAX_RELAYS) {
      throw new IllegalArgumentException("relays " + relays + " is outside 0.." + MAX_RELAYS);
    }
    if (staticRelays.size() > MAX_STATIC_RELAYS) {
      throw new IllegalArgumentException("more than " + MAX_STATIC_RELAYS + " relays are named");
    }
  }

  /** Finds out, keeps two places, punches, tries for others, is no relay and maps no ports. */
  public static ReachSettings defaults() {
    return new ReachSettings(
        Optional.empty(), USUAL_RELAYS, List.of(), Optional.empty(), true, true, false);
  }

  /** The limits of a relay with so many places and circuits of such a size. */
  public static RelayLimits limits(int reservations, int circuitKib) {
    RelayLimits usual = RelayLimits.defaults();
    return usual
        .withReservations(reservations, usual.reservationsPerCustomer())
        .withCircuit(new CircuitLimit(CircuitLimit.DEFAULT.duration(), (long) circuitKib << 10));
  }

  /**
   * Reads what the operator says of whether the node can be dialled.
   *
   * @throws IllegalArgumentException if it is neither of the three
   */
  public static Optional<Standing> standing(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "find-out" -> Optional.empty();
      case "public" -> Optional.of(Standing.PUBLIC);
      case "private" -> Optional.of(Standing.PRIVATE);
      default ->
          throw new IllegalArgumentException("is neither \"find-out\", \"public\" nor \"private\"");
    };
  }

  /**
   * Reads the address of a relay.
   *
   * @throws IllegalArgumentException if it names no peer
   */
  public static Multiaddr relay(String text) {
    Multiaddr address = Multiaddr.parse(text);
    if (address.peerId().isEmpty() || address.isRelayed()) {
      throw new IllegalArgumentException(
          "is not an address with a peer id such as /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…");
    }
    return address;
  }

  /**
   * How the router is to be asked for ports: not if the operator says that others can dial the node
   * anyway, nor if it listens for nobody outside its machine.
   */
  public Optional<PortMapOptions> mapping(Collection<Multiaddr> listening) {
    boolean isOpen = listening.stream().anyMatch(each -> !each.isLoopback());
    return isMapping && isOpen && declared.filter(Standing.PUBLIC::equals).isEmpty()
        ? Optional.of(PortMapOptions.defaults())
        : Optional.empty();
  }

  /** The same for a host. */
  NatOptions toOptions() {
    NatOptions usual = NatOptions.defaults();
    RelayChooser.Options choice = RelayChooser.Options.defaults();
    return new NatOptions(
        declared,
        relaying,
        isTrying ? Optional.of(AutoNatLimits.defaults()) : Optional.empty(),
        usual.asking(),
        relays == 0
            ? Optional.empty()
            : Optional.of(
                new RelayChooser.Options(
                    relays,
                    Math.max(relays, choice.tried()),
                    choice.probe(),
                    choice.pause(),
                    choice.holdOff())),
        isPunching ? Optional.of(PunchOptions.defaults()) : Optional.empty());
  }
}

package io.tributary.libp2p.sim;

import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who listens where, which links there are, and how bad they are. */
public final class Network {
  /** Bytes under way and not yet read, in one direction of a link, before the sender must wait. */
  static final int LINK_BYTES = 48 * 1024;

  private final Simulation simulation;
  private final Map<Multiaddr, MemoryTransport.Bound> listeners = new HashMap<>();
  private final List<Link> links = new ArrayList<>();
  private long maxDelayNanos = 5_000_000;
  private int lossPerThousand;

  Network(Simulation simulation) {
    this.simulation = simulation;
  }

  /** Sets the longest delay of a piece of bytes. */
  public void maxDelayNanos(long nanos) {
    maxDelayNanos = nanos;
  }

  /** Sets how likely it is, each time bytes are sent, that the link breaks at one of them. */
  public void lossPerThousand(int probability) {
    lossPerThousand = probability;
  }

  /** Breaks one of the links, if there is one. */
  public void breakOne() {
    links.removeIf(link -> !link.isOpen());
    if (!links.isEmpty()) {
      links.get(simulation.dice().nextInt(links.size())).tear();
    }
  }

  /** Links that are open at one of their ends at least. */
  public int openLinks() {
    links.removeIf(link -> !link.isOpen());
    return links.size();
  }

  boolean breaksNow() {
    return simulation.dice().nextInt(1000) < lossPerThousand;
  }

  long delayNanos() {
    return simulation.dice().nextLong(maxDelayNanos + 1);
  }

  Simulation simulation() {
    return simulation;
  }

  Optional<MemoryTransport.Bound> listener(Multiaddr address) {
    return Optional.ofNullable(listeners.get(address));
  }

  boolean bind(Multiaddr address, MemoryTransport.Bound listener) {
    return listeners.putIfAbsent(address, listener) == null;
  }

  void unbind(Multiaddr address) {
    listeners.remove(address);
  }

  /** Two channels that are connected, not registered yet. */
  Link link(Multiaddr dialler, Multiaddr listener) {
    Link link = new Link(this, dialler, listener);
    links.add(link);
    return link;
  }
}

package io.tributary.exchange.server;

import io.tributary.libp2p.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * Whose turn it is: how many deliveries are open over all peers and of each, which bulk deliveries
 * of a peer send now, and which of them leads. Short ones never wait for a turn. Thread-safe.
 */
final class PeerTurns {

  /*
   * One after the other, and side by side
   * -------------------------------------
   * Fragments that share a connection evenly all end at its end. Then the first is of use to nobody
   * before the last has come, and a payer, who pays for one fragment at most before it has checked
   * it, pays for nothing meanwhile: the payee's window runs dry and the line stands still until
   * vouchers have gone there and back. So of a peer's deliveries the oldest leads: it has nearly the
   * whole connection, and the others what it leaves. They are not held back altogether, for the
   * oldest may wait for its source, or for a reader that wants something of another one first.
   */

  /** A bulk delivery. */
  interface Bulk {
    /** It may send. */
    void onTurn();

    /** It may send, and goes before the others of its peer from now on. */
    void onLead();
  }

  private static final class Turns {
    int open;
    final Queue<Bulk> sending = new ArrayDeque<>();
    final Queue<Bulk> waiting = new ArrayDeque<>();
  }

  private final ServerSettings settings;
  private final Map<PeerId, Turns> peers = new HashMap<>();
  private int open;

  PeerTurns(ServerSettings settings) {
    this.settings = settings;
  }

  /** Counts one more delivery of a peer. Returns whether there is room for it. */
  synchronized boolean enter(PeerId peer) {
    Turns turns = peers.computeIfAbsent(peer, key -> new Turns());
    if (open >= settings.maxDeliveries() || turns.open >= settings.maxDeliveriesPerPeer()) {
      forgetIfUnused(peer, turns);
      return false;
    }
    open++;
    turns.open++;
    return true;
  }

  /** Tells a bulk delivery when it is its turn to send, which may be at once. */
  void send(PeerId peer, Bulk bulk) {
    boolean isNow;
    boolean leads;
    synchronized (this) {
      Turns turns = peers.computeIfAbsent(peer, key -> new Turns());
      isNow = turns.sending.size() < settings.maxBulkPerPeer();
      leads = turns.sending.isEmpty();
      (isNow ? turns.sending : turns.waiting).add(bulk);
    }
    if (leads) {
      bulk.onLead();
    } else if (isNow) {
      bulk.onTurn();
    }
  }

  /**
   * Takes a delivery that {@linkplain #enter entered} out, begins the next one, and names another
   * leader if it has led.
   *
   * @param bulk the delivery, if it was given to {@link #send}
   */
  void leave(PeerId peer, Optional<Bulk> bulk) {
    Optional<Bulk> next = Optional.empty();
    Optional<Bulk> leader = Optional.empty();
    synchronized (this) {
      Turns turns = peers.computeIfAbsent(peer, key -> new Turns());
      open--;
      turns.open--;
      if (bulk.isPresent() && !turns.waiting.remove(bulk.get())) {
        boolean hasLed = bulk.equals(Optional.ofNullable(turns.sending.peek()));
        turns.sending.remove(bulk.get());
        next = Optional.ofNullable(turns.waiting.poll());
        next.ifPresent(turns.sending::add);
        leader = hasLed ? Optional.ofNullable(turns.sending.peek()) : Optional.empty();
      }
      forgetIfUnused(peer, turns);
    }
    if (!next.equals(leader)) {
      next.ifPresent(Bulk::onTurn);
    }
    leader.ifPresent(Bulk::onLead);
  }

  private void forgetIfUnused(PeerId peer, Turns turns) {
    if (turns.open == 0) {
      peers.remove(peer);
    }
  }
}

package io.tributary.exchange.server;

import io.tributary.exchange.Priority;
import io.tributary.libp2p.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * Whose turn it is: how many deliveries are open over all peers and of each, and which bulk
 * deliveries of a peer send now. Short ones never wait for a turn. Thread-safe.
 */
final class PeerTurns {

  private static final class Turns {
    int open;
    int sending;
    final Queue<Runnable> waiting = new ArrayDeque<>();
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

  /** Runs a delivery's task when it is its turn to send, which may be at once. */
  void send(PeerId peer, Priority priority, Runnable task) {
    boolean isNow = priority == Priority.SHORT;
    if (!isNow) {
      synchronized (this) {
        Turns turns = peers.computeIfAbsent(peer, key -> new Turns());
        isNow = turns.sending < settings.maxBulkPerPeer();
        if (isNow) {
          turns.sending++;
        } else {
          turns.waiting.add(task);
        }
      }
    }
    if (isNow) {
      task.run();
    }
  }

  /**
   * Takes a delivery that {@linkplain #enter entered} out, and begins the next one.
   *
   * @param bulk its task, if it was given one to {@link #send} as bulk
   */
  void leave(PeerId peer, Optional<Runnable> bulk) {
    Runnable next = null;
    synchronized (this) {
      Turns turns = peers.computeIfAbsent(peer, key -> new Turns());
      open--;
      turns.open--;
      if (bulk.isPresent() && !turns.waiting.remove(bulk.get())) {
        next = turns.waiting.poll();
        if (next == null) {
          turns.sending--;
        }
      }
      forgetIfUnused(peer, turns);
    }
    if (next != null) {
      next.run();
    }
  }

  private void forgetIfUnused(PeerId peer, Turns turns) {
    if (turns.open == 0) {
      peers.remove(peer);
    }
  }
}

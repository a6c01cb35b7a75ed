package io.tributary.libp2p;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Those who wait for a direct connection to a peer that is reached over a relay so far.
 * Thread-safe.
 */
final class DirectWaits implements HostListener {

  /** The most that wait at a time; more are told that there is none at once. */
  static final int MAX_WAITING = 8192;

  private final ConnectionTable connections;
  private final EventLoopGroup loops;
  private final Map<PeerId, Queue<Promise<Connection>>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();

  DirectWaits(ConnectionTable connections, EventLoopGroup loops) {
    this.connections = connections;
    this.loops = loops;
    connections.addListener(this);
  }

  /** Completes a promise with the next direct connection, or fails it when the time is up. */
  void await(PeerId peer, Duration within, Promise<Connection> promise) {
    if (size.incrementAndGet() > MAX_WAITING) {
      size.decrementAndGet();
      promise.tryFailure(
          new DialException(
              DialException.Reason.LIMIT_REACHED, MAX_WAITING + " wait for direct connections"));
      return;
    }
    waiting.compute(
        peer,
        (key, before) -> {
          Queue<Promise<Connection>> queue =
              before == null ? new ConcurrentLinkedQueue<>() : before;
          queue.add(promise);
          return queue;
        });
    ScheduledFuture<?> deadline =
        loops.schedule(() -> giveUp(peer, within, promise), within.toNanos(), NANOSECONDS);
    promise.addListener(
        done -> {
          deadline.cancel(false);
          forget(peer, promise);
        });
    // One that came while this was noted.
    connections
        .best(peer)
        .filter(each -> !each.isLimited())
        .ifPresent(direct -> promise.trySuccess(direct));
  }

  private static void giveUp(PeerId peer, Duration within, Promise<Connection> promise) {
    promise.tryFailure(
        new DialException(
            DialException.Reason.RELAYED_ONLY,
            "there is no direct connection to " + peer + " after " + within));
  }

  private void forget(PeerId peer, Promise<Connection> promise) {
    size.decrementAndGet();
    waiting.computeIfPresent(
        peer,
        (key, queue) -> {
          queue.remove(promise);
          return queue.isEmpty() ? null : queue;
        });
  }

  @Override
  public void onConnected(Connection connection) {
    if (!connection.isLimited()) {
      Queue<Promise<Connection>> queue = waiting.get(connection.remotePeer());
      if (queue != null) {
        queue.forEach(each -> each.trySuccess(connection));
      }
    }
  }
}

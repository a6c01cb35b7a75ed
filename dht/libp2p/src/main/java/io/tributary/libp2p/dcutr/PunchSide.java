package io.tributary.libp2p.dcutr;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One side of a search for a direct connection with one peer, until it is decided. Thread-safe. */
abstract class PunchSide {
  final HolePuncher puncher;
  final Connection relayed;
  final long sinceNanos;
  private int attempts;
  private boolean agreed;
  private boolean finished;
  private @Nullable Future<Connection> punching;
  private @Nullable ScheduledFuture<?> timer;

  PunchSide(HolePuncher puncher, Connection relayed) {
    this.puncher = puncher;
    this.relayed = relayed;
    this.sinceNanos = relayed.eventLoop().ticker().nanoTime();
  }

  PeerId peer() {
    return relayed.remotePeer();
  }

  synchronized boolean isFinished() {
    return finished;
  }

  synchronized int attempts() {
    return attempts;
  }

  /**
   * Both have said that they will dial. From now on the peer may, so that a connection that comes
   * even before this side has dialled is the fruit of it.
   */
  synchronized void agree() {
    agreed = true;
  }

  synchronized boolean isAgreed() {
    return agreed;
  }

  /** Dials until it is met or the time is up. */
  void punch(List<Multiaddr> addresses, Role role) {
    synchronized (this) {
      if (finished) {
        return;
      }
      attempts++;
      Future<Connection> dialling = puncher.host().punch(peer(), addresses, role);
      punching = dialling;
    }
    awaitAttempt();
  }

  /** Has {@link #onAttemptOver} called when the time for what has just begun is up. */
  void awaitAttempt() {
    after(puncher.options().attemptTime(), this::onAttemptOver);
  }

  synchronized void after(Duration delay, Runnable task) {
    cancelTimer();
    if (finished) {
      return;
    }
    timer = relayed.eventLoop().schedule(task, delay.toNanos(), NANOSECONDS);
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  synchronized void stopPunching() {
    if (punching != null) {
      punching.cancel(false);
    }
  }

  abstract void onAttemptOver();

  abstract boolean isInitiative();

  abstract void forget();

  void onDirect(Connection connection) {
    finish(
        isAgreed() ? PunchResult.PUNCHED : PunchResult.DIALLED,
        Optional.of(connection.remoteAddress()));
  }

  void finish(PunchResult result) {
    finish(result, Optional.empty());
  }

  private void finish(PunchResult result, Optional<Multiaddr> address) {
    synchronized (this) {
      if (finished) {
        return;
      }
      finished = true;
      cancelTimer();
    }
    stopPunching();
    forget();
    long took = relayed.eventLoop().ticker().nanoTime() - sinceNanos;
    puncher.report(
        new PunchReport(
            peer(), isInitiative(), result, attempts(), Duration.ofNanos(took), address));
  }
}

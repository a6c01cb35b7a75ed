package io.tributary.libp2p.dial;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A race for one connection over several addresses, as by Happy Eyeballs (RFC 8305): an attempt
 * starts when the one before it has failed or had a head start; the first to succeed wins, and the
 * others are cancelled. Lives on one executor.
 *
 * @param <T> what an attempt yields
 */
public final class DialRace<T> {

  /** Default head start of an attempt before the next. */
  public static final Duration DEFAULT_HEAD_START = Duration.ofMillis(250);

  private final EventExecutor executor;
  private final ArrayDeque<Multiaddr> left;
  private final Function<Multiaddr, Future<T>> attempt;
  private final Consumer<T> discard;
  private final Duration headStart;
  private final Promise<T> winner;
  private final List<Future<T>> running = new ArrayList<>();
  private final Map<Multiaddr, Throwable> failures = new LinkedHashMap<>();
  private @Nullable ScheduledFuture<?> nextStart;
  private int unfinished;

  /**
   * A race.
   *
   * @param addresses in the order of trying
   * @param attempt starts an attempt; cancelling its future must undo it
   * @param discard takes what an attempt yielded after the race was decided
   */
  public DialRace(
      EventExecutor executor,
      List<Multiaddr> addresses,
      Function<Multiaddr, Future<T>> attempt,
      Consumer<T> discard,
      Duration headStart) {
    this.executor = executor;
    this.left = new ArrayDeque<>(addresses);
    this.attempt = attempt;
    this.discard = discard;
    this.headStart = headStart;
    this.winner = executor.newPromise();
  }

  /**
   * Runs the race. To be called once.
   *
   * @return the winner; a failure with {@link RaceLostException} if all attempts fail. Cancelling
   *     it cancels all attempts
   */
  public Future<T> run() {
    winner.addListener(ignored -> onLoop(this::stop));
    onLoop(this::startNext);
    return winner;
  }

  private void startNext() {
    if (nextStart != null) {
      nextStart.cancel(false);
      nextStart = null;
    }
    if (winner.isDone()) {
      return;
    }
    Multiaddr address = left.poll();
    if (address == null) {
      if (unfinished == 0) {
        winner.tryFailure(new RaceLostException(failures));
      }
      return;
    }
    unfinished++;
    Future<T> started = attempt.apply(address);
    running.add(started);
    if (!left.isEmpty()) {
      nextStart = executor.schedule((Runnable) this::startNext, headStart.toNanos(), NANOSECONDS);
    }
    started.addListener(result -> onLoop(() -> onFinished(address, started)));
  }

  private void onFinished(Multiaddr address, Future<T> finished) {
    unfinished--;
    running.remove(finished);
    if (finished.isSuccess()) {
      if (!winner.trySuccess(finished.getNow())) {
        discard.accept(finished.getNow());
      }
    } else {
      failures.put(address, finished.cause());
      startNext();
    }
  }

  private void stop() {
    if (nextStart != null) {
      nextStart.cancel(false);
    }
    left.clear();
    for (Future<T> each : List.copyOf(running)) {
      each.cancel(false);
    }
  }

  private void onLoop(Runnable action) {
    if (executor.inEventLoop()) {
      action.run();
    } else {
      executor.execute(action);
    }
  }
}

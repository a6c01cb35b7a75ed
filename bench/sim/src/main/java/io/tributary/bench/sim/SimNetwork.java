package io.tributary.bench.sim;

import io.tributary.libp2p.time.Timekeeper.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages of one type between the nodes of a {@link Simulation}.
 *
 * <p>Several networks can share the nodes, and with them connections, conditions and byte counts.
 * Messages are handed over as they are, so they should be immutable. Each takes the delay between
 * the regions and some jitter; the first one between two nodes also takes a handshake. A message
 * may be lost; one to a dead node, or to an unreachable one that has no connection with the sender,
 * does not arrive.
 *
 * @param <M> the messages
 */
public final class SimNetwork<M> {

  /** The receiving end of a node. Called in the node's time. */
  public interface Endpoint<M> {

    /** Takes a message that wants no answer. */
    void onTell(SimNode from, M message);

    /**
     * Takes a question.
     *
     * @param reply takes the answer, now or later; without a call the asker waits in vain
     */
    void onAsk(SimNode from, M request, Consumer<M> reply);
  }

  /** What comes of a question: exactly one call, unless the asker dies. */
  public interface Answer<M> {

    /** The answer has come within the deadline. */
    void onAnswer(M answer);

    /** No answer. */
    void onFailure(Failure failure);
  }

  /** Why there is no answer. */
  public enum Failure {
    /** No connection could be made. */
    UNREACHABLE,
    /** The deadline has passed. */
    TIMED_OUT
  }

  private final Simulation simulation;
  private final ToIntFunction<M> bytes;
  private final SplittableRandom random;
  private final List<@Nullable Attached<M>> endpoints = new ArrayList<>();

  private record Attached<M>(int life, Endpoint<M> endpoint) {}

  /**
   * @param bytes how long a message would be
   */
  public SimNetwork(Simulation simulation, ToIntFunction<M> bytes) {
    this.simulation = simulation;
    this.bytes = bytes;
    this.random = simulation.newRandom();
  }

  /** Sets who receives on a node, in its present life. */
  public void attach(SimNode node, Endpoint<M> endpoint) {
    while (endpoints.size() <= node.index()) {
      endpoints.add(null);
    }
    endpoints.set(node.index(), new Attached<>(node.life(), endpoint));
  }

  /** Sends a message; whether it arrives is not told. */
  public void tell(SimNode from, SimNode to, M message) {
    int length = bytes.applyAsInt(message);
    from.sent(length);
    if (!canReach(from, to) || isLost()) {
      return;
    }
    simulation.schedule(
        firstDelayNanos(from, to),
        () -> {
          Endpoint<M> endpoint = arrive(from, to, length);
          if (endpoint != null) {
            endpoint.onTell(from, message);
          }
        });
  }

  /** Asks a question. */
  public void ask(SimNode from, SimNode to, M request, Duration deadline, Answer<M> answer) {
    int length = bytes.applyAsInt(request);
    from.sent(length);
    if (!canReach(from, to)) {
      long giveUp = Math.min(deadline.toNanos(), simulation.conditions().dialTimeout().toNanos());
      boolean late = deadline.toNanos() < simulation.conditions().dialTimeout().toNanos();
      from.timekeeper()
          .after(
              Duration.ofNanos(giveUp),
              () -> answer.onFailure(late ? Failure.TIMED_OUT : Failure.UNREACHABLE));
      return;
    }
    Timer timer = from.timekeeper().after(deadline, () -> answer.onFailure(Failure.TIMED_OUT));
    if (isLost()) {
      return;
    }
    long timeOut = simulation.nanoTime() + deadline.toNanos();
    int life = from.life();
    simulation.schedule(
        firstDelayNanos(from, to),
        () -> {
          Endpoint<M> endpoint = arrive(from, to, length);
          if (endpoint != null) {
            endpoint.onAsk(
                from, request, reply -> answer(from, life, to, reply, timeOut, timer, answer));
          }
        });
  }

  private void answer(
      SimNode asker, int life, SimNode from, M reply, long timeOut, Timer timer, Answer<M> answer) {
    int length = bytes.applyAsInt(reply);
    from.sent(length);
    if (isLost()) {
      return;
    }
    long delay = delayNanos(from, asker);
    if (simulation.nanoTime() + delay >= timeOut) {
      return;
    }
    simulation.schedule(
        delay,
        () -> {
          if (asker.isAlive() && asker.life() == life) {
            timer.cancel();
            asker.received(length);
            simulation.trace(from, asker, length);
            answer.onAnswer(reply);
          }
        });
  }

  private @Nullable Endpoint<M> arrive(SimNode from, SimNode to, int length) {
    Attached<M> attached = to.index() < endpoints.size() ? endpoints.get(to.index()) : null;
    if (attached == null || !to.isAlive() || attached.life() != to.life()) {
      return null;
    }
    if (from.isAlive()) {
      from.connect(to);
    }
    to.received(length);
    simulation.trace(from, to, length);
    return attached.endpoint();
  }

  private static boolean canReach(SimNode from, SimNode to) {
    return to.isAlive() && (to.isReachable() || to.isConnectedTo(from));
  }

  private boolean isLost() {
    double loss = simulation.conditions().loss();
    return loss > 0 && random.nextDouble() < loss;
  }

  private long firstDelayNanos(SimNode from, SimNode to) {
    long delay = delayNanos(from, to);
    if (!from.isConnectedTo(to)) {
      for (int trip = 0; trip < simulation.conditions().handshakeRoundTrips(); trip++) {
        delay += delayNanos(from, to) + delayNanos(to, from);
      }
    }
    return delay;
  }

  private long delayNanos(SimNode from, SimNode to) {
    long base = simulation.conditions().latency().oneWayNanos(from.region(), to.region());
    double jitter = simulation.conditions().jitter();
    return jitter == 0 ? base : base + (long) (base * jitter * -Math.log(1 - random.nextDouble()));
  }
}

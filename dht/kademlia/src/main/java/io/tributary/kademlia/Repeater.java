package io.tributary.kademlia;

import io.tributary.kademlia.store.Errands;
import io.tributary.kademlia.store.Errands.Errand;
import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;

/** Does the node's errands when they are due, a few at a time. */
final class Repeater {

  private static final Duration TICK = Duration.ofSeconds(10);

  /** Does an errand, and tells how many peers it reached. */
  interface Doer extends BiConsumer<Errand, IntConsumer> {}

  private final Errands errands;
  private final KademliaConfig.Repeats settings;
  private final Timekeeper time;
  private final Doer doer;
  private final Queue<Errand> due = new ArrayDeque<>();
  private int active;
  private boolean stopped;

  Repeater(Errands errands, KademliaConfig.Repeats settings, Timekeeper time, Doer doer) {
    this.errands = errands;
    this.settings = settings;
    this.time = time;
    this.doer = doer;
  }

  void start() {
    time.after(TICK, this::tick);
  }

  void stop() {
    stopped = true;
  }

  private void tick() {
    if (stopped) {
      return;
    }
    errands.due(settings.interval(), due::add);
    work();
    time.after(TICK, this::tick);
  }

  private void work() {
    while (!stopped && active < settings.parallel()) {
      Errand next = due.poll();
      if (next == null) {
        return;
      }
      active++;
      doer.accept(
          next,
          reached -> {
            active--;
            if (reached == 0) {
              errands.again(next, settings.retry());
            }
            time.execute(this::work);
          });
    }
  }
}

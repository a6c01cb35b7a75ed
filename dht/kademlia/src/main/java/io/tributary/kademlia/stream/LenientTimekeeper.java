package io.tributary.kademlia.stream;

import io.tributary.libp2p.time.Timekeeper;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DHT's thread, to which streams on other threads hand what they get. Hosts end their event
 * loops in any order, so what is handed to it after its end is dropped.
 */
record LenientTimekeeper(Timekeeper next) implements Timekeeper {

  private static final Logger log = LoggerFactory.getLogger(LenientTimekeeper.class);

  @Override
  public InstantSource clock() {
    return next.clock();
  }

  @Override
  public long nanoTime() {
    return next.nanoTime();
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    try {
      return next.after(delay, task);
    } catch (RejectedExecutionException e) {
      log.debug("the DHT's thread has ended", e);
      return () -> {};
    }
  }

  @Override
  public boolean isCurrent() {
    return next.isCurrent();
  }

  @Override
  public void execute(Runnable task) {
    try {
      next.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("the DHT's thread has ended", e);
    }
  }
}

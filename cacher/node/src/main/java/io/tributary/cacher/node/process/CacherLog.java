package io.tributary.cacher.node.process;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the cacher tells its operator about its own life. */
final class CacherLog {
  private static final Logger LOG = LoggerFactory.getLogger("cacher.node");

  private CacherLog() {}

  static void started(String peer, String region, String price, String admin) {
    LOG.info("cacher {} serves region {} for {} a GiB; state at {}", peer, region, price, admin);
  }

  static void noWallet() {
    LOG.warn(
        "payment.keystore and payment.password-file are not set: siblings are not asked, and"
            + " fragments come from storage miners only");
  }

  static void alone() {
    LOG.warn(
        "the network profile has no [overlay]: this node finds no other, and only those find it who"
            + " know its address");
  }

  static void draining(long open, Duration atMost) {
    LOG.info("stopping: {} deliveries under way may go on for {} s", open, atMost.toSeconds());
  }

  static void drained(long left) {
    if (left == 0) {
      LOG.info("stopped: all deliveries ended in order");
    } else {
      LOG.warn("stopped: {} deliveries were cut off; raise drain-seconds if that matters", left);
    }
  }

  static void redemptionLeft(Duration waited) {
    LOG.warn(
        "stopped while a redemption waited for the chain for more than {} s; the next start goes on"
            + " with it",
        waited.toSeconds());
  }

  static void notSaved(String what, Exception why) {
    LOG.warn("{} could not be written: {}; look at the disk", what, why.toString());
  }

  static void purgeFailed(Throwable why) {
    LOG.warn(
        "the search for files deleted on the chain failed and is tried again: {}", why.toString());
  }
}

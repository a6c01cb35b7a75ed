package io.tributary.cacher.node;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the cacher tells its operator about its own life. */
public final class CacherLog {
  private static final Logger LOG = LoggerFactory.getLogger("cacher.node");

  private CacherLog() {}

  public static void started(String peer, String region, String price, String admin) {
    LOG.info("cacher {} serves region {} for {} a GiB; state at {}", peer, region, price, admin);
  }

  public static void noWallet() {
    LOG.warn(
        "payment.keystore and payment.password-file are not set: siblings are not asked, and"
            + " fragments come from storage miners only");
  }

  public static void alone() {
    LOG.warn(
        "the network profile has no [overlay]: this node finds no other, and only those find it who"
            + " know its address");
  }

  public static void draining(long open, Duration atMost) {
    LOG.info("stopping: {} deliveries under way may go on for {} s", open, atMost.toSeconds());
  }

  public static void drained(long left) {
    if (left == 0) {
      LOG.info("stopped: all deliveries ended in order");
    } else {
      LOG.warn("stopped: {} deliveries were cut off; raise drain-seconds if that matters", left);
    }
  }

  public static void redemptionLeft(Duration waited) {
    LOG.warn(
        "stopped while a redemption waited for the chain for more than {} s; the next start goes on"
            + " with it",
        waited.toSeconds());
  }

  public static void notSaved(String what, Exception why) {
    LOG.warn("{} could not be written: {}; look at the disk", what, why.toString());
  }

  public static void purgeFailed(Throwable why) {
    LOG.warn(
        "the search for files deleted on the chain failed and is tried again: {}", why.toString());
  }

  public static void taskFailed(Throwable bug) {
    LOG.error("a bug of ours: a task of a fill failed", bug);
  }

  public static void searchFailed(@Nullable Throwable bug) {
    LOG.error("a bug of ours: the search for upstreams failed", bug);
  }

  public static void nobodyGives(Object fragment) {
    LOG.info("nobody gives {}: all who should have it failed", fragment);
  }

  public static void wrongBytes(Object source, Object fragment, Object end) {
    LOG.warn("{} sent wrong bytes for {}: {}; it is left alone for a while", source, fragment, end);
  }

  public static void hadSentWrongBytes(Object source, Object fragment) {
    LOG.warn("{} had sent wrong bytes for {}; it is left alone for a while", source, fragment);
  }

  public static void changedInMemory(Object fragment, Object source, Object completion) {
    LOG.error(
        "{} was right when it came from {} and is not where it was written: {}; check the memory",
        fragment,
        source,
        completion);
  }

  public static void notStoppedInOrder(Throwable why) {
    LOG.warn("a part of the node did not stop in order", why);
  }

  public static void deletedOnChain(Object file, long purged) {
    LOG.info("file {} was deleted on the chain: {} fragments purged", file, purged);
  }

  public static void regionNotTold(Throwable why) {
    LOG.warn("the region was not told in time that this node leaves", why);
  }

  public static void membersNotWritten(Throwable why) {
    LOG.warn(
        "the known members could not be written ({}): the next start asks the DHT for some",
        why.toString());
  }
}

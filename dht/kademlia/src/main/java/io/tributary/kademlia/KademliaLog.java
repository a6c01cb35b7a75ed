package io.tributary.kademlia;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the DHT tells its operator. */
public final class KademliaLog {
  private static final Logger LOG = LoggerFactory.getLogger("tributary.dht");

  private KademliaLog() {}

  public static void peersUnreadable(Path file, Exception why) {
    LOG.warn(
        "the known peers in {} cannot be read ({}); starting from the bootstrap list. The file is replaced by itself",
        file,
        why.getMessage());
  }

  public static void peersNotWritten(Exception why) {
    LOG.warn(
        "the known peers could not be written ({}); after a restart the node uses what it has written before, or the bootstrap list",
        why.getMessage());
  }

  public static void peersNotAsked(Exception why) {
    LOG.warn("the DHT's thread does not answer; the peers it knew last are not written", why);
  }

  public static void recordsForgotten(int count, String what) {
    LOG.warn("{} {} could not be read and are forgotten", count, what);
  }

  public static void recordsNotWritten(int count, Path file, Exception why) {
    LOG.error(
        "{} records of the DHT could not be written to {} ({}); the node goes on without them and would lose them with a restart. Look at the disk",
        count,
        file,
        why.getMessage());
  }
}

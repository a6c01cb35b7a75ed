package io.tributary.ledger;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the ledger tells its operator. */
public final class LedgerLog {
  private static final Logger LOG = LoggerFactory.getLogger("tributary.ledger");

  private LedgerLog() {}

  public static void tornBatch(Path directory, long last) {
    LOG.warn(
        "the last batch of the journal in {} was not finished when the process ended; nobody was told of it. It is cut off after record {}",
        directory,
        last);
  }

  public static void notClosedInOrder(Path directory, Exception why) {
    LOG.warn(
        "the journal in {} is durable but did not close in order: {}", directory, why.toString());
  }

  public static void listenerFailed(long record, Exception bug) {
    LOG.error("a bug of ours: a listener failed after its record {} was made durable", record, bug);
  }

  public static void refusalListenerFailed(String refusal, Exception bug) {
    LOG.error("a bug of ours: a listener failed after its record was refused: {}", refusal, bug);
  }

  public static void noNativeCurve(Throwable why) {
    LOG.info(
        "libsecp256k1 does not load here; vouchers are signed and checked by Bouncy Castle, several times slower: {}",
        why.toString());
  }
}

package io.tributary.origin.dev.runtime;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every line the dev origin writes for its operator; each says what happened and, where something
 * is wrong, what to do.
 */
public final class OperatorLog {
  private static final Logger LOG = LoggerFactory.getLogger("io.tributary.origin.dev");

  private OperatorLog() {}

  /** The dev chain answers. */
  public static void chainStarted(String url, long block, Path directory) {
    LOG.info("dev chain at {} stands at block {}, kept in {}", url, block, directory);
  }

  /** A dev miner answers. */
  public static void minerStarted(int number, String url, String account) {
    LOG.info("dev miner {} at {} is account {}", number, url, account);
  }

  /** A fault was switched on or off. */
  public static void faultSwitched(String miner, String fault) {
    LOG.info("dev miner {} now behaves: {}", miner, fault);
  }

  /** A miner has its whole column and the chain took the report. */
  public static void columnReported(String miner, String fid, int column) {
    LOG.info("dev miner {} reported column {} of file {}", miner, column, fid);
  }

  /** The chain does not take a report. */
  public static void reportRefused(String miner, String fid, int column, String reason) {
    LOG.warn(
        "the chain refuses dev miner {}'s report of column {} of file {}: {}; it is tried again"
            + " as long as the deal is open",
        miner,
        column,
        fid,
        reason);
  }

  /** A miner cannot ask the chain. */
  public static void chainUnreachable(String miner, String fid, Exception cause) {
    LOG.warn(
        "dev miner {} cannot ask the chain about file {}: {}; check that the chain runs, it is"
            + " asked again soon",
        miner,
        fid,
        cause.toString());
  }

  /** A miner's disk failed. */
  public static void diskFailed(String miner, Exception cause) {
    LOG.error(
        "dev miner {} cannot use its disk: {}; free space or check the directory",
        miner,
        cause.toString());
  }

  /** A request ended in a failure of the server itself. */
  public static void requestFailed(String server, Throwable cause) {
    LOG.error("{} failed to answer a request; this is a defect, please report it", server, cause);
  }
}

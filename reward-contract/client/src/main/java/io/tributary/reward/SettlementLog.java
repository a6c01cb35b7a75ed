package io.tributary.reward;

import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What settlement tells the operator of a node. */
public final class SettlementLog {
  private static final Logger LOG = LoggerFactory.getLogger("tributary.settlement");

  private SettlementLog() {}

  public static void goesOn() {
    LOG.info("settlement goes on");
  }

  public static void failed(Throwable bug) {
    LOG.error("a bug of ours: settlement is tried again", bug);
  }

  public static void waits(Object why) {
    LOG.warn(
        "settlement waits; the node serves on within its exposure limits while its view of escrow is good: {}",
        why);
  }

  public static void laneNotRedeemed(LaneId lane, String why) {
    LOG.warn("the contract does not redeem lane {}: {}", lane, why);
  }

  public static void signedAnew(Hash256 transaction, String why) {
    LOG.info("transaction {} redeems nothing: {}. It is signed anew", transaction, why);
  }

  public static void finalBlockChanged(long block, long depth) {
    LOG.warn(
        "the chain changed block {}, which had counted as final: all escrow is read again. finalityDepth {} may be too small for this chain",
        block,
        depth);
  }
}

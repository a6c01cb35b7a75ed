package io.tributary.exchange;

import io.tributary.ledger.LaneId;
import io.tributary.ledger.credit.Verdict;
import io.tributary.libp2p.multiformats.PeerId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the exchange tells its operator. */
public final class ExchangeLog {
  private static final Logger LOG = LoggerFactory.getLogger("tributary.exchange");

  private ExchangeLog() {}

  public static void holdingsUnknown(@Nullable Throwable bug) {
    LOG.warn("the store failed to tell what it holds", bug);
  }

  public static void laneEnded(LaneId lane, Verdict verdict) {
    LOG.warn("lane {}: {}, the fault of the {}", lane, verdict, verdict.fault());
  }

  public static void voucherNotWritten(LaneId lane, Object why) {
    LOG.warn(
        "lane {}: a voucher could not be written down: {}; look at the disk of the ledger",
        lane,
        why);
  }

  public static void laneRefused(PeerId peer, LaneId lane, Object status) {
    LOG.info("peer {} may not open lane {}: {}", peer, lane, status);
  }

  public static void lookupFailed(Object fragment, @Nullable Throwable bug) {
    LOG.warn("the store failed to look for {}", fragment, bug);
  }

  public static void bodyUnreadable(long bytes) {
    LOG.warn("a body of {} bytes is verified but cannot be read", bytes);
  }

  public static void fillWasWrong(@Nullable Object fragment, Object source) {
    LOG.info("a fill of {} from {} was wrong", fragment, source);
  }

  public static void verifierFailed(Object fragment, Throwable bug) {
    LOG.warn("the verifier of {} failed", fragment, bug);
  }

  public static void consumerFailed(Object fragment, Throwable bug) {
    LOG.warn("the consumer of {} failed", fragment, bug);
  }

  public static void voucherRefused(LaneId lane, Verdict verdict) {
    LOG.warn("the payee of lane {} refuses a voucher: {}", lane, verdict);
  }

  public static void entryNotWritten(LaneId lane, Object entry, Object why) {
    LOG.warn(
        "lane {}: {} is not written down: {}; look at the disk of the ledger", lane, entry, why);
  }

  public static void notSigned(LaneId lane) {
    LOG.warn("lane {}: a voucher could not be signed: too much is to be computed", lane);
  }
}

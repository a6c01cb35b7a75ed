package io.tributary.exchange.client;

import io.tributary.exchange.lane.PayerLane.BreakOff;
import io.tributary.ledger.receipt.Receipt;
import java.util.Optional;

/**
 * What one fetch takes from its lane, from the leave to ask for bytes to the last word on them.
 * Confined to the fetch's {@link Home}.
 *
 * <p>The last word is said once, whatever is called later. A fetch that is paid by nobody has a
 * purchase without a lane, which only counts.
 */
final class Purchase {
  private final long wantedBytes;
  private Optional<PaidLane> lane = Optional.empty();
  private long receivedBytes;

  /**
   * A purchase of bytes for which there is no leave yet.
   *
   * @param wantedBytes all bytes of the fetch
   */
  Purchase(long wantedBytes) {
    this.wantedBytes = wantedBytes;
  }

  /** Takes the leave that a lane has given to ask for all bytes. */
  void begin(PaidLane by) {
    lane = Optional.of(by);
  }

  /** Whether a lane waits for the last word. */
  boolean isOpen() {
    return lane.isPresent();
  }

  /** How many bytes have come. */
  long receivedBytes() {
    return receivedBytes;
  }

  /**
   * Counts bytes.
   *
   * @param allBytes that have come so far
   */
  void onReceived(long allBytes) {
    long bytes = allBytes - receivedBytes;
    receivedBytes = allBytes;
    if (bytes > 0 && lane.isPresent()) {
      lane.get().onReceived(bytes);
    }
  }

  /** The last word: all that has come is what was asked for. */
  void verified(Receipt receipt) {
    close().ifPresent(each -> each.onVerified(receivedBytes, receipt));
  }

  /** The last word: the bytes are wrong. */
  void wrong() {
    close().ifPresent(PaidLane::onWrong);
  }

  /** The last word: some bytes have not come, or cannot be checked. */
  void brokenOff(BreakOff how) {
    close().ifPresent(each -> each.onBrokenOff(how, wantedBytes - receivedBytes, receivedBytes));
  }

  private Optional<PaidLane> close() {
    Optional<PaidLane> closed = lane;
    lane = Optional.empty();
    return closed;
  }
}

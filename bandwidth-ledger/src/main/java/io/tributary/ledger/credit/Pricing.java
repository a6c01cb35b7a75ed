package io.tributary.ledger.credit;

import io.tributary.ledger.Amount;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.Voucher;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The prices a payee has asked for on a lane: the newest, and those before it that a voucher under
 * way may still have been computed with. Confined to its lane.
 */
final class Pricing {
  /** How many earlier prices are remembered. */
  private static final int MAX_EARLIER = 8;

  private record Superseded(PricePerGib price, long atNanos) {}

  private final long graceNanos;
  private final Deque<Superseded> earlier = new ArrayDeque<>();
  private PricePerGib current;

  Pricing(PricePerGib price, long graceNanos) {
    this.current = price;
    this.graceNanos = graceNanos;
  }

  PricePerGib current() {
    return current;
  }

  void change(PricePerGib price, long nowNanos) {
    if (!price.equals(current)) {
      if (earlier.size() == MAX_EARLIER) {
        earlier.removeFirst();
      }
      earlier.addLast(new Superseded(current, nowNanos));
      current = price;
    }
  }

  /** The lowest price that still has to be accepted. */
  private PricePerGib lowest(long nowNanos) {
    earlier.removeIf(each -> nowNanos - each.atNanos() > graceNanos);
    PricePerGib lowest = current;
    for (Superseded each : earlier) {
      lowest = each.price().compareTo(lowest) < 0 ? each.price() : lowest;
    }
    return lowest;
  }

  /** Whether a voucher pays what its bytes cost beyond those of the voucher before it. */
  boolean isPaid(Voucher voucher, Voucher before, long nowNanos) {
    Amount paid = voucher.amount().minus(before.amount());
    long bytes = voucher.bytesServed() - before.bytesServed();
    return paid.compareTo(lowest(nowNanos).costOf(bytes)) >= 0;
  }
}

package io.tributary.exchange.client;

import io.tributary.exchange.FragmentHeader;
import io.tributary.ledger.receipt.Receipt;

/** What a fetch ended with, all of whose bytes have been handed on. */
public sealed interface FetchResult {

  /** What the peer said before the bytes. */
  FragmentHeader header();

  /** What the peer delivered. */
  Receipt receipt();

  /** A whole fragment that has its hash, or a range that its verifier has found right. */
  record Verified(FragmentHeader header, Receipt receipt) implements FetchResult {}

  /**
   * A range that nobody has checked yet. It is to be closed with a judgement: until then its bytes
   * count among those that are paid for unchecked, of which there are few.
   */
  record Unverified(FragmentHeader header, Receipt receipt, Judgement judgement)
      implements FetchResult {}

  /** The later word on a range. The first call counts. Thread-safe. */
  interface Judgement {
    /** The bytes were right. */
    void right();

    /** The bytes were wrong: the lane to the payee is closed. */
    void wrong();

    /** It will never be known; the bytes are paid for. */
    void unknown();
  }
}

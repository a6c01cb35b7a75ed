package io.tributary.retriever.node.http;

import io.tributary.content.Manifest;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.receipt.Outcome;
import io.tributary.ledger.receipt.Receipt;
import io.tributary.ledger.receipt.ReceiptFile;
import io.tributary.ledger.receipt.SignedReceipts;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.retriever.engine.trace.Trace;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Who delivered what of one read, as receipts that this node signs: one for each source that sent
 * any bytes, in the order in which they were asked. A fetch that several reads shared is in the
 * receipts of each.
 */
final class Receipts {
  private static final int MICROS_PER_MILLI = 1000;

  private Receipts() {}

  /** Returns the receipts of a read that has ended. */
  static List<Receipt> of(Trace trace, Manifest manifest) {
    return trace.asks().stream()
        .filter(ask -> ask.receivedBytes() > 0 && ask.outcome() != Trace.Outcome.RUNNING)
        .map(ask -> of(trace, ask, manifest))
        .toList();
  }

  private static Receipt of(Trace trace, Trace.Ask ask, Manifest manifest) {
    return new Receipt(
        Hash256.of(manifest.fragment(ask.segment(), ask.column()).digest().toBytes()),
        ask.source().substring(0, Math.min(ask.source().length(), Receipt.MAX_PEER_BYTES)),
        ask.receivedBytes(),
        Math.max(0, (ask.endedAt() - ask.askedAt()) / MICROS_PER_MILLI),
        trace.beganAt() + ask.endedAt() / MICROS_PER_MILLI,
        outcome(ask.outcome()));
  }

  private static Outcome outcome(Trace.Outcome outcome) {
    return switch (outcome) {
      case VERIFIED -> Outcome.VERIFIED;
      case LIED -> Outcome.WRONG_BYTES;
      case CANCELLED -> Outcome.CANCELLED;
      case MISSING, BUSY, FAILED, RUNNING -> Outcome.BROKEN_OFF;
    };
  }

  /** Returns the lines of the signed list. */
  static byte[] signed(List<Receipt> receipts, SigningKey key) {
    StringWriter lines = new StringWriter();
    try {
      ReceiptFile.write(SignedReceipts.sign(receipts, key), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}

package io.tributary.launcher;

import io.tributary.ledger.LaneId;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord;
import io.tributary.ledger.book.LedgerRecord.Config;
import io.tributary.ledger.book.LedgerRecord.EpochClose;
import io.tributary.ledger.book.LedgerRecord.RedeemDone;
import io.tributary.ledger.book.LedgerRecord.RedeemIntent;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.book.LedgerRecord.VoucherLimit;
import io.tributary.ledger.book.LedgerRecord.VoucherOut;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the records of the books. */
@Command(
    name = "export",
    description = "Print the records of the books as lines of JSON, oldest first.",
    mixinStandardHelpOptions = true)
final class LedgerExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The ledger's directory.")
  private Path directory = Path.of("");

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Leave out records before a time, such as 2026-11-01T00:00:00Z.")
  private Instant since = Instant.EPOCH;

  @Override
  public Integer call() throws JournalException {
    PrintWriter out = spec.commandLine().getOut();
    Ledger.read(
        directory,
        JournalOptions.defaults(),
        true,
        (sequence, at, entry) -> {
          if (!at.isBefore(since)) {
            out.println(Terminal.jsonLine(fields(sequence, at, entry)));
          }
        });
    out.flush();
    return ExitCode.OK.code();
  }

  private static Map<String, Object> fields(long sequence, Instant at, LedgerRecord entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("sequence", sequence);
    fields.put("at", at.toString());
    fields.put("kind", entry.kind().name());
    if (entry instanceof VoucherIn in) {
      put(fields, in.signed());
    } else if (entry instanceof VoucherOut out) {
      put(fields, out.signed());
    } else if (entry instanceof VoucherLimit limit) {
      put(fields, limit.lane());
      fields.put("amount", limit.amount().toString());
    } else if (entry instanceof RedeemIntent intent) {
      put(fields, intent.lane());
      fields.put("amount", intent.amount().toString());
      fields.put("nonce", intent.nonce());
    } else if (entry instanceof RedeemDone done) {
      put(fields, done.lane());
      fields.put("amount", done.amount().toString());
      fields.put("block", done.block());
      fields.put("blockHash", done.blockHash().toString());
    } else if (entry instanceof EpochClose close) {
      fields.put("day", close.day());
      fields.put("received", close.received().toString());
      fields.put("issued", close.issued().toString());
    } else if (entry instanceof Config config) {
      fields.put("chainId", config.domain().chainId());
      fields.put("contract", config.domain().contract().toString());
    }
    return fields;
  }

  private static void put(Map<String, Object> fields, SignedVoucher signed) {
    Voucher voucher = signed.voucher();
    put(fields, voucher.lane());
    fields.put("amount", voucher.amount().toString());
    fields.put("bytesServed", voucher.bytesServed());
    fields.put("expiry", voucher.expirySeconds());
    fields.put("receiptsRoot", voucher.receiptsRoot().toString());
    fields.put("signature", signed.signature().toString());
  }

  private static void put(Map<String, Object> fields, LaneId lane) {
    fields.put("payer", lane.payer().toString());
    fields.put("payee", lane.payee().toString());
    fields.put("lane", lane.lane());
  }
}

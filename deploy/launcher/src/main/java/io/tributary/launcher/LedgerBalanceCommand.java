package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.book.LaneBook;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord.RedeemDone;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what is owed. */
@Command(
    name = "balance",
    description =
        "Print, for each lane, what it has earned, what is not redeemed yet and what is owed.",
    mixinStandardHelpOptions = true)
final class LedgerBalanceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "The ledger's directory.")
  private Path directory = Path.of("");

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws JournalException {
    List<LaneBook> lanes = Ledger.readLanes(directory, JournalOptions.defaults());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Terminal.json(lanes.stream().map(LedgerBalanceCommand::fields).toList()));
    } else {
      Amount unredeemed = Amount.ZERO;
      for (LaneBook lane : lanes) {
        out.println(
            "lane "
                + lane.lane().lane()
                + "  "
                + lane.lane().payer()
                + " pays "
                + lane.lane().payee());
        lane.received().ifPresent(v -> out.println("  earned      " + side(v)));
        lane.issued().ifPresent(v -> out.println("  owed        " + side(v)));
        if (isMoreOwed(lane)) {
          out.println(
              "  owed up to  " + lane.mostOwed() + " (money flows, or the node was killed)");
        }
        lane.redeemed().ifPresent(done -> out.println("  redeemed    " + done.amount()));
        if (!lane.unredeemed().isZero()) {
          out.println("  unredeemed  " + lane.unredeemed());
        }
        unredeemed = unredeemed.plus(lane.unredeemed());
      }
      out.println("unredeemed in all: " + unredeemed + " base units on " + lanes.size() + " lanes");
    }
    out.flush();
    return ExitCode.OK.code();
  }

  private static boolean isMoreOwed(LaneBook lane) {
    Amount owed = lane.issued().map(each -> each.voucher().amount()).orElse(Amount.ZERO);
    return lane.mostOwed().compareTo(owed) > 0;
  }

  private static String side(SignedVoucher signed) {
    return signed.voucher().amount()
        + " for "
        + Terminal.bytes(signed.voucher().bytesServed())
        + " ("
        + signed.voucher().bytesServed()
        + " bytes)";
  }

  private static Map<String, Object> fields(LaneBook lane) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("payer", lane.lane().payer().toString());
    fields.put("payee", lane.lane().payee().toString());
    fields.put("lane", lane.lane().lane());
    put(fields, "earned", lane.received());
    put(fields, "owed", lane.issued());
    if (isMoreOwed(lane)) {
      fields.put("owedUpTo", lane.mostOwed().toString());
    }
    fields.put("redeemed", lane.redeemed().map(RedeemDone::amount).orElse(Amount.ZERO).toString());
    fields.put("unredeemed", lane.unredeemed().toString());
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, Optional<SignedVoucher> signed) {
    signed.ifPresent(
        each ->
            fields.put(
                name,
                Map.of(
                    "amount",
                    each.voucher().amount().toString(),
                    "bytes",
                    each.voucher().bytesServed())));
  }
}

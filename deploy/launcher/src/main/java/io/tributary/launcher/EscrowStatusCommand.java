package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract.Account;
import io.tributary.reward.SettlementContract.Reservation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows escrow. */
@Command(
    name = "status",
    description = "Show an account's escrow: what is free, reserved and being taken back.",
    mixinStandardHelpOptions = true)
final class EscrowStatusCommand extends SettlementQuery {
  @Option(
      names = "--payee",
      paramLabel = "ADDRESS",
      description = "Show what is reserved for this payee, too. May be repeated.")
  private List<String> payees = new ArrayList<>();

  @Override
  Answer answer(Question question) throws ChainException {
    Account account = question.contract().account(question.account());
    Amount tokens = question.contract().tokens(question.account());
    Money money = question.money();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("account", question.account().toString());
    json.put("token", money.symbol());
    json.put("escrow", account.whole().toString());
    json.put("free", account.free().toString());
    json.put("reserved", account.reserved().toString());
    json.put("thawing", account.thawing().toString());
    account.thawEndsAt().ifPresent(end -> json.put("thawEndsAt", end.toString()));
    json.put("outside", tokens.toString());
    List<String> lines = new ArrayList<>();
    lines.add(line("account", question.account().toString()));
    lines.add(line("escrow", money.write(account.whole())));
    lines.add(line("  free", money.write(account.free())));
    lines.add(line("  reserved", money.write(account.reserved())));
    lines.add(
        line(
            "  thawing",
            money.write(account.thawing())
                + account.thawEndsAt().map(end -> " until " + end).orElse("")));
    lines.add(line("outside", money.write(tokens)));
    Map<String, Object> reservations = new LinkedHashMap<>();
    for (String each : payees) {
      EvmAddress payee = EvmAddress.parse(each);
      Reservation held = question.contract().reservation(question.account(), payee);
      Amount most = question.contract().redeemable(question.account(), payee);
      reservations.put(
          payee.toString(),
          Map.of(
              "reserved", held.amount().toString(),
              "releasing", held.releasing().toString(),
              "redeemable", most.toString()));
      lines.add(
          "for "
              + payee
              + ": "
              + money.write(held.amount())
              + " reserved, "
              + money.write(held.releasing())
              + " of it called back; "
              + money.write(most)
              + " redeemable");
    }
    if (!reservations.isEmpty()) {
      json.put("payees", reservations);
    }
    return new Answer(json, lines);
  }
}

package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.book.LaneBook;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract.Earnings;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows earnings. */
@Command(
    name = "show",
    description = {
      "Show what an account has earned.",
      "Vouchers that are not redeemed yet are in the node's books: give --ledger to count them. The"
          + " node may be running."
    },
    mixinStandardHelpOptions = true)
final class RewardsShowCommand extends SettlementQuery {
  @Option(names = "--ledger", paramLabel = "DIR", description = "The books of the account's node.")
  private Optional<Path> ledger = Optional.empty();

  @Override
  Answer answer(Question question) throws ChainException {
    Earnings earnings = question.contract().earnings(question.account());
    Amount tokens = question.contract().tokens(question.account());
    BigInteger coins = question.contract().chain().balanceWei(question.account());
    Money money = question.money();
    Map<String, Object> json = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    json.put("account", question.account().toString());
    json.put("token", money.symbol());
    lines.add(line("account", question.account().toString()));
    if (ledger.isPresent()) {
      Amount unredeemed = unredeemed(ledger.get());
      json.put("unredeemed", unredeemed.toString());
      lines.add(line("unredeemed", money.write(unredeemed) + ", before the fee"));
    }
    json.put("credit", earnings.credit().toString());
    json.put("subsidy", earnings.subsidy().toString());
    json.put("openFees", earnings.openFees().toString());
    json.put("outside", tokens.toString());
    json.put("wei", coins.toString());
    lines.add(line("credit", money.write(earnings.credit())));
    lines.add(
        line(
            "subsidy",
            money.write(earnings.subsidy())
                + " claimable, for fees of "
                + money.write(earnings.openFees())));
    lines.add(line("outside", money.write(tokens)));
    lines.add(line("for gas", Money.coins(coins)));
    return new Answer(json, lines);
  }

  private static Amount unredeemed(Path directory) {
    try {
      return Ledger.readLanes(directory, JournalOptions.defaults()).stream()
          .map(LaneBook::unredeemed)
          .reduce(Amount.ZERO, Amount::plus);
    } catch (JournalException e) {
      throw new CommandFailure(
          Failures.Failure.of(e).exitCode(), Failures.Failure.of(e).sentence(), e);
    }
  }
}

package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.Chain;
import io.tributary.reward.ChainException;
import io.tributary.reward.EscrowViewOptions;
import io.tributary.reward.FinalEscrowView;
import io.tributary.reward.Proposal;
import io.tributary.reward.RedeemPolicy;
import io.tributary.reward.Redeemer;
import io.tributary.reward.Redemption;
import io.tributary.reward.SettlementContract;
import io.tributary.reward.SettlementContract.Earnings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes earnings. */
@Command(
    name = "claim",
    description = {
      "Redeem vouchers, claim the subsidy and withdraw the credit, as far as there is any.",
      "Each step shows its fee first. A running node redeems by itself, and its books are locked:"
          + " leave out --ledger then."
    },
    mixinStandardHelpOptions = true)
final class RewardsClaimCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettlementAccess access = new SettlementAccess();
  @Mixin private Consent consent = new Consent();

  @Option(
      names = "--ledger",
      paramLabel = "DIR",
      description = "Redeem the vouchers in these books first.")
  private Optional<Path> ledger = Optional.empty();

  @Option(names = "--to", paramLabel = "ADDRESS", description = "Withdraw to another account.")
  private Optional<String> to = Optional.empty();

  @Override
  public Integer call()
      throws IOException,
          ChainException,
          KeystoreException,
          JournalException,
          InterruptedException {
    try (SigningKey key = access.unlock();
        Chain chain = access.connect()) {
      SettlementContract contract = access.contract(chain, key);
      Money money = Money.of(contract);
      if (ledger.isPresent()) {
        redeem(contract, money, ledger.get());
      }
      claimSubsidy(contract, money);
      withdraw(contract, money);
      out().flush();
      return ExitCode.OK.code();
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void redeem(SettlementContract contract, Money money, Path directory)
      throws IOException, ChainException, JournalException, InterruptedException {
    if (!Files.isDirectory(directory)) {
      throw new CommandFailure(ExitCode.NOT_FOUND, "there are no books in " + directory);
    }
    ExecutorService disk = Executors.newSingleThreadExecutor();
    try (Ledger books =
        Ledger.open(
            directory,
            contract.domain(),
            JournalOptions.defaults(),
            InstantSource.system(),
            disk)) {
      FinalEscrowView view =
          new FinalEscrowView(
              contract, access.fromBlock(), EscrowViewOptions.defaults(), InstantSource.system());
      Redeemer redeemer =
          new Redeemer(
              books, contract, view, RedeemPolicy.defaults(), PATIENCE, InstantSource.system());
      view.refresh();
      redeemer.followUp();
      if (!redeemer.isUnderWay()) {
        Optional<Redeemer.Offer> offer = redeemer.offer();
        if (offer.isEmpty()) {
          redeemer.status().refused().forEach((lane, why) -> out().println(lane + ": " + why));
          out().println("no vouchers to redeem");
          return;
        }
        ask(offer.get(), money);
        redeemer.redeemNow(offer.get());
      }
      follow(redeemer, contract.chain());
    } finally {
      disk.shutdown();
    }
  }

  private void ask(Redeemer.Offer offer, Money money) {
    consent.ask(
        spec.commandLine().getErr(),
        "Redeem "
            + offer.vouchers().size()
            + " vouchers of "
            + money.write(offer.value())
            + ", before the fee. It costs "
            + Money.cost(offer.fees().mostWei(), offer.fees().gas(), offer.fees().maxFeeWei()));
  }

  /**
   * Waits until it is in a block; that it is final is written down by whoever opens the books next.
   */
  private void follow(Redeemer redeemer, Chain chain)
      throws ChainException, JournalException, InterruptedException {
    long deadline = System.nanoTime() + chain.options().mineTimeout().toNanos();
    Optional<Redemption.State> shown = Optional.empty();
    while (true) {
      redeemer.followUp();
      Optional<Redemption> latest = redeemer.status().latest();
      if (latest.isPresent() && !latest.map(Redemption::state).equals(shown)) {
        shown = latest.map(Redemption::state);
        out().println(latest.get().transaction() + "  " + shown.get() + "  " + latest.get().note());
        out().flush();
      }
      if (shown.isEmpty()
          || shown.get() == Redemption.State.MINED
          || shown.get() == Redemption.State.FINAL) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new CommandFailure(
            ExitCode.TIMEOUT,
            "the redemption is in no block yet; it is in the books, so give the command again");
      }
      TimeUnit.NANOSECONDS.sleep(chain.options().pollInterval().toNanos());
    }
  }

  private void claimSubsidy(SettlementContract contract, Money money) throws ChainException {
    Earnings earnings = contract.earnings(contract.account());
    if (!earnings.subsidy().isZero()) {
      send(
          "Claim a subsidy of " + money.write(earnings.subsidy()),
          contract.claimSubsidy(contract.account()));
    }
  }

  private void withdraw(SettlementContract contract, Money money) throws ChainException {
    Amount credit = contract.earnings(contract.account()).credit();
    if (credit.isZero()) {
      out().println("no credit to withdraw");
      return;
    }
    EvmAddress receiver = to.map(EvmAddress::parse).orElse(contract.account());
    send(
        "Withdraw " + money.write(credit) + " to " + receiver, contract.withdraw(receiver, credit));
  }

  private void send(String what, Proposal proposal) throws ChainException {
    consent.ask(spec.commandLine().getErr(), what + ". It costs " + Money.cost(proposal));
    Proposal.Receipt receipt = proposal.send();
    receipt
        .transactions()
        .forEach(
            each ->
                out()
                    .println(
                        each + "  MINED  " + what + ", paid " + Money.coins(receipt.paidWei())));
  }
}

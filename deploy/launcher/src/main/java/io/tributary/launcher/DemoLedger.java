package io.tributary.launcher;

import io.tributary.devnet.DevPayments;
import io.tributary.devnet.DevWallet;
import io.tributary.devnet.Devnet;
import io.tributary.devnet.DevnetNode;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine;

/**
 * The money of the demo: what every node had before and has after, and that none of it was made or
 * lost.
 */
final class DemoLedger {
  private final Devnet devnet;
  private final SettlementContract contract;
  private final Money money;
  private final Map<String, Wealth> before;
  private final BigInteger keptBefore;

  /**
   * What an account has.
   *
   * @param escrow to pay from
   * @param credit earned, in the contract
   * @param tokens withdrawn, or never deposited
   */
  private record Wealth(Amount escrow, Amount credit, Amount tokens) {
    BigInteger sum() {
      return escrow.units().add(credit.units()).add(tokens.units());
    }
  }

  private DemoLedger(Devnet devnet, SettlementContract contract) throws ChainException {
    this.devnet = devnet;
    this.contract = contract;
    this.money = Money.of(contract);
    this.before = wealth();
    this.keptBefore = kept();
  }

  /** Notes what everybody has now. */
  static DemoLedger open(Devnet devnet) {
    DevPayments payments =
        devnet
            .payments()
            .orElseThrow(() -> new CommandFailure(ExitCode.CONFIG, "the devnet has no contract"));
    try {
      return new DemoLedger(devnet, payments.contract());
    } catch (ChainException e) {
      throw failed(e);
    }
  }

  /**
   * Redeems the vouchers in the books of cachers that have stopped, and compares.
   *
   * @return a line for each node
   * @throws CommandFailure if nobody earned anything, or the sums differ
   */
  List<String> settle(List<DevnetNode> cachers, Consumer<Demo.Phase> done) throws IOException {
    long start = System.nanoTime();
    int redeemed = 0;
    for (DevnetNode cacher : cachers) {
      Path books = cacher.directory().resolve("state").resolve("ledger");
      if (Files.isDirectory(books)) {
        claim(cacher.wallet(), books);
        redeemed++;
      }
    }
    try {
      Map<String, Wealth> after = wealth();
      BigInteger kept = kept().subtract(keptBefore);
      done.accept(
          new Demo.Phase(
              "redeem the vouchers of " + redeemed + " cachers",
              System.nanoTime() - start,
              0,
              0,
              Map.of("kept", money.write(new Amount(kept)))));
      return compare(after, kept);
    } catch (ChainException e) {
      throw failed(e);
    }
  }

  private void claim(DevWallet wallet, Path books) {
    StringWriter said = new StringWriter();
    CommandLine command = Tributary.commandLine();
    command.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
    int exitCode =
        command.execute(
            "rewards",
            "claim",
            "--network",
            devnet.files().profile().toString(),
            "--keys",
            wallet.keys().toString(),
            "--password-file",
            wallet.passwordFile().toString(),
            "--ledger",
            books.toString(),
            "--yes");
    if (exitCode != ExitCode.OK.code()) {
      throw new CommandFailure(ExitCode.PAYMENT_REFUSED, "rewards claim: " + said);
    }
  }

  private List<String> compare(Map<String, Wealth> after, BigInteger kept) {
    List<String> lines = new ArrayList<>();
    BigInteger sum = kept;
    BigInteger earned = BigInteger.ZERO;
    for (Map.Entry<String, Wealth> each : before.entrySet()) {
      Wealth now = after.get(each.getKey());
      if (now == null) {
        throw new IllegalStateException("no balance of " + each.getKey());
      }
      BigInteger change = now.sum().subtract(each.getValue().sum());
      sum = sum.add(change);
      earned = earned.add(change.max(BigInteger.ZERO));
      lines.add(
          String.format(
              "%-12s had %s, has %s: %s%s",
              each.getKey(),
              money.write(new Amount(each.getValue().sum())),
              money.write(new Amount(now.sum())),
              change.signum() < 0 ? "-" : "+",
              money.write(new Amount(change.abs()))));
    }
    lines.add("pool for subsidies, and burned: +" + money.write(new Amount(kept)));
    if (sum.signum() != 0) {
      throw new CommandFailure(
          ExitCode.INTEGRITY,
          "the money does not add up: "
              + sum
              + " base units too many\n"
              + String.join("\n", lines));
    }
    if (earned.signum() == 0) {
      throw new CommandFailure(
          ExitCode.PAYMENT_REFUSED, "no cacher earned anything\n" + String.join("\n", lines));
    }
    return lines;
  }

  /**
   * What fees have become: the pool that subsidies are paid from, and what is burned or will be.
   */
  private BigInteger kept() throws ChainException {
    return contract
        .pool()
        .units()
        .add(contract.burnableFees().units())
        .add(contract.tokens(contract.burned()).units());
  }

  private Map<String, Wealth> wealth() throws ChainException {
    Map<String, Wealth> all = new LinkedHashMap<>();
    List<DevnetNode> nodes = new ArrayList<>(devnet.retrievers());
    nodes.addAll(devnet.cachers());
    for (DevnetNode node : nodes) {
      EvmAddress account = node.wallet().address();
      all.put(
          node.name(),
          new Wealth(
              contract.account(account).whole(),
              contract.earnings(account).credit(),
              contract.tokens(account)));
    }
    return all;
  }

  private static CommandFailure failed(ChainException e) {
    return new CommandFailure(ExitCode.UNREACHABLE, "the contract: " + e.getMessage(), e);
  }
}

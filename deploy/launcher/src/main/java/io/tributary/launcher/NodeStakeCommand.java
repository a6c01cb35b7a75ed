package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Adds to a node's stake. */
@Command(
    name = "stake",
    description = "Add tokens to the stake of the account's node.",
    mixinStandardHelpOptions = true)
final class NodeStakeCommand extends SettlementAction {
  @Parameters(paramLabel = "AMOUNT", description = "How many tokens.")
  private String amount = "";

  @Override
  Plan plan(SettlementContract contract, Money money) throws ChainException {
    Amount added = money.read(amount);
    return new Plan(
        "Add " + money.write(added) + " to the stake of the node of " + contract.account(),
        contract.addStake(added));
  }
}

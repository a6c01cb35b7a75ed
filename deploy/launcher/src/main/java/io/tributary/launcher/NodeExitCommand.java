package io.tributary.launcher;

import io.tributary.ledger.EvmAddress;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes a node away. */
@Command(
    name = "exit",
    description = {
      "Begin to take the account's node and its stake away.",
      "When its time is over, the command with --finish takes the stake out."
    },
    mixinStandardHelpOptions = true)
final class NodeExitCommand extends SettlementAction {
  @Option(names = "--cancel", description = "Leave the node where it is.")
  private boolean cancel;

  @Option(names = "--finish", description = "Take the stake out and forget the node.")
  private boolean finish;

  @Option(names = "--to", paramLabel = "ADDRESS", description = "Take it out to another account.")
  private Optional<String> to = Optional.empty();

  @Override
  Plan plan(SettlementContract contract, Money money) throws ChainException {
    if (cancel && finish) {
      throw new CommandFailure(ExitCode.USAGE, "give --cancel or --finish, not both");
    }
    if (cancel) {
      return new Plan("Leave the node where it is", contract.cancelExit());
    }
    if (finish) {
      EvmAddress owner = to.map(EvmAddress::parse).orElse(contract.account());
      return new Plan("Take the node's stake out to " + owner, contract.finishExit(owner));
    }
    return new Plan(
        "Begin to take the node of " + contract.account() + " away", contract.startExit());
  }
}

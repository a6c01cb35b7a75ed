package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes escrow back. */
@Command(
    name = "thaw",
    description = {
      "Begin to take free escrow back; it pays until it leaves.",
      "When the thaw is over, the command without an amount takes it out."
    },
    mixinStandardHelpOptions = true)
final class EscrowThawCommand extends SettlementAction {
  @Parameters(
      arity = "0..1",
      paramLabel = "AMOUNT",
      description = "How many tokens more to take back; without it, take out what has thawed.")
  private Optional<String> amount = Optional.empty();

  @Option(names = "--cancel", description = "Leave escrow where it is.")
  private boolean cancel;

  @Option(names = "--to", paramLabel = "ADDRESS", description = "Take it out to another account.")
  private Optional<String> to = Optional.empty();

  @Override
  Plan plan(SettlementContract contract, Money money) throws ChainException {
    if (cancel) {
      return new Plan("Leave escrow where it is", contract.cancelThaw());
    }
    if (amount.isPresent()) {
      Amount thawed = money.read(amount.get());
      return new Plan(
          "Begin to take " + money.write(thawed) + " of escrow back", contract.thaw(thawed));
    }
    EvmAddress owner = to.map(EvmAddress::parse).orElse(contract.account());
    return new Plan("Take what thawed out to " + owner, contract.withdrawEscrow(owner));
  }
}

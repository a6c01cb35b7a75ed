package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a reservation back. */
@Command(
    name = "release",
    description = {
      "Call a part of a reservation back; it is free escrow again after the thaw, when this command"
          + " is given without an amount.",
    },
    mixinStandardHelpOptions = true)
final class EscrowReleaseCommand extends SettlementAction {
  @Parameters(index = "0", paramLabel = "PAYEE", description = "Whose reservation.")
  private String payee = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "AMOUNT",
      description = "How many tokens more to call back; without it, free what has thawed.")
  private Optional<String> amount = Optional.empty();

  @Option(names = "--cancel", description = "Leave the reservation as it is.")
  private boolean cancel;

  @Override
  Plan plan(SettlementContract contract, Money money) throws ChainException {
    EvmAddress forWhom = EvmAddress.parse(payee);
    if (cancel) {
      return new Plan(
          "Leave the reservation for " + forWhom + " as it is", contract.cancelRelease(forWhom));
    }
    if (amount.isPresent()) {
      Amount released = money.read(amount.get());
      return new Plan(
          "Begin to take " + money.write(released) + " of the reservation for " + forWhom + " back",
          contract.startRelease(forWhom, released));
    }
    return new Plan(
        "Make what thawed of the reservation for " + forWhom + " free escrow",
        contract.release(forWhom));
  }
}

package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Reserves escrow for one payee. */
@Command(
    name = "reserve",
    description = "Reserve free escrow of the account for one payee; nobody else is paid from it.",
    mixinStandardHelpOptions = true)
final class EscrowReserveCommand extends SettlementAction {
  @Parameters(index = "0", paramLabel = "PAYEE", description = "For whom.")
  private String payee = "";

  @Parameters(index = "1", paramLabel = "AMOUNT", description = "How many tokens.")
  private String amount = "";

  @Override
  Plan plan(SettlementContract contract, Money money) throws ChainException {
    Amount reserved = money.read(amount);
    EvmAddress forWhom = EvmAddress.parse(payee);
    return new Plan(
        "Reserve " + money.write(reserved) + " of the escrow for " + forWhom,
        contract.reserve(forWhom, reserved));
  }
}

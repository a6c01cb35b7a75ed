package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts tokens into escrow. */
@Command(
    name = "deposit",
    description = {
      "Put tokens of the account into escrow.",
      "Whoever redeems first is paid from it. The contract is allowed to take exactly that many."
    },
    mixinStandardHelpOptions = true)
final class EscrowDepositCommand extends SettlementAction {
  @Parameters(paramLabel = "AMOUNT", description = "How many tokens.")
  private String amount = "";

  @Option(
      names = "--for",
      paramLabel = "PAYER",
      description = "Into the escrow of another account.")
  private Optional<String> payer = Optional.empty();

  @Override
  Plan plan(SettlementContract contract, Money money) throws ChainException {
    Amount deposit = money.read(amount);
    EvmAddress owner = payer.map(EvmAddress::parse).orElse(contract.account());
    return new Plan(
        "Put "
            + money.write(deposit)
            + " of "
            + contract.account()
            + " into the escrow of "
            + owner,
        contract.deposit(owner, deposit));
  }
}

package io.tributary.launcher;

import io.tributary.ledger.EvmAddress;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes a hot key back. */
@Command(
    name = "revoke",
    description = "Let a key sign no more on a lane, once the thaw is over.",
    mixinStandardHelpOptions = true)
final class EscrowRevokeCommand extends SettlementAction {
  @Parameters(index = "0", paramLabel = "SIGNER", description = "The address of the key.")
  private String signer = "";

  @Parameters(index = "1", paramLabel = "LANE", description = "The lane's number.")
  private long lane;

  @Override
  Plan plan(SettlementContract contract, Money money) throws ChainException {
    EvmAddress key = EvmAddress.parse(signer);
    return new Plan(
        "Let " + key + " sign no more on lane " + lane + ", after the thaw",
        contract.revoke(key, lane));
  }
}

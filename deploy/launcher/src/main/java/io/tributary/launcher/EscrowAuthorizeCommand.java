package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a hot key sign. */
@Command(
    name = "authorize",
    description = "Let another key sign vouchers of the account on a lane, up to a cap and a time.",
    mixinStandardHelpOptions = true)
final class EscrowAuthorizeCommand extends SettlementAction {
  @Parameters(index = "0", paramLabel = "SIGNER", description = "The address of the key.")
  private String signer = "";

  @Parameters(index = "1", paramLabel = "LANE", description = "The lane's number.")
  private long lane;

  @Parameters(index = "2", paramLabel = "CAP", description = "How many tokens more it may spend.")
  private String cap = "";

  @Option(
      names = "--days",
      defaultValue = "365",
      paramLabel = "N",
      description = "For how long, at least (default: ${DEFAULT-VALUE}).")
  private long days;

  @Override
  Plan plan(SettlementContract contract, Money money) throws ChainException {
    EvmAddress key = EvmAddress.parse(signer);
    Amount most = money.read(cap);
    Instant until = Instant.now().plus(Duration.ofDays(days));
    return new Plan(
        "Let "
            + key
            + " sign on lane "
            + lane
            + " for "
            + money.write(most)
            + " more, until "
            + until,
        contract.authorize(key, lane, most, until.getEpochSecond()));
  }
}

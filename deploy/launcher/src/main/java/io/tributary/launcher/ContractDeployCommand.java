package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.reward.Chain;
import io.tributary.reward.ChainException;
import io.tributary.reward.ContractTerms;
import io.tributary.reward.Deployment;
import io.tributary.reward.Proposal;
import io.tributary.reward.SettlementContract;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts the settlement contract on a chain. */
@Command(
    name = "deploy",
    description = {
      "Put the settlement contract on a chain and write it into a network profile.",
      "Its terms are for good, and nobody owns it. With --network PROFILE the profile's [settlement]"
          + " is written (comments in the file are not kept); without, it is printed."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ContractDeployCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettlementAccess access = new SettlementAccess();
  @Mixin private Consent consent = new Consent();

  /** What the contract holds. */
  static final class Token {
    @Option(
        names = "--token",
        required = true,
        paramLabel = "ADDRESS",
        description = "The ERC-20 token that it holds; on CESS the wrapped native token.")
    private Optional<String> address = Optional.empty();

    @Option(
        names = "--dev-token",
        required = true,
        description = "Put a token on the chain that anybody can make. For development chains.")
    private boolean isDev;
  }

  @ArgGroup(multiplicity = "1")
  private Token token = new Token();

  @Option(
      names = "--finality",
      paramLabel = "BLOCKS",
      defaultValue = "12",
      description = "How deep a block must lie to be believed (default: ${DEFAULT-VALUE}).")
  private int finality;

  @Option(
      names = "--fee",
      paramLabel = "BPS",
      defaultValue = "500",
      description = "Fee of a redemption, in hundredths of a per cent (default: ${DEFAULT-VALUE}).")
  private int feeBps;

  @Option(
      names = "--burn",
      paramLabel = "BPS",
      defaultValue = "4000",
      description = "The part of fees that is burned (default: ${DEFAULT-VALUE}).")
  private int burnBps;

  @Option(
      names = "--kappa",
      paramLabel = "BPS",
      defaultValue = "5000",
      description =
          "The most a payee's subsidy can be of the fees it generated (default: ${DEFAULT-VALUE}).")
  private int kappaBps;

  @Option(
      names = "--thaw-days",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long escrow stays that is called back (default: ${DEFAULT-VALUE}).")
  private int thawDays;

  @Option(
      names = "--exit-days",
      paramLabel = "N",
      defaultValue = "14",
      description = "How long a leaving node's stake stays (default: ${DEFAULT-VALUE}).")
  private int exitDays;

  @Option(
      names = "--pause-hours",
      paramLabel = "N",
      defaultValue = "72",
      description = "How long a pause of redemption lasts (default: ${DEFAULT-VALUE}).")
  private int pauseHours;

  @Option(
      names = "--min-stake",
      paramLabel = "UNITS",
      defaultValue = "100000000000000000000",
      description = "The least stake of a node, in base units (default: ${DEFAULT-VALUE}).")
  private BigInteger minStake = BigInteger.ZERO;

  @Option(
      names = "--guardian",
      paramLabel = "ADDRESS",
      description = "Who may pause redemption; default: nobody.")
  private Optional<String> guardian = Optional.empty();

  @Override
  public Integer call() throws IOException, ChainException, KeystoreException {
    Optional<NetworkProfile> profile =
        access.network().isPresent()
            ? Optional.of(NetworkProfile.read(access.network().get()))
            : Optional.empty();
    try (SigningKey key = access.unlock();
        Chain chain = access.connect()) {
      EvmAddress held = token(chain, key);
      long from = chain.newestBlock();
      Proposal proposal = SettlementContract.deployment(chain, key, held, terms());
      ask("Put the settlement contract for token " + held, chain, proposal);
      SettlementContract contract = SettlementContract.deployed(chain, key, proposal);
      Deployment deployment = new Deployment(contract.domain(), held, from);
      NetworkProfile.Settlement settlement = settlement(deployment, chain);
      if (profile.isPresent()) {
        ProfileFile.write(access.network().get(), profile.get().withSettlement(settlement));
      }
      print(settlement);
      return ExitCode.OK.code();
    }
  }

  private EvmAddress token(Chain chain, SigningKey key) throws ChainException {
    if (!token.isDev) {
      return EvmAddress.parse(token.address.orElseThrow());
    }
    Proposal proposal = SettlementContract.devTokenDeployment(chain, key);
    ask("Put the token of development chains", chain, proposal);
    return SettlementContract.deployedToken(proposal);
  }

  private void ask(String what, Chain chain, Proposal proposal) {
    consent.ask(
        spec.commandLine().getErr(),
        what + " on chain " + chain.id() + ". It costs " + Money.cost(proposal));
  }

  private ContractTerms terms() {
    return new ContractTerms(
        feeBps,
        burnBps,
        kappaBps,
        Duration.ofDays(thawDays),
        Duration.ofDays(exitDays),
        Duration.ofHours(pauseHours),
        new Amount(minStake),
        guardian.map(EvmAddress::parse));
  }

  private NetworkProfile.Settlement settlement(Deployment deployment, Chain chain) {
    return new NetworkProfile.Settlement(
        deployment.domain().chainId(),
        chain.options().endpoints(),
        deployment.domain().contract().toString().toLowerCase(Locale.ROOT),
        deployment.token().toString().toLowerCase(Locale.ROOT),
        finality,
        deployment.firstBlock());
  }

  private void print(NetworkProfile.Settlement settlement) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("chain-id", settlement.chainId());
    fields.put("contract", settlement.contract());
    fields.put("token", settlement.token());
    fields.put("finality-blocks", settlement.finalityBlocks());
    fields.put("from-block", settlement.fromBlock());
    PrintWriter out = spec.commandLine().getOut();
    out.println(Terminal.json(fields));
    out.flush();
  }
}

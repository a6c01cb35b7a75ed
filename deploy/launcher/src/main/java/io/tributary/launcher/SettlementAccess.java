package io.tributary.launcher;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.reward.Chain;
import io.tributary.reward.ChainException;
import io.tributary.reward.ChainOptions;
import io.tributary.reward.SettlementContract;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which settlement contract a command is about, how its chain is reached, and who acts. */
final class SettlementAccess {
  /** Somebody is waiting. */
  private static final Duration POLL = Duration.ofMillis(250);

  private static final BigDecimal GWEI = BigDecimal.valueOf(1_000_000_000);

  @Option(
      names = "--network",
      paramLabel = "PROFILE",
      description = "The network profile; its [settlement] says what is not given here.")
  private Optional<Path> network = Optional.empty();

  @Option(
      names = "--rpc",
      paramLabel = "URL",
      description = "An endpoint of the chain, JSON-RPC over HTTP. May be repeated, best first.")
  private List<URI> rpc = new ArrayList<>();

  @Option(
      names = "--contract",
      paramLabel = "ADDRESS",
      description = "The settlement contract, instead of the profile's.")
  private Optional<String> contract = Optional.empty();

  @Option(
      names = "--account",
      paramLabel = "ADDRESS",
      description = "The account that acts; default: the only one whose key is kept.")
  private Optional<String> account = Optional.empty();

  @Option(
      names = "--fee-ceiling",
      paramLabel = "GWEI",
      description = "The most that is offered for a unit of gas (default: 100).")
  private Optional<BigDecimal> feeCeiling = Optional.empty();

  @Mixin private KeyAccess keys = new KeyAccess();

  /** The profile's settlement; empty without a profile. */
  private Optional<NetworkProfile.Settlement> settlement() throws IOException {
    return network.isPresent() ? NetworkProfile.read(network.get()).settlement() : Optional.empty();
  }

  /** The profile's file. */
  Optional<Path> network() {
    return network;
  }

  /** Opens the chain that is named. */
  Chain connect() throws IOException, ChainException {
    Optional<NetworkProfile.Settlement> profile = settlement();
    List<URI> endpoints =
        rpc.isEmpty()
            ? profile
                .map(NetworkProfile.Settlement::rpc)
                .orElseThrow(
                    () ->
                        new CommandFailure(
                            ExitCode.USAGE,
                            "which chain? Give --rpc URL, or --network PROFILE of a network with"
                                + " [settlement]"))
            : rpc;
    ChainOptions usual = ChainOptions.of(endpoints);
    BigInteger ceiling =
        feeCeiling.map(each -> each.multiply(GWEI).toBigInteger()).orElse(usual.feeCeilingWei());
    return Chain.connect(
        new ChainOptions(
            endpoints,
            usual.requestTimeout(),
            profile.map(NetworkProfile.Settlement::finalityBlocks).orElse(usual.finalityDepth()),
            ceiling,
            usual.tipWei().min(ceiling),
            POLL,
            usual.mineTimeout()));
  }

  /** The contract that is named, on a chain. */
  SettlementContract contract(Chain chain, SigningKey key) throws IOException, ChainException {
    Optional<NetworkProfile.Settlement> profile = settlement();
    String address =
        contract.orElseGet(
            () ->
                profile
                    .map(NetworkProfile.Settlement::contract)
                    .orElseThrow(
                        () ->
                            new CommandFailure(
                                ExitCode.USAGE,
                                "which contract? Give --contract ADDRESS, or --network PROFILE of a"
                                    + " network with [settlement]")));
    long chainId =
        contract.isPresent()
            ? chain.id()
            : profile.map(NetworkProfile.Settlement::chainId).orElse(chain.id());
    return SettlementContract.at(
        chain, new SettlementDomain(chainId, EvmAddress.parse(address)), key);
  }

  /** The first block that can have an event of the contract. */
  long fromBlock() throws IOException {
    return settlement().map(NetworkProfile.Settlement::fromBlock).orElse(0L);
  }

  /** The account that acts, or is looked at. */
  EvmAddress account() throws KeystoreException {
    if (account.isPresent()) {
      return EvmAddress.parse(account.get());
    }
    List<EvmAddress> kept = keys.directory().list();
    if (kept.size() != 1) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "which account? "
              + (kept.isEmpty() ? "No key is" : kept.size() + " keys are")
              + " kept in "
              + keys.directory().path()
              + "; give --account ADDRESS"
              + (kept.isEmpty() ? ", or make a key by: tributary keys new" : ""));
    }
    return kept.get(0);
  }

  /** Unlocks the key of the account that acts. */
  SigningKey unlock() throws KeystoreException {
    EvmAddress address = account();
    char[] password = keys.password("Password of " + address + ": ");
    try {
      return keys.directory().read(address).unlock(password, Curve.fastest());
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  /** A key of nobody, for commands that only look. */
  static SigningKey onlooker() {
    return SigningKey.generate(new SecureRandom(), Curve.fastest());
  }
}

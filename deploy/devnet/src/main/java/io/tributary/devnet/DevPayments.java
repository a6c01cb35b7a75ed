package io.tributary.devnet;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.reward.ChainException;
import io.tributary.reward.ContractTerms;
import io.tributary.reward.Deployment;
import io.tributary.reward.SettlementContract;
import io.tributary.reward.dev.AnvilProcess;
import io.tributary.reward.dev.DevSettlement;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settlement chain of a devnet: anvil with a token and the contract, and money for the nodes.
 *
 * <p>Used by one thread at a time.
 */
public final class DevPayments implements AutoCloseable {
  private static final BigInteger COIN = BigInteger.TEN.pow(18);

  /** For gas; every account gets it anew at each start. */
  private static final BigInteger GAS_WEI = COIN.multiply(BigInteger.valueOf(100));

  /** What a node's escrow is filled with when it is empty. */
  private static final Amount ESCROW = new Amount(COIN.multiply(BigInteger.valueOf(1_000)));

  private static final int FINALITY_BLOCKS = 1;
  private static final int BLOCK_SECONDS = 1;

  private final AnvilProcess anvil;
  private final URI url;
  private final SigningKey deployer;
  private final DevSettlement settlement;

  private DevPayments(AnvilProcess anvil, URI url, SigningKey deployer, DevSettlement settlement) {
    this.anvil = anvil;
    this.url = url;
    this.deployer = deployer;
    this.settlement = settlement;
  }

  /**
   * Starts a chain, or goes on with the one that a directory keeps.
   *
   * @param tools where anvil is, or is put
   * @param ports where it is to be reached
   * @param known where the contract stood when the devnet ran last
   */
  static DevPayments start(
      Path directory,
      Path tools,
      DevnetPlan.Ports ports,
      Optional<NetworkProfile.Settlement> known,
      SecureRandom random)
      throws IOException {
    Files.createDirectories(directory);
    SigningKey deployer = DevWallet.openOrCreate(directory, random).unlock();
    try {
      AnvilProcess anvil =
          AnvilProcess.start(
              tools,
              new AnvilProcess.Options(
                  OptionalInt.of(BLOCK_SECONDS),
                  ports.settlement(),
                  Optional.of(directory.resolve("anvil.json")),
                  ports.host().isPresent()));
      try {
        return new DevPayments(
            anvil, url(anvil, ports), deployer, settlement(anvil, deployer, known));
      } catch (ChainException e) {
        anvil.close();
        throw new DevnetException("the settlement contract: " + e.getMessage(), e);
      } catch (IOException | RuntimeException e) {
        anvil.close();
        throw e;
      }
    } catch (InterruptedException e) {
      deployer.close();
      Thread.currentThread().interrupt();
      throw new DevnetException("interrupted while the settlement chain started", e);
    } catch (IOException | RuntimeException e) {
      deployer.close();
      throw e;
    }
  }

  /** How nodes reach it. */
  private static URI url(AnvilProcess anvil, DevnetPlan.Ports ports) {
    return ports
        .host()
        .map(host -> URI.create("http://" + host + ":" + anvil.url().getPort()))
        .orElse(anvil.url());
  }

  private static DevSettlement settlement(
      AnvilProcess anvil, SigningKey deployer, Optional<NetworkProfile.Settlement> known)
      throws ChainException, IOException {
    if (known.isPresent()) {
      Deployment deployment =
          new Deployment(
              new SettlementDomain(known.get().chainId(), EvmAddress.parse(known.get().contract())),
              EvmAddress.parse(known.get().token()),
              known.get().fromBlock());
      try {
        return DevSettlement.at(anvil, deployer, deployment, FINALITY_BLOCKS);
      } catch (ChainException e) {
        if (e.reason() != ChainException.Reason.WRONG_CHAIN) {
          throw e;
        }
        // The chain was not written down to its end: it begins anew, and so does all money.
      }
    }
    return DevSettlement.deploy(anvil, deployer, ContractTerms.defaults(), FINALITY_BLOCKS);
  }

  /** What a network profile says of it. */
  NetworkProfile.Settlement profile() {
    Deployment deployment = settlement.deployment();
    return new NetworkProfile.Settlement(
        AnvilProcess.CHAIN_ID,
        List.of(url),
        deployment.domain().contract().toString().toLowerCase(Locale.ROOT),
        deployment.token().toString().toLowerCase(Locale.ROOT),
        FINALITY_BLOCKS,
        deployment.firstBlock());
  }

  /** Gives a node's wallet coins for gas, and an escrow to pay from: cachers pay their siblings. */
  void provide(DevWallet wallet) throws IOException {
    try {
      settlement.fund(wallet.address(), GAS_WEI, Amount.ZERO);
      if (settlement.contract().account(wallet.address()).free().isZero()) {
        settlement.fillEscrow(wallet.address(), ESCROW);
      }
    } catch (ChainException e) {
      throw new DevnetException("money for " + wallet.directory() + ": " + e.getMessage(), e);
    }
  }

  /** The contract, as the account sees it that deployed it. */
  public SettlementContract contract() {
    return settlement.contract();
  }

  /** Ends the chain; its state stays in the directory. */
  @Override
  public void close() {
    settlement.close();
    anvil.close();
    deployer.close();
  }
}

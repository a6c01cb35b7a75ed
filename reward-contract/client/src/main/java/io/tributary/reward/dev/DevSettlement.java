package io.tributary.reward.dev;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.Chain;
import io.tributary.reward.ChainException;
import io.tributary.reward.ChainOptions;
import io.tributary.reward.ContractTerms;
import io.tributary.reward.Deployment;
import io.tributary.reward.SettlementContract;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/**
 * Dev token and settlement contract on a development chain, and money for whoever needs some.
 *
 * <p>Thread-safe. Closing it leaves the chain as it is.
 */
public final class DevSettlement implements AutoCloseable {
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);

  /** Enough coins for the gas of a deployment and any number of fundings. */
  private static final BigInteger DEPLOYER_WEI = BigInteger.TEN.pow(21);

  private final AnvilProcess anvil;
  private final Chain chain;
  private final SettlementContract contract;
  private final Deployment deployment;

  private DevSettlement(
      AnvilProcess anvil, Chain chain, SettlementContract contract, Deployment deployment) {
    this.anvil = anvil;
    this.chain = chain;
    this.contract = contract;
    this.deployment = deployment;
  }

  /**
   * Puts token and contract on a chain, in the name of an account that is given coins for it.
   *
   * @param finalityDepth how many blocks must follow one before it counts as final
   */
  public static DevSettlement deploy(
      AnvilProcess anvil, SigningKey deployer, ContractTerms terms, int finalityDepth)
      throws ChainException, IOException {
    anvil.setCoins(deployer.address(), DEPLOYER_WEI);
    Chain chain = Chain.connect(options(anvil, finalityDepth));
    try {
      EvmAddress token =
          SettlementContract.deployedToken(SettlementContract.devTokenDeployment(chain, deployer));
      long firstBlock = chain.newestBlock();
      SettlementContract contract = SettlementContract.deploy(chain, deployer, token, terms);
      return new DevSettlement(
          anvil, chain, contract, new Deployment(contract.domain(), token, firstBlock));
    } catch (ChainException e) {
      chain.close();
      throw e;
    }
  }

  /**
   * Goes on with what stands on a chain already, as one has that keeps its state.
   *
   * @throws ChainException with WRONG_CHAIN if no such contract is there
   */
  public static DevSettlement at(
      AnvilProcess anvil, SigningKey deployer, Deployment known, int finalityDepth)
      throws ChainException, IOException {
    anvil.setCoins(deployer.address(), DEPLOYER_WEI);
    Chain chain = Chain.connect(options(anvil, finalityDepth));
    try {
      return new DevSettlement(
          anvil, chain, SettlementContract.at(chain, known.domain(), deployer), known);
    } catch (ChainException e) {
      chain.close();
      throw e;
    }
  }

  /** How a development chain is spoken to: soon final, asked often. */
  public static ChainOptions options(AnvilProcess anvil, int finalityDepth) {
    return new ChainOptions(
        List.of(anvil.url()),
        Duration.ofSeconds(20),
        finalityDepth,
        GWEI.multiply(BigInteger.valueOf(100)),
        GWEI,
        Duration.ofMillis(10),
        Duration.ofSeconds(60));
  }

  /** Where the contract stands: what a network profile needs. */
  public Deployment deployment() {
    return deployment;
  }

  /** The contract as the deployer uses it. */
  public SettlementContract contract() {
    return contract;
  }

  /** Gives an account coins for gas, and tokens beside those it has. */
  public void fund(EvmAddress account, BigInteger wei, Amount tokens)
      throws ChainException, IOException {
    anvil.setCoins(account, wei);
    if (!tokens.isZero()) {
      contract.mintDevTokens(account, tokens).send();
    }
  }

  /** Puts new tokens into a payer's escrow, which needs no doing of the payer. */
  public void fillEscrow(EvmAddress payer, Amount tokens) throws ChainException {
    contract.mintDevTokens(contract.account(), tokens).send();
    contract.deposit(payer, tokens).send();
  }

  @Override
  public void close() {
    chain.close();
  }
}

package io.tributary.launcher;

import io.tributary.ledger.Amount;
import io.tributary.reward.ChainException;
import io.tributary.reward.Proposal;
import io.tributary.reward.SettlementContract;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * How people write amounts of a contract's token, and of the chain's coin.
 *
 * @param symbol what the token calls itself
 * @param decimals the decimal places of a base unit
 */
record Money(String symbol, int decimals) {
  private static final int COIN_DECIMALS = 18;

  /** Asks the contract's token. */
  static Money of(SettlementContract contract) throws ChainException {
    return new Money(contract.tokenSymbol(), contract.tokenDecimals());
  }

  /**
   * Reads an amount in whole tokens, as {@code 12.5}.
   *
   * @throws CommandFailure if it is none, or finer than a base unit
   */
  Amount read(String text) {
    try {
      return new Amount(new BigDecimal(text).movePointRight(decimals).toBigIntegerExact());
    } catch (NumberFormatException e) {
      throw new CommandFailure(
          ExitCode.USAGE, "'" + text + "' is no amount of " + symbol + ", as 12 or 0.5", e);
    } catch (ArithmeticException e) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "'" + text + "' is finer than a base unit: " + symbol + " has " + decimals + " decimals",
          e);
    }
  }

  /** Writes an amount, as {@code 12.5 TDEV}. */
  String write(Amount amount) {
    return plain(amount.units(), decimals) + " " + symbol;
  }

  /** Writes wei as coins, as {@code 0.0021 coins}. */
  static String coins(BigInteger wei) {
    return plain(wei, COIN_DECIMALS) + " coins";
  }

  /** Says what a proposal costs at most. */
  static String cost(Proposal proposal) {
    return cost(proposal.mostWei(), proposal.mostGas(), proposal.maxFeeWei())
        + (proposal.transactions() == 1 ? "" : ", in " + proposal.transactions() + " transactions");
  }

  /** Says what gas costs at most. */
  static String cost(BigInteger mostWei, BigInteger gas, BigInteger maxFeeWei) {
    return "at most " + coins(mostWei) + " (" + gas + " gas at " + maxFeeWei + " wei)";
  }

  private static String plain(BigInteger units, int decimals) {
    BigDecimal value = new BigDecimal(units, decimals).stripTrailingZeros();
    return (value.scale() < 0 ? value.setScale(0) : value).toPlainString();
  }
}

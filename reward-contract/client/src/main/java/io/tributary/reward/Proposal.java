package io.tributary.reward;

import io.tributary.ledger.Hash256;
import io.tributary.reward.ChainException.Reason;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Something an account can do on the chain, with what it costs at most. Nothing is sent before
 * {@link #send}, and nothing is ever sent that costs more than was said.
 *
 * <p>Made by {@link SettlementContract}, which has asked the contract whether it would take it.
 */
public final class Proposal {
  private final Sender sender;
  private final List<Step> steps;

  private Proposal(Sender sender, List<Step> steps) {
    this.sender = sender;
    this.steps = List.copyOf(steps);
  }

  /** One transaction of it. */
  private record Step(String to, String data, Fees fees, boolean isEstimated) {}

  /**
   * What was done.
   *
   * @param transactions the hashes, in order
   * @param block the number of the last one's block; not final yet
   * @param paidWei what they cost all in all, in wei
   */
  public record Receipt(List<Hash256> transactions, long block, BigInteger paidWei) {
    /** Copies the list. */
    public Receipt {
      transactions = List.copyOf(transactions);
    }
  }

  /** One transaction. */
  static Proposal of(Sender sender, String to, String data) throws ChainException {
    return new Proposal(sender, List.of(new Step(to, data, sender.fees(to, data), true)));
  }

  /**
   * Two transactions, of which the second can only be tried when the first is done.
   *
   * @param gasOfSecond the most gas the second may use
   */
  static Proposal of(
      Sender sender, String to, String data, String thenTo, String thenData, long gasOfSecond)
      throws ChainException {
    Fees first = sender.fees(to, data);
    Fees second = new Fees(BigInteger.valueOf(gasOfSecond), first.maxFeeWei(), first.tipWei());
    return new Proposal(
        sender,
        List.of(new Step(to, data, first, true), new Step(thenTo, thenData, second, false)));
  }

  /** The most that all of it can cost, in wei. */
  public BigInteger mostWei() {
    return steps.stream()
        .map(step -> step.fees().mostWei())
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** The most gas that all of it can use. */
  public BigInteger mostGas() {
    return steps.stream().map(step -> step.fees().gas()).reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** The most that is paid for a unit of gas, in wei. */
  public BigInteger maxFeeWei() {
    return steps.get(0).fees().maxFeeWei();
  }

  /** How many transactions it takes. */
  public int transactions() {
    return steps.size();
  }

  /**
   * Sends it and waits until all of it is in blocks.
   *
   * @throws ChainException with REVERTED if the contract refuses, and the message says which rule;
   *     what came before the refused transaction is done then
   */
  public Receipt send() throws ChainException {
    return receipt(sendAll());
  }

  List<TransactionReceipt> sendAll() throws ChainException {
    List<TransactionReceipt> receipts = new ArrayList<>();
    for (Step step : steps) {
      if (!step.isEstimated()) {
        check(step);
      }
      receipts.add(sender.call(step.to(), step.data(), step.fees()));
    }
    return receipts;
  }

  private void check(Step step) throws ChainException {
    BigInteger gas = sender.chain().estimate(sender.address(), step.to(), step.data());
    if (gas.compareTo(step.fees().gas()) > 0) {
      throw new ChainException(
          Reason.FEES_ABOVE_CEILING,
          "the call takes "
              + gas
              + " gas, where "
              + step.fees().gas()
              + " was said to be the most");
    }
  }

  private static Receipt receipt(List<TransactionReceipt> receipts) {
    BigInteger paid = BigInteger.ZERO;
    List<Hash256> hashes = new ArrayList<>();
    for (TransactionReceipt each : receipts) {
      paid = paid.add(Chain.costWei(each));
      hashes.add(Chain.hash(each.getTransactionHash()));
    }
    long block = receipts.get(receipts.size() - 1).getBlockNumber().longValueExact();
    return new Receipt(hashes, block, paid);
  }
}

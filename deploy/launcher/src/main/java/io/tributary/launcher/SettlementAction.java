package io.tributary.launcher;

import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.Chain;
import io.tributary.reward.ChainException;
import io.tributary.reward.Proposal;
import io.tributary.reward.SettlementContract;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that changes something in the settlement contract: shows the fee, asks, and does it.
 */
abstract class SettlementAction implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettlementAccess access = new SettlementAccess();
  @Mixin private Consent consent = new Consent();

  /**
   * What is to be done.
   *
   * @param what in words, as {@code "Put 5 TDEV into the escrow of 0x…"}
   * @param proposal how
   */
  record Plan(String what, Proposal proposal) {}

  /** Makes the plan; asks the chain, and changes nothing. */
  abstract Plan plan(SettlementContract contract, Money money) throws IOException, ChainException;

  @Override
  public final Integer call() throws IOException, ChainException, KeystoreException {
    try (SigningKey key = access.unlock();
        Chain chain = access.connect()) {
      SettlementContract contract = access.contract(chain, key);
      Plan plan = plan(contract, Money.of(contract));
      PrintWriter out = spec.commandLine().getOut();
      consent.ask(
          spec.commandLine().getErr(), plan.what() + ". It costs " + Money.cost(plan.proposal()));
      Proposal.Receipt receipt = plan.proposal().send();
      receipt.transactions().forEach(each -> out.println("transaction  " + each));
      out.println("block        " + receipt.block());
      out.println("paid         " + Money.coins(receipt.paidWei()));
      out.flush();
      return ExitCode.OK.code();
    }
  }
}

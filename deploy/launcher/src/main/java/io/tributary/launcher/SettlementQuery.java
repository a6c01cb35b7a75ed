package io.tributary.launcher;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.Chain;
import io.tributary.reward.ChainException;
import io.tributary.reward.SettlementContract;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that looks at the settlement contract; no key is unlocked. */
abstract class SettlementQuery implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private SettlementAccess access = new SettlementAccess();

  @Option(names = "--json", description = "Print JSON; amounts are in base units.")
  private boolean json;

  /** What was found: the JSON, and the lines for people. */
  record Answer(Object json, List<String> lines) {}

  /** What is asked for: the contract, the account, and how its money is written. */
  record Question(SettlementContract contract, EvmAddress account, Money money, long fromBlock) {}

  /** Asks the chain. */
  abstract Answer answer(Question question) throws IOException, ChainException;

  @Override
  public final Integer call() throws IOException, ChainException, KeystoreException {
    try (SigningKey onlooker = SettlementAccess.onlooker();
        Chain chain = access.connect()) {
      SettlementContract contract = access.contract(chain, onlooker);
      Answer answer =
          answer(new Question(contract, access.account(), Money.of(contract), access.fromBlock()));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(Terminal.json(answer.json()));
      } else {
        answer.lines().forEach(out::println);
      }
      out.flush();
      return ExitCode.OK.code();
    }
  }

  /** A line of a name and a value. */
  static String line(String name, String value) {
    return name + " ".repeat(Math.max(1, 14 - name.length())) + value;
  }
}

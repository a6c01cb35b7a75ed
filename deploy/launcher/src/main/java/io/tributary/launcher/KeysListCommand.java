package io.tributary.launcher;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.keys.KeystoreException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists keys. */
@Command(
    name = "list",
    description = "Print the addresses of all keys.",
    mixinStandardHelpOptions = true)
final class KeysListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KeyAccess access = new KeyAccess();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws KeystoreException {
    List<String> addresses = access.directory().list().stream().map(EvmAddress::toString).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Terminal.json(addresses));
    } else {
      addresses.forEach(out::println);
    }
    out.flush();
    return ExitCode.OK.code();
  }
}

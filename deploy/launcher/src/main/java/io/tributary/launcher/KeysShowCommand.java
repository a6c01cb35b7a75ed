package io.tributary.launcher;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Unlocks a key to see that its password is right. */
@Command(
    name = "show",
    description = {
      "Unlock a key and print its address, public key and file.",
      "The private key is never printed."
    },
    mixinStandardHelpOptions = true)
final class KeysShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KeyAccess access = new KeyAccess();

  @Parameters(paramLabel = "ADDRESS", description = "The key's address, 0x and 40 digits.")
  private String address = "";

  @Override
  public Integer call() throws KeystoreException {
    EvmAddress wanted = EvmAddress.parse(address);
    char[] password = access.password("Password of " + wanted + ": ");
    try (SigningKey key = access.directory().read(wanted).unlock(password, Curve.fastest())) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("address     " + key.address());
      out.println("public key  0x04" + HexFormat.of().formatHex(key.publicKey().toBytes()));
      out.println("file        " + access.directory().fileOf(wanted));
      out.flush();
      return ExitCode.OK.code();
    } finally {
      Arrays.fill(password, '\0');
    }
  }
}

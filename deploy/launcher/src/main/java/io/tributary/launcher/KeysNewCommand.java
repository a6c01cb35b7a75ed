package io.tributary.launcher;

import io.tributary.ledger.keys.Keystore;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a key. */
@Command(
    name = "new",
    description = "Make a key and print its address.",
    mixinStandardHelpOptions = true)
final class KeysNewCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KeyAccess access = new KeyAccess();

  @Option(
      names = "--light",
      description = "Lock it lightly: quick to unlock, and to guess. For development networks.")
  private boolean light;

  @Override
  public Integer call() throws KeystoreException {
    SecureRandom random = new SecureRandom();
    char[] password = access.newPassword();
    try (SigningKey key = SigningKey.generate(random, Curve.fastest())) {
      Keystore locked =
          Keystore.lock(
              key, password, light ? Keystore.Hardness.LIGHT : Keystore.Hardness.STANDARD, random);
      Path file = access.directory().add(key.address(), locked);
      PrintWriter out = spec.commandLine().getOut();
      out.println(key.address());
      out.flush();
      spec.commandLine().getErr().println("Kept in " + file + "; copy it to a safe place.");
      return ExitCode.OK.code();
    } finally {
      Arrays.fill(password, '\0');
    }
  }
}

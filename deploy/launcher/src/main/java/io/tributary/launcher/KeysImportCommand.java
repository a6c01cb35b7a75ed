package io.tributary.launcher;

import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.Keystore;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.keys.PasswordSource;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes over a key of another wallet. */
@Command(
    name = "import",
    description = {
      "Take over a key from a Web3 keystore file (version 3), as geth and most wallets write it.",
      "It is locked anew; the file it came from is not changed."
    },
    mixinStandardHelpOptions = true)
final class KeysImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KeyAccess access = new KeyAccess();

  @Parameters(paramLabel = "FILE", description = "The keystore file; its owner's alone (0600).")
  private Path file = Path.of("");

  @Option(
      names = "--old-password-file",
      paramLabel = "FILE",
      description = "Read the file's present password from the first line of a file.")
  private Optional<Path> oldPasswordFile = Optional.empty();

  @Override
  public Integer call() throws KeystoreException {
    char[] old =
        oldPasswordFile.isPresent()
            ? PasswordSource.file(oldPasswordFile.get()).read()
            : access.password("Present password of " + file + ": ");
    try (SigningKey key = KeyDirectory.read(file).unlock(old, Curve.fastest())) {
      char[] password = oldPasswordFile.isPresent() ? access.newPassword() : old;
      Keystore locked =
          Keystore.lock(key, password, Keystore.Hardness.STANDARD, new SecureRandom());
      Arrays.fill(password, '\0');
      access.directory().add(key.address(), locked);
      PrintWriter out = spec.commandLine().getOut();
      out.println(key.address());
      out.flush();
      return ExitCode.OK.code();
    } finally {
      Arrays.fill(old, '\0');
    }
  }
}

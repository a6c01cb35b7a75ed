package io.tributary.launcher;

import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.keys.KeystoreException.Reason;
import io.tributary.ledger.keys.PasswordSource;
import java.io.Console;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where keys are kept and their password comes from. */
final class KeyAccess {
  /** The name of the password among a service's credentials. */
  static final String CREDENTIAL = "tributary-key-password";

  @Option(
      names = "--keys",
      paramLabel = "DIR",
      description = "Where keys are kept; default: $${HOME}/.tributary/keys.")
  private Optional<Path> directory = Optional.empty();

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = {
        "Read the password from the first line of a file. Without it, from the credential "
            + CREDENTIAL
            + " if the service manager set CREDENTIALS_DIRECTORY, else from the terminal."
      })
  private Optional<Path> passwordFile = Optional.empty();

  KeyDirectory directory() {
    return new KeyDirectory(
        directory.orElseGet(() -> Path.of(System.getProperty("user.home"), ".tributary", "keys")));
  }

  /** Reads the password of a key that exists. */
  char[] password(String prompt) throws KeystoreException {
    return source(prompt).read();
  }

  /** Reads the password for a key to be locked; on a terminal it is asked for twice. */
  char[] newPassword() throws KeystoreException {
    char[] password = source("Password for the new key: ").read();
    if (password.length == 0) {
      throw new KeystoreException(Reason.NO_PASSWORD, "the password is empty");
    }
    if (passwordFile.isEmpty() && credentials().isEmpty()) {
      char[] again = source("The same again: ").read();
      boolean isSame = Arrays.equals(password, again);
      Arrays.fill(again, '\0');
      if (!isSame) {
        throw new KeystoreException(Reason.WRONG_PASSWORD, "the two passwords are not the same");
      }
    }
    return password;
  }

  private PasswordSource source(String prompt) {
    if (passwordFile.isPresent()) {
      return PasswordSource.file(passwordFile.get());
    }
    return credentials()
        .map(directory -> PasswordSource.credential(directory, CREDENTIAL))
        .orElse(() -> ask(prompt));
  }

  private static Optional<Path> credentials() {
    return Optional.ofNullable(System.getenv("CREDENTIALS_DIRECTORY")).map(Path::of);
  }

  private static char[] ask(String prompt) throws KeystoreException {
    // Newer Java releases have a console even where nobody looks on.
    Optional<Console> console =
        Terminal.isInteractive() ? Optional.ofNullable(System.console()) : Optional.empty();
    return console
        .map(each -> each.readPassword("%s", prompt))
        .orElseThrow(
            () ->
                new KeystoreException(
                    Reason.NO_PASSWORD,
                    "there is no terminal to ask for the password on; give it by"
                        + " --password-file FILE"));
  }
}

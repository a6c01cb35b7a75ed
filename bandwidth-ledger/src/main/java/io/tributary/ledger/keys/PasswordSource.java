package io.tributary.ledger.keys;

import io.tributary.ledger.keys.KeystoreException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Where a password comes from; never a command line or the environment. */
@FunctionalInterface
public interface PasswordSource {
  /** The longest password. */
  int MAX_BYTES = 1024;

  /** Returns the password in an array that the caller overwrites after use. */
  char[] read() throws KeystoreException;

  /**
   * The first line of a file.
   *
   * @param file the owner's alone, as a key is; else it is refused
   */
  static PasswordSource file(Path file) {
    return () -> {
      try {
        OwnerOnly.require(file);
        return firstLine(file);
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    };
  }

  /**
   * The first line of a file in a directory of credentials, such as systemd's. Who may read it is
   * the service manager's care.
   *
   * @param directory as in {@code CREDENTIALS_DIRECTORY}
   * @param name of the credential
   */
  static PasswordSource credential(Path directory, String name) {
    Path file = directory.resolve(name);
    return () -> {
      try {
        return firstLine(file);
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    };
  }

  private static KeystoreException unreadable(Path file, IOException cause) {
    return new KeystoreException(
        Reason.NO_PASSWORD, "the password file " + file + " cannot be read", cause);
  }

  private static char[] firstLine(Path file) throws IOException, KeystoreException {
    if (Files.size(file) > MAX_BYTES) {
      throw new KeystoreException(Reason.NO_PASSWORD, file + " is too long to hold a password");
    }
    byte[] bytes = Files.readAllBytes(file);
    CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    Arrays.fill(bytes, (byte) 0);
    int length = 0;
    while (length < text.length() && text.get(length) != '\n' && text.get(length) != '\r') {
      length++;
    }
    char[] password = new char[length];
    text.get(password);
    Arrays.fill(text.array(), '\0');
    return password;
  }
}

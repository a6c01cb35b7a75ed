package io.tributary.ledger.keys;

import io.tributary.ledger.keys.KeystoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner may read. */
final class OwnerOnly {
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private OwnerOnly() {}

  /** Refuses a file that anybody but its owner may use. */
  static void require(Path file) throws IOException, KeystoreException {
    if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
      throw new KeystoreException(
          Reason.TOO_OPEN, "others may read " + file + "; run: chmod 600 " + file);
    }
  }
}

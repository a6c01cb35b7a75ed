package io.tributary.devnet;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.Keystore;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.keys.PasswordSource;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The wallet of a devnet's node: a keystore and the file with its password beside it.
 *
 * <pre>{@code
 * DIRECTORY/keys/0x….json
 * DIRECTORY/password
 * }</pre>
 *
 * @param directory the node's
 * @param address the wallet's address
 */
public record DevWallet(Path directory, EvmAddress address) {
  private static final int PASSWORD_BYTES = 16;

  /** Opens the wallet of a node's directory, or makes one. */
  static DevWallet openOrCreate(Path directory, SecureRandom random) throws IOException {
    try {
      KeyDirectory keys = new KeyDirectory(directory.resolve("keys"));
      List<EvmAddress> present = Files.isDirectory(keys.path()) ? keys.list() : List.of();
      if (!present.isEmpty()) {
        return new DevWallet(directory, present.get(0));
      }
      byte[] secret = new byte[PASSWORD_BYTES];
      random.nextBytes(secret);
      writePrivately(directory.resolve("password"), HexFormat.of().formatHex(secret) + "\n");
      char[] password = PasswordSource.file(directory.resolve("password")).read();
      try (SigningKey key = SigningKey.generate(random, Curve.fastest())) {
        keys.add(key.address(), Keystore.lock(key, password, Keystore.Hardness.LIGHT, random));
        return new DevWallet(directory, key.address());
      } finally {
        Arrays.fill(password, '\0');
      }
    } catch (KeystoreException e) {
      throw new DevnetException("the wallet in " + directory + ": " + e.getMessage(), e);
    }
  }

  /** The directory of the locked key. */
  public Path keys() {
    return directory.resolve("keys");
  }

  /** The file that holds the locked key. */
  public Path keystore() {
    return new KeyDirectory(keys()).fileOf(address);
  }

  /** The file that holds its password. */
  public Path passwordFile() {
    return directory.resolve("password");
  }

  /** Unlocks the key; the caller closes it. */
  public SigningKey unlock() {
    try {
      char[] password = PasswordSource.file(passwordFile()).read();
      try {
        return KeyDirectory.read(keystore()).unlock(password, Curve.fastest());
      } finally {
        Arrays.fill(password, '\0');
      }
    } catch (KeystoreException e) {
      throw new DevnetException("the wallet in " + directory + ": " + e.getMessage(), e);
    }
  }

  private static void writePrivately(Path file, String text) throws IOException {
    try (var out =
        Files.newByteChannel(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      out.write(StandardCharsets.UTF_8.encode(text));
    }
  }
}

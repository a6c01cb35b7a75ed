package io.tributary.ledger.keys;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.keys.KeystoreException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory of keystore files, one for each address, named {@code 0x….json}.
 *
 * <p>Directory and files are the owner's alone (0700 and 0600). A file that others may read is
 * refused.
 *
 * @param path the directory; made when the first key is added
 */
public record KeyDirectory(Path path) {
  private static final String SUFFIX = ".json";

  /** The file of a key. */
  public Path fileOf(EvmAddress address) {
    return path.resolve(address.toString().toLowerCase(Locale.ROOT) + SUFFIX);
  }

  /** Adds a key; one that is there already is not replaced. */
  public Path add(EvmAddress address, Keystore keystore) throws KeystoreException {
    Path file = fileOf(address);
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer text = StandardCharsets.UTF_8.encode(keystore.toText());
        while (text.hasRemaining()) {
          channel.write(text);
        }
        channel.force(true);
      }
      return file;
    } catch (FileAlreadyExistsException e) {
      throw new KeystoreException(
          Reason.EXISTS, "the key of " + address + " is there already: " + file, e);
    } catch (IOException e) {
      throw new KeystoreException(Reason.IO_ERROR, file + " cannot be written: " + e, e);
    }
  }

  /** Reads a key's file. */
  public Keystore read(EvmAddress address) throws KeystoreException {
    return read(fileOf(address));
  }

  /** Reads a keystore file wherever it is. */
  public static Keystore read(Path file) throws KeystoreException {
    try {
      OwnerOnly.require(file);
      if (Files.size(file) > Keystore.MAX_BYTES) {
        throw new KeystoreException(Reason.MALFORMED, file + " is too long to be a keystore file");
      }
      return Keystore.parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new KeystoreException(Reason.NOT_FOUND, "there is no key in " + file, e);
    } catch (IOException e) {
      throw new KeystoreException(Reason.IO_ERROR, file + " cannot be read: " + e, e);
    }
  }

  /** The addresses whose keys are there, in order. */
  public List<EvmAddress> list() throws KeystoreException {
    List<EvmAddress> addresses = new ArrayList<>();
    if (!Files.isDirectory(path)) {
      return addresses;
    }
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
        read(file).address().ifPresent(addresses::add);
      }
    } catch (IOException e) {
      throw new KeystoreException(Reason.IO_ERROR, path + " cannot be listed: " + e, e);
    }
    return addresses;
  }
}

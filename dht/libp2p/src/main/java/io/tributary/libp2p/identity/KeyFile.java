package io.tributary.libp2p.identity;

import static io.tributary.libp2p.identity.KeyFileException.Reason.EXISTS;
import static io.tributary.libp2p.identity.KeyFileException.Reason.IO_ERROR;
import static io.tributary.libp2p.identity.KeyFileException.Reason.MALFORMED;
import static io.tributary.libp2p.identity.KeyFileException.Reason.MISSING;
import static io.tributary.libp2p.identity.KeyFileException.Reason.NO_PERMISSIONS;
import static io.tributary.libp2p.identity.KeyFileException.Reason.OPEN_TO_OTHERS;
import static io.tributary.libp2p.identity.KeyFileException.Reason.OTHER_KEY_TYPE;

import io.tributary.libp2p.multiformats.MalformedFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/**
 * The file that keeps a node's Ed25519 key, in the encoded form of {@link PrivateKey}, which other
 * libp2p implementations read too.
 *
 * <p>It is created whole or not at all, is on the disk when {@link #create} returns, is never
 * overwritten, and has mode 0600; one that other users may open is refused. These methods block on
 * the disk.
 *
 * @param path the file
 */
public record KeyFile(Path path) {
  /** The longest file that is read; an Ed25519 key takes 68 bytes, or 100 in an older form. */
  public static final int MAX_BYTES = 1024;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  /** Takes the file's absolute path. */
  public KeyFile {
    path = path.toAbsolutePath();
  }

  /**
   * Reads the key, and makes the file with a new one if there is none.
   *
   * @throws KeyFileException if the file is there and cannot be used, or cannot be made
   */
  public PrivateKey loadOrCreate(SecureRandom random) throws KeyFileException {
    try {
      return load();
    } catch (KeyFileException e) {
      if (e.reason() != MISSING) {
        throw e;
      }
    }
    PrivateKey key = PrivateKey.generate(random);
    try {
      create(key);
      return key;
    } catch (KeyFileException e) {
      if (e.reason() != EXISTS) {
        throw e;
      }
      return load(); // another process was faster
    }
  }

  /**
   * Reads the key.
   *
   * @throws KeyFileException if the file cannot be used
   */
  public PrivateKey load() throws KeyFileException {
    byte[] bytes;
    try {
      requireOwnerOnly();
      try (InputStream in = Files.newInputStream(path)) {
        bytes = in.readNBytes(MAX_BYTES + 1);
      }
    } catch (NoSuchFileException e) {
      throw new KeyFileException(
          MISSING, path, "there is no such file", "create one or name another", e);
    } catch (KeyFileException e) {
      throw e;
    } catch (IOException e) {
      throw ioError(e);
    }
    PrivateKey key;
    try {
      key = PrivateKey.decode(bytes);
    } catch (MalformedFormatException e) {
      throw new KeyFileException(
          MALFORMED, path, "it holds no libp2p private key", "restore it from a backup", e);
    }
    if (key.type() != KeyType.ED25519) {
      throw new KeyFileException(
          OTHER_KEY_TYPE,
          path,
          "it holds a key of type " + key.type(),
          "use one of type " + KeyType.ED25519);
    }
    return key;
  }

  private void requireOwnerOnly() throws IOException {
    Set<PosixFilePermission> granted;
    try {
      granted = Files.getPosixFilePermissions(path);
    } catch (UnsupportedOperationException e) {
      throw noPermissions(e);
    }
    Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
    others.addAll(granted);
    others.removeAll(OWNER_ONLY);
    others.remove(PosixFilePermission.OWNER_EXECUTE);
    if (!others.isEmpty()) {
      throw new KeyFileException(
          OPEN_TO_OTHERS,
          path,
          "its mode is " + PosixFilePermissions.toString(granted) + ", so others may use the key",
          "run: chmod 600 " + path);
    }
  }

  /**
   * Makes the file.
   *
   * @throws KeyFileException if there is one already, or it cannot be made
   * @throws IllegalArgumentException if the key is not of type Ed25519
   */
  public void create(PrivateKey key) throws KeyFileException {
    if (key.type() != KeyType.ED25519) {
      throw new IllegalArgumentException(
          "a key file holds a key of type " + KeyType.ED25519 + ", not " + key.type());
    }
    Path folder = path.resolveSibling("").toAbsolutePath();
    try {
      Path draft =
          Files.createTempFile(
              folder, ".key", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      try {
        write(draft, key.encode());
        publish(draft);
      } finally {
        Files.deleteIfExists(draft);
      }
      syncFolder(folder);
    } catch (UnsupportedOperationException e) {
      throw noPermissions(e);
    } catch (FileAlreadyExistsException e) {
      throw new KeyFileException(
          EXISTS, path, "it exists already", "move it away or name another file", e);
    } catch (IOException e) {
      throw ioError(e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
      out.force(true);
    }
  }

  /** Gives the draft its name: a link appears at once and, unlike a move, replaces nothing. */
  private void publish(Path draft) throws IOException {
    try {
      Files.createLink(path, draft);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      Files.move(draft, path); // a file system without hard links
    }
  }

  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  private KeyFileException noPermissions(UnsupportedOperationException e) {
    return new KeyFileException(
        NO_PERMISSIONS,
        path,
        "its file system keeps no owner and permissions",
        "name a file on one that does",
        e);
  }

  private KeyFileException ioError(IOException e) {
    return new KeyFileException(
        IO_ERROR,
        path,
        "it cannot be used (" + e + ")",
        "look at the disk and the folder's mode",
        e);
  }
}

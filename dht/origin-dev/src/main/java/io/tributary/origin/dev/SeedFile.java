package io.tributary.origin.dev;

import io.tributary.origin.identity.Sr25519KeyPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;

/** The secret seed of a dev miner's account, in a file that only its owner may read. */
final class SeedFile {
  private SeedFile() {}

  /**
   * Reads the key pair of a file, or makes one and keeps its seed there.
   *
   * @throws IOException if the file cannot be read or is not a seed
   */
  static Sr25519KeyPair load(Path file, SecureRandom random) throws IOException {
    if (!Files.exists(file)) {
      create(file, random);
    }
    byte[] seed = Files.readAllBytes(file);
    try {
      if (seed.length != Sr25519KeyPair.SEED_BYTES) {
        throw new IOException(
            file
                + " is not a seed of "
                + Sr25519KeyPair.SEED_BYTES
                + " bytes; delete it to get a new account");
      }
      return Sr25519KeyPair.fromSeed(seed, random);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  private static void create(Path file, SecureRandom random) throws IOException {
    Path directory = file.toAbsolutePath().normalize().getParent();
    Files.createDirectories(directory);
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    byte[] seed = new byte[Sr25519KeyPair.SEED_BYTES];
    random.nextBytes(seed);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(ByteBuffer.wrap(seed));
      channel.force(true);
    }
    Arrays.fill(seed, (byte) 0);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}

package io.tributary.origin.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * A file that holds the seed of an account's key, readable by its owner only.
 *
 * <pre>{@code
 * 64 lower-case hexadecimal characters, and a line end
 * }</pre>
 */
public final class SeedFile {
  private static final HexFormat HEX = HexFormat.of();
  private static final int SEED_CHARS = 2 * Sr25519KeyPair.SEED_BYTES;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private SeedFile() {}

  /**
   * Reads the key.
   *
   * @throws IOException if the file cannot be read, others than its owner may read or write it, or
   *     it does not hold a seed; the message never quotes the content
   */
  public static Sr25519KeyPair read(Path file, SecureRandom random) throws IOException {
    Set<PosixFilePermission> tooMuch = EnumSet.copyOf(OTHERS);
    tooMuch.retainAll(Files.getPosixFilePermissions(file));
    if (!tooMuch.isEmpty()) {
      throw new IOException(file + " is open to others than its owner; run: chmod 600 " + file);
    }
    byte[] text = new byte[SEED_CHARS + 2];
    int length;
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.wrap(text);
      while (buffer.hasRemaining() && in.read(buffer) >= 0) {
        // until the end of the file or of a seed
      }
      length = buffer.position();
    }
    String seedText = new String(text, 0, length, StandardCharsets.US_ASCII).strip();
    Arrays.fill(text, (byte) 0);
    if (seedText.length() != SEED_CHARS) {
      throw new IOException(file + " does not hold a seed of " + SEED_CHARS + " hex characters");
    }
    byte[] seed;
    try {
      seed = HEX.parseHex(seedText);
    } catch (IllegalArgumentException e) {
      // The cause would quote the secret.
      throw new IOException(file + " does not hold a seed of " + SEED_CHARS + " hex characters");
    }
    try {
      return Sr25519KeyPair.fromSeed(seed, random);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  /**
   * Reads the key, or makes a new one where there is no file yet.
   *
   * @throws IOException as {@link #read} and {@link #create}
   */
  public static Sr25519KeyPair readOrCreate(Path file, SecureRandom random) throws IOException {
    return Files.exists(file) ? read(file, random) : create(file, random);
  }

  /**
   * Makes a new key and its file, which must not exist; after a crash there is a whole file or
   * none.
   *
   * @throws IOException if the file exists or cannot be written
   */
  public static Sr25519KeyPair create(Path file, SecureRandom random) throws IOException {
    byte[] seed = new byte[Sr25519KeyPair.SEED_BYTES];
    random.nextBytes(seed);
    Path unfinished =
        Files.createTempFile(
            Files.createDirectories(file.toAbsolutePath().getParent()),
            "seed",
            ".new",
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      try (FileChannel out = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        ByteBuffer text = StandardCharsets.US_ASCII.encode(HEX.formatHex(seed) + "\n");
        while (text.hasRemaining()) {
          out.write(text);
        }
        out.force(true);
      }
      // A link, unlike a move, never replaces a file that is there.
      Files.createLink(file, unfinished);
      return Sr25519KeyPair.fromSeed(seed, random);
    } finally {
      Arrays.fill(seed, (byte) 0);
      Files.delete(unfinished);
    }
  }
}

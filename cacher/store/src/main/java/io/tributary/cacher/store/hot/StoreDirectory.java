package io.tributary.cacher.store.hot;

import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoreException.Reason;
import io.tributary.cacher.store.chronicle.ChronicleFragmentStore;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * The directory of a store.
 *
 * <pre>{@code
 * store.properties   what the files were made for; written once
 * fragments.map      whole fragments; .lock while open, .clean while closed in order
 * small.map          small objects, likewise
 * hot                the standing of fragments
 * wishes             what the operator wants kept or blocked
 * }</pre>
 */
public final class StoreDirectory {
  static final String FRAGMENTS = "fragments";
  static final String SMALL = "small";

  private static final String PROPERTIES = "store.properties";
  private static final String VERSION = "1";

  private StoreDirectory() {}

  /**
   * Returns the limits that the store in a directory was made with.
   *
   * @throws StoreException {@link Reason#NOT_FOUND} if there is none
   */
  public static HotOptions options(Path directory) throws StoreException {
    Path file = directory.resolve(PROPERTIES);
    if (!Files.exists(file)) {
      throw new StoreException(Reason.NOT_FOUND, "there is no store in " + directory);
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException(Reason.IO_ERROR, "cannot read " + file + ": " + e, e);
    }
    if (!VERSION.equals(properties.getProperty("version"))) {
      throw new StoreException(
          Reason.GEOMETRY, file + " is of a version that this Tributary does not know; purge it");
    }
    try {
      HotOptions usual = HotOptions.ofQuota(HotOptions.MIN_QUOTA_BYTES);
      return new HotOptions(
          number(properties, "quotaBytes"),
          number(properties, "smallBytes"),
          Math.toIntExact(number(properties, "fragmentBytes")),
          usual.maxFills(),
          usual.keptPercent(),
          usual.maxWishes(),
          usual.maxChecks());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new StoreException(
          Reason.GEOMETRY, file + " is damaged (" + e.getMessage() + "); purge the store", e);
    }
  }

  private static long number(Properties properties, String key) {
    return Long.parseLong(properties.getProperty(key, ""));
  }

  static boolean exists(Path directory) {
    return Files.exists(directory.resolve(PROPERTIES));
  }

  /** Returns what the files are or will be made for, and writes it down if they are not yet. */
  static HotOptions prepare(Path directory, HotOptions wanted) throws StoreException {
    Path file = directory.resolve(PROPERTIES);
    if (!Files.exists(file)) {
      try {
        Files.createDirectories(directory);
        Files.write(
            file,
            List.of(
                "version=" + VERSION,
                "quotaBytes=" + wanted.quotaBytes(),
                "smallBytes=" + wanted.smallBytes(),
                "fragmentBytes=" + wanted.fragmentBytes()),
            StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new StoreException(Reason.IO_ERROR, "cannot write " + file + ": " + e, e);
      }
      return wanted;
    }
    HotOptions made = options(directory);
    if (wanted.quotaBytes() > made.quotaBytes() || wanted.fragmentBytes() != made.fragmentBytes()) {
      throw new StoreException(
          Reason.GEOMETRY,
          "the store in %s was made for a quota of %d bytes; purge it to have it made for %d"
              .formatted(directory, made.quotaBytes(), wanted.quotaBytes()));
    }
    return made;
  }

  /**
   * Removes a store's files, whatever is in them, but not what the operator wishes.
   *
   * @throws StoreException {@link Reason#LOCKED} if it is open, {@link Reason#NOT_FOUND} if there
   *     is none
   */
  public static void remove(Path directory) throws StoreException {
    if (!exists(directory)) {
      throw new StoreException(Reason.NOT_FOUND, "there is no store in " + directory);
    }
    ChronicleFragmentStore.remove(directory, FRAGMENTS);
    ChronicleFragmentStore.remove(directory, SMALL);
    remove(directory, HotFragments.HOT);
    remove(directory, PROPERTIES);
  }

  private static void remove(Path directory, String name) throws StoreException {
    try {
      Files.deleteIfExists(directory.resolve(name));
    } catch (IOException e) {
      throw new StoreException(
          Reason.IO_ERROR, "cannot remove " + directory.resolve(name) + ": " + e, e);
    }
  }
}

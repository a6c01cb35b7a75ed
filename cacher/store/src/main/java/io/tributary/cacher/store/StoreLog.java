package io.tributary.cacher.store;

import io.tributary.cacher.store.chronicle.Opening;
import io.tributary.content.FragmentHash;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the store tells its operator. */
public final class StoreLog {
  private static final Logger LOG = LoggerFactory.getLogger("cacher.store");

  private StoreLog() {}

  public static void opened(Path directory, String name, Opening opening) {
    switch (opening.kind()) {
      case CREATED -> LOG.info("{}: made {}", directory, name);
      case CLEAN ->
          LOG.info("{}: opened {} with {} fragments", directory, name, opening.fragments());
      case RECOVERED ->
          LOG.warn(
              "{}: {} was not closed in order; {} fragments are there, {} were given up. Each is"
                  + " hashed before its first use.",
              directory,
              name,
              opening.fragments(),
              opening.dropped());
      case REPLACED ->
          LOG.error(
              "{}: {} was damaged beyond repair and made anew, empty. Check the disk.",
              directory,
              name);
    }
  }

  public static void damaged(FragmentHash hash) {
    LOG.warn(
        "fragment {} had changed on disk and is removed; if this repeats, check disk and memory",
        hash);
  }

  public static void notSaved(Path file, IOException why) {
    LOG.warn(
        "{} could not be written ({}): after a restart it takes longer until the hottest fragments"
            + " are known again",
        file,
        why.toString());
  }

  public static void hotSetUnreadable(Path file) {
    LOG.warn("{} cannot be understood: all fragments start equal", file);
  }

  public static void scrubFailed(RuntimeException why) {
    LOG.error("the search for rot met a bug of ours and goes on with the next fragment", why);
  }

  public static void notMarkedClean(Path file, Exception why) {
    LOG.warn(
        "{}: no marker of a clean stop was written: {}; the next start recovers it",
        file,
        why.toString());
  }

  public static void lockKept(Path file, Exception why) {
    LOG.warn("{}: the lock was not given back: {}", file, why.toString());
  }

  public static void notRenewed(Path file, Exception why) {
    LOG.warn(
        "{}: a fragment is not taken, since its room could not be renewed: {}; check the disk",
        file,
        why.toString());
  }
}

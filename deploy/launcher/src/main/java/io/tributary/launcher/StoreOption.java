package io.tributary.launcher;

import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.StoreDirectory;
import io.tributary.cacher.store.hot.StoreMetrics;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names a cacher's store. */
final class StoreOption {
  @Option(
      names = "--store",
      paramLabel = "DIR",
      required = true,
      description = "The directory of the store.")
  private Path directory = Path.of("");

  Path directory() {
    return directory;
  }

  /** Opens a store that is there, with the limits it was made with. */
  HotFragments open() throws StoreException {
    return HotFragments.open(
        directory, StoreDirectory.options(directory), Runnable::run, StoreMetrics.NONE);
  }
}

package io.tributary.devnet;

import java.nio.file.Path;
import java.util.Locale;

/**
 * A cacher or retriever of a devnet.
 *
 * @param kind which of them
 * @param name what the devnet calls it, such as {@code cacher-0}
 * @param region where it says it is
 * @param directory where it keeps its state
 * @param wallet whose money it is
 * @param process the process it runs in
 * @param endpoints what it told of itself
 */
public record DevnetNode(
    Kind kind,
    String name,
    String region,
    Path directory,
    DevWallet wallet,
    NodeProcess process,
    Endpoints endpoints) {

  /** What a node does. */
  public enum Kind {
    CACHER,
    RETRIEVER;

    /** The launcher's command of it. */
    String command() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

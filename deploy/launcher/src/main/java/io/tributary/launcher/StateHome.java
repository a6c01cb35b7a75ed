package io.tributary.launcher;

import java.nio.file.Path;
import java.util.Optional;

/** Where commands of a user keep what outlives them. */
final class StateHome {
  private StateHome() {}

  /** The directory of a command: below XDG_STATE_HOME, by default {@code ~/.local/state}. */
  static Path of(String command) {
    Path state =
        Optional.ofNullable(System.getenv("XDG_STATE_HOME"))
            .filter(dir -> !dir.isEmpty())
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"));
    return state.resolve("tributary").resolve(command);
  }
}

package io.tributary.nodekit.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * The note in a node's directory by which its operator's commands find it while it runs.
 *
 * <pre>
 * running:  PID
 *           URL of the admin listener
 * </pre>
 *
 * @param pid the process
 * @param adminUrl where it tells its state
 */
public record RunningNode(long pid, String adminUrl) {
  private static final String NAME = "running";

  /** Reads the note, if there is one and its process is alive. */
  public static Optional<RunningNode> find(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    if (lines.size() < 2 || !lines.get(0).matches("[0-9]{1,18}")) {
      return Optional.empty();
    }
    long pid = Long.parseLong(lines.get(0));
    boolean isAlive = ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    return isAlive ? Optional.of(new RunningNode(pid, lines.get(1))) : Optional.empty();
  }

  /** Writes the note. */
  public void write(Path directory) throws IOException {
    Path unfinished = directory.resolve(NAME + ".new");
    Files.writeString(unfinished, pid + "\n" + adminUrl + "\n", StandardCharsets.UTF_8);
    Files.move(
        unfinished,
        directory.resolve(NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Takes the note away. */
  public static void remove(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(NAME));
  }
}

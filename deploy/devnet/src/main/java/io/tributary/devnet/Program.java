package io.tributary.devnet;

import java.util.ArrayList;
import java.util.List;

/**
 * How {@code tributary} is started as another process.
 *
 * @param java the JVM and its flags
 * @param main the class path and the main class
 */
public record Program(List<String> java, List<String> main) {
  /** Copies the lists. */
  public Program {
    java = List.copyOf(java);
    main = List.copyOf(main);
  }

  /** The command line with more flags of the JVM, which go before those there are. */
  public List<String> command(List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>(java);
    command.addAll(flags);
    command.addAll(main);
    command.addAll(arguments);
    return List.copyOf(command);
  }
}

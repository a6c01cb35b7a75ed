package io.tributary.nodekit.config;

import java.util.List;
import java.util.stream.Collectors;

/** Says everything that is wrong with a configuration file; its author is at fault. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigMistake> mistakes;

  /** Collects the mistakes, one line each, into the message. */
  public ConfigException(List<ConfigMistake> mistakes) {
    super(mistakes.stream().map(ConfigMistake::toString).collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** Returns the mistakes in the order of the file. */
  public List<ConfigMistake> mistakes() {
    return mistakes;
  }
}

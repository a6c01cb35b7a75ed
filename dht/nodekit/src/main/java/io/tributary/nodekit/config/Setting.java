package io.tributary.nodekit.config;

/**
 * One value of a configuration.
 *
 * @param key its dotted key
 * @param value as text; secrets are never among the values, only the names of their files
 * @param origin what kind of place it came from
 * @param place which one: the file's line, the variable's name, the flag; empty for a default
 */
public record Setting(String key, String value, Origin origin, String place) {
  /** Where a value came from; later ones go before earlier ones. */
  public enum Origin {
    /** Nobody set it. */
    DEFAULT,
    /** The file. */
    FILE,
    /** The environment. */
    ENVIRONMENT,
    /** The command line. */
    FLAG
  }
}

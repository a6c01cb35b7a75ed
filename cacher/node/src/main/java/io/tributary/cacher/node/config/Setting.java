package io.tributary.cacher.node.config;

/**
 * One value of a configuration.
 *
 * @param key its dotted key
 * @param value as text; secrets are never among the values, only the names of their files
 * @param origin where it came from
 */
public record Setting(String key, String value, Origin origin) {
  /** Where a value came from. */
  public enum Origin {
    /** Nobody set it. */
    DEFAULT,
    /** The file. */
    FILE,
    /** The environment or the command line, which go before the file. */
    OVERRIDE
  }
}

package io.tributary.nodekit.config;

/**
 * One mistake in a configuration file.
 *
 * @param place the file, line and column, as {@code cacher.toml:41:12}
 * @param key the dotted key, or an empty text where the file is not TOML at all
 * @param problem what is wrong and what would be right
 */
public record ConfigMistake(String place, String key, String problem) {
  @Override
  public String toString() {
    return key.isEmpty() ? place + " " + problem : place + " " + key + ": " + problem;
  }
}

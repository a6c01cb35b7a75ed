package io.tributary.nodekit.config;

import io.tributary.nodekit.config.Setting.Origin;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Values that go before those of a configuration file: flags before the environment. Immutable.
 *
 * <pre>
 * key                        variable, with the prefix TRIBUTARY_CACHER_
 * region                     TRIBUTARY_CACHER_REGION
 * store.quota                TRIBUTARY_CACHER_STORE__QUOTA            a dot is two underscores
 * limits.bytes-per-second    TRIBUTARY_CACHER_LIMITS__BYTES_PER_SECOND a hyphen is one
 * </pre>
 *
 * <p>Values are TOML, as {@code 3}, {@code true} or {@code ["a", "b"]}; what is none of these is a
 * text, and needs no quotes.
 */
public final class Overrides {
  /** None. */
  public static final Overrides NONE = new Overrides(Map.of());

  private final Map<String, Given> byKey;

  /**
   * A value.
   *
   * @param text as a person wrote it; a text may stand without quotes
   * @param origin what it came from
   * @param place the variable's name, or the flag
   */
  record Given(String text, Origin origin, String place) {}

  private Overrides(Map<String, Given> byKey) {
    this.byKey = Map.copyOf(byKey);
  }

  /**
   * The same and the variables of a prefix, where no flag says otherwise.
   *
   * @param prefix what their names begin with, as {@code TRIBUTARY_CACHER_}
   */
  public Overrides withEnvironment(String prefix, Map<String, String> environment) {
    Map<String, Given> more = new LinkedHashMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(prefix) && name.length() > prefix.length()) {
            more.put(
                key(name.substring(prefix.length())), new Given(value, Origin.ENVIRONMENT, name));
          }
        });
    more.putAll(byKey);
    return new Overrides(more);
  }

  /** The same and what was said by flags, by dotted key. */
  public Overrides withFlags(Map<String, String> values) {
    Map<String, Given> more = new LinkedHashMap<>(byKey);
    values.forEach((key, value) -> more.put(key, new Given(value, Origin.FLAG, "--set " + key)));
    return new Overrides(more);
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT).replace("__", ".").replace('_', '-');
  }

  Set<String> keys() {
    return byKey.keySet();
  }

  Optional<Given> of(String key) {
    return Optional.ofNullable(byKey.get(key));
  }
}

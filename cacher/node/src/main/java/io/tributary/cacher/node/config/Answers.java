package io.tributary.cacher.node.config;

import io.tributary.cacher.node.config.Setting.Origin;
import io.tributary.nodekit.config.ConfigException;
import io.tributary.nodekit.config.ConfigForm;
import io.tributary.nodekit.config.ConfigMistake;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The answers of a configuration file and of what goes before it, with a note of where each came
 * from. Not thread-safe.
 */
final class Answers {
  /** What is TOML as it stands; all else is a text. */
  private static final Pattern TOML_VALUE =
      Pattern.compile("[+-]?[0-9_]+|true|false|\\[.*\\]|\".*\"", Pattern.DOTALL);

  private final ConfigForm file;
  private final ConfigForm over;
  private final List<Setting> settings = new ArrayList<>();

  /**
   * Opens both.
   *
   * @param overrides values by dotted key, as a person would write them on a command line
   */
  Answers(ConfigForm file, Map<String, String> overrides) {
    this.file = file;
    StringBuilder toml = new StringBuilder();
    new TreeMap<>(overrides)
        .forEach((key, value) -> toml.append(key).append(" = ").append(toml(value)).append('\n'));
    this.over = ConfigForm.parse("command line or environment", toml.toString());
  }

  private static String toml(String value) {
    return TOML_VALUE.matcher(value).matches()
        ? value
        : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Asks both, so that the key is known to both and what the file says is checked in any case. */
  private <T> T ask(String key, Function<ConfigForm, T> question) {
    T ofFile = question.apply(file);
    if (!over.has(key)) {
      note(key, ofFile, file.has(key) ? Origin.FILE : Origin.DEFAULT);
      return ofFile;
    }
    T answer = question.apply(over);
    note(key, answer, Origin.OVERRIDE);
    return answer;
  }

  private void note(String key, Object value, Origin origin) {
    String text =
        value instanceof Optional<?> optional
            ? optional.map(Object::toString).orElse("")
            : value.toString();
    settings.add(new Setting(key, text, origin));
  }

  long integer(String key, long min, long max, long ifMissing) {
    return ask(key, form -> form.integer(key, min, max, ifMissing));
  }

  boolean flag(String key, boolean ifMissing) {
    return ask(key, form -> form.flag(key, ifMissing));
  }

  <T> T value(String key, T ifMissing, Function<String, T> reader) {
    return ask(key, form -> form.optionalValue(key, reader).orElse(ifMissing));
  }

  <T> Optional<T> optional(String key, Function<String, T> reader) {
    return ask(key, form -> form.optionalValue(key, reader));
  }

  /** Asks for a value that must be in one of the two. */
  <T> T required(String key, T standIn, Function<String, T> reader) {
    return over.has(key)
        ? ask(key, form -> form.optionalValue(key, reader).orElse(standIn))
        : ask(
            key,
            form ->
                form == file
                    ? form.value(key, standIn, reader)
                    : form.optionalValue(key, reader).orElse(standIn));
  }

  <T> List<T> list(String key, int maxSize, Function<String, T> reader) {
    return ask(key, form -> form.list(key, 0, maxSize, reader));
  }

  /**
   * Closes both.
   *
   * @return where each value came from, in the order of the questions
   */
  List<Setting> finish() {
    List<ConfigMistake> mistakes = new ArrayList<>();
    for (ConfigForm form : List.of(file, over)) {
      try {
        form.finish();
      } catch (ConfigException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes);
    }
    return List.copyOf(settings);
  }
}

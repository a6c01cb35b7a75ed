package io.tributary.nodekit.config;

import io.tributary.nodekit.config.Setting.Origin;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The answers of a configuration file and of what goes before it, with a note of where each came
 * from. Asked like a {@link ConfigForm}; what the file says is checked even where something goes
 * before it.
 *
 * <p>Not thread-safe.
 */
public final class ConfigAnswers {
  /** What is TOML as it stands; all else is a text. */
  private static final Pattern TOML_VALUE =
      Pattern.compile("[+-]?[0-9_]+|true|false|\\[.*\\]|\".*\"", Pattern.DOTALL);

  private final ConfigForm file;
  private final Overrides overrides;

  /** A form of one line for each value that goes before the file. */
  private final Map<String, ConfigForm> over = new TreeMap<>();

  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final List<ConfigMistake> refusals = new ArrayList<>();

  /** Opens both. */
  public ConfigAnswers(ConfigForm file, Overrides overrides) {
    this.file = file;
    this.overrides = overrides;
    for (String key : overrides.keys()) {
      overrides
          .of(key)
          .ifPresent(
              each ->
                  over.put(
                      key, ConfigForm.parse(each.place(), key + " = " + toml(each.text()) + "\n")));
    }
  }

  private static String toml(String value) {
    return TOML_VALUE.matcher(value).matches()
        ? value
        : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** Asks the file, so that it is checked, and what goes before it. */
  private <T> T ask(String key, Function<ConfigForm, T> question) {
    T ofFile = question.apply(file);
    ConfigForm first = over.get(key);
    T answer = first == null ? ofFile : question.apply(first);
    Origin origin =
        overrides
            .of(key)
            .map(Overrides.Given::origin)
            .orElse(file.has(key) ? Origin.FILE : Origin.DEFAULT);
    String place = overrides.of(key).map(Overrides.Given::place).orElseGet(() -> file.placeOf(key));
    settings.put(
        key, new Setting(key, text(answer), origin, origin == Origin.DEFAULT ? "" : place));
    return answer;
  }

  /** As people write it. */
  private static String text(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(ConfigAnswers::text).orElse("");
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ConfigAnswers::text).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof InetSocketAddress address && !address.isUnresolved()) {
      String host = address.getAddress().getHostAddress();
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
    return value.toString();
  }

  /** Asks for a text that must be in one of the two. */
  public String text(String key) {
    return value(key, "", Function.identity());
  }

  /** Asks for a whole number that may be missing. */
  public long integer(String key, long min, long max, long ifMissing) {
    return ask(key, form -> form.integer(key, min, max, ifMissing));
  }

  /** Asks for a true or false that may be missing. */
  public boolean flag(String key, boolean ifMissing) {
    return ask(key, form -> form.flag(key, ifMissing));
  }

  /** Asks for a text that may be missing, turned into a value. */
  public <T> Optional<T> optionalValue(String key, Function<String, T> reader) {
    return ask(key, form -> form.optionalValue(key, reader));
  }

  /** Asks for a text, turned into a value; one that is missing yields a default. */
  public <T> T valueOr(String key, T ifMissing, Function<String, T> reader) {
    return ask(key, form -> form.optionalValue(key, reader).orElse(ifMissing));
  }

  /**
   * Asks for a text that must be in one of the two, turned into a value.
   *
   * @param standIn what a missing or wrong text yields
   */
  public <T> T value(String key, T standIn, Function<String, T> reader) {
    return ask(
        key,
        form ->
            form == file && !over.containsKey(key)
                ? form.value(key, standIn, reader)
                : form.optionalValue(key, reader).orElse(standIn));
  }

  /** Asks for a list of texts, each turned into a value. */
  public <T> List<T> list(String key, int minSize, int maxSize, Function<String, T> reader) {
    int minOfFile = over.containsKey(key) ? 0 : minSize;
    return ask(key, form -> form.list(key, form == file ? minOfFile : minSize, maxSize, reader));
  }

  /** Whether a key is in one of the two, whatever its value. */
  public boolean has(String key) {
    return file.has(key) || over.containsKey(key);
  }

  /** Whether a table is in one of the two, so that its keys must be asked for. */
  public boolean hasAny(String table) {
    return file.hasAny(table) || over.keySet().stream().anyMatch(k -> k.startsWith(table + "."));
  }

  /** Notes a mistake that only shows when answers are seen together. */
  public void refuse(String key, String problem) {
    refusals.add(
        new ConfigMistake(
            overrides.of(key).map(Overrides.Given::place).orElseGet(() -> file.placeOf(key)),
            key,
            problem));
  }

  /**
   * Closes both.
   *
   * @return where each value came from, in the order of the questions
   * @throws ConfigException if any answer was missing or wrong, or a key is not known
   */
  public List<Setting> finish() {
    List<ConfigMistake> mistakes = new ArrayList<>(mistakesOf(file));
    over.forEach(
        (key, form) -> {
          String place = overrides.of(key).map(Overrides.Given::place).orElse("");
          if (settings.containsKey(key)) {
            mistakesOf(form)
                .forEach(each -> mistakes.add(new ConfigMistake(place, key, each.problem())));
          } else {
            mistakes.add(new ConfigMistake(place, key, "is not a known key" + file.nearestTo(key)));
          }
        });
    mistakes.addAll(refusals);
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes);
    }
    return List.copyOf(settings.values());
  }

  private static List<ConfigMistake> mistakesOf(ConfigForm form) {
    try {
      form.finish();
      return List.of();
    } catch (ConfigException e) {
      return e.mistakes();
    }
  }
}

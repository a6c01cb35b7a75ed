package io.tributary.nodekit.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/**
 * A TOML file being filled in: each question asked of it either yields a checked value or notes a
 * mistake, and {@link #finish} reports all mistakes together.
 *
 * <p>The keys that were asked for are the keys there are: {@code finish} refuses every other key
 * and names the nearest known one. A question whose answer is missing or wrong yields a stand-in,
 * so that the remaining questions can be asked; what was built from stand-ins never leaves the
 * reader, since {@code finish} throws.
 *
 * <p>A text in angle brackets, such as {@code "<the contract's address>"}, is a placeholder of a
 * template and never an answer.
 *
 * <p>Not thread-safe.
 */
public final class ConfigForm {
  /** The largest file that is read, in bytes; a configuration is written by hand. */
  public static final int MAX_FILE_BYTES = 1 << 20;

  private static final String STILL_TO_FILL_IN =
      "is a placeholder of the template: put your network's value there";

  private final String fileName;
  private final TomlParseResult toml;
  private final Set<String> asked = new TreeSet<>();
  private final List<ConfigMistake> mistakes = new ArrayList<>();

  private ConfigForm(String fileName, TomlParseResult toml) {
    this.fileName = fileName;
    this.toml = toml;
    for (TomlParseError error : toml.errors()) {
      mistakes.add(
          new ConfigMistake(
              place(error.position()),
              "",
              Objects.requireNonNullElse(error.getMessage(), "is not TOML")));
    }
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read or is larger than {@link #MAX_FILE_BYTES}
   */
  public static ConfigForm read(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MAX_FILE_BYTES) {
      throw new IOException(
          file + " has " + bytes + " bytes, a configuration at most " + MAX_FILE_BYTES);
    }
    return parse(file.getFileName().toString(), Files.readString(file, StandardCharsets.UTF_8));
  }

  /** Opens a text; the name stands in the places of mistakes. */
  public static ConfigForm parse(String fileName, String text) {
    return new ConfigForm(fileName, Toml.parse(text));
  }

  /** Asks for a text that must be there. */
  public String text(String key) {
    return required(key, optionalText(key), "");
  }

  /** Asks for a text that may be missing. */
  public Optional<String> optionalText(String key) {
    return scalar(key, String.class, "a text in quotes");
  }

  /** Asks for a whole number that must be there and lie in a range. */
  public long integer(String key, long min, long max) {
    Optional<Long> value = scalar(key, Long.class, "a whole number");
    value
        .filter(v -> v < min || v > max)
        .ifPresent(v -> mistake(key, v + " is not between " + min + " and " + max));
    return required(key, value, min);
  }

  /** Asks for a whole number that may be missing. */
  public long integer(String key, long min, long max, long ifMissing) {
    return toml.contains(key) ? integer(key, min, max) : missing(key, ifMissing);
  }

  /** Asks for a true or false that may be missing. */
  public boolean flag(String key, boolean ifMissing) {
    return scalar(key, Boolean.class, "true or false").orElse(ifMissing);
  }

  /**
   * Asks for a list of texts, each turned into a value.
   *
   * @param minSize how many there must be at least
   * @param maxSize how many there may be at most
   * @param reader turns one text into a value, or throws {@link IllegalArgumentException} saying
   *     why not
   */
  public <T> List<T> list(String key, int minSize, int maxSize, Function<String, T> reader) {
    asked.add(key);
    if (!toml.contains(key)) {
      if (minSize > 0) {
        mistake(key, "is missing");
      }
      return List.of();
    }
    if (!(toml.get(key) instanceof TomlArray array)) {
      mistake(key, "is not a list of texts");
      return List.of();
    }
    if (array.size() < minSize || array.size() > maxSize) {
      mistake(key, "has " + array.size() + " entries, not " + minSize + " to " + maxSize);
      return List.of();
    }
    List<T> values = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (isPlaceholder(array.get(i))) {
        mistakes.add(
            new ConfigMistake(
                place(array.inputPositionOf(i)), key, quoted(array.get(i)) + STILL_TO_FILL_IN));
      } else if (array.get(i) instanceof String text) {
        try {
          values.add(reader.apply(text));
        } catch (IllegalArgumentException e) {
          mistakes.add(
              new ConfigMistake(place(array.inputPositionOf(i)), key, quoted(text) + reason(e)));
        }
      } else {
        mistakes.add(new ConfigMistake(place(array.inputPositionOf(i)), key, "is not a text"));
      }
    }
    return List.copyOf(values);
  }

  /**
   * Asks for a text that may be missing, turned into a value.
   *
   * @param reader turns the text into a value, or throws {@link IllegalArgumentException} saying
   *     why not
   */
  public <T> Optional<T> optionalValue(String key, Function<String, T> reader) {
    Optional<String> text = optionalText(key);
    try {
      return text.map(reader);
    } catch (IllegalArgumentException e) {
      mistake(key, quoted(text.orElse("")) + reason(e));
      return Optional.empty();
    }
  }

  /**
   * Asks for a text that must be there, turned into a value.
   *
   * @param standIn what a missing or wrong text yields
   * @param reader turns the text into a value, or throws {@link IllegalArgumentException} saying
   *     why not
   */
  public <T> T value(String key, T standIn, Function<String, T> reader) {
    return required(key, optionalValue(key, reader), standIn);
  }

  /** Whether a key is there, whatever its value. */
  public boolean has(String key) {
    return toml.contains(key);
  }

  /** Whether a table is there, so that its keys must be asked for. */
  public boolean hasAny(String table) {
    return toml.isTable(table);
  }

  /**
   * Notes a mistake that only shows when answers are seen together.
   *
   * @param key the one that is to be changed
   * @param problem what is wrong and what would be right
   */
  public void refuse(String key, String problem) {
    mistake(key, problem);
  }

  /**
   * Closes the form.
   *
   * @throws ConfigException if any answer was missing or wrong, or a key is not known
   */
  public void finish() {
    for (String key : toml.dottedKeySet()) {
      if (!asked.contains(key)) {
        mistake(key, "is not a known key" + nearestTo(key));
      }
    }
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes);
    }
  }

  private <T> Optional<T> scalar(String key, Class<T> type, String whatItIs) {
    asked.add(key);
    if (!toml.contains(key)) {
      return Optional.empty();
    }
    Object value = toml.get(key);
    if (isPlaceholder(value)) {
      mistake(key, quoted(value) + STILL_TO_FILL_IN);
      return Optional.empty();
    }
    if (type.isInstance(value)) {
      return Optional.of(type.cast(value));
    }
    mistake(key, "is not " + whatItIs);
    return Optional.empty();
  }

  private <T> T required(String key, Optional<T> value, T standIn) {
    if (value.isEmpty() && !toml.contains(key)) {
      mistake(key, "is missing");
    }
    return value.orElse(standIn);
  }

  private <T> T missing(String key, T ifMissing) {
    asked.add(key);
    return ifMissing;
  }

  private void mistake(String key, String problem) {
    mistakes.add(new ConfigMistake(placeOf(key), key, problem));
  }

  /** Where a key stands: file, line and column; the file alone if it is not there. */
  String placeOf(String key) {
    TomlPosition position = toml.contains(key) ? toml.inputPositionOf(key) : null;
    return position == null ? fileName : place(position);
  }

  private String place(TomlPosition position) {
    return fileName + ":" + position.line() + ":" + position.column();
  }

  /** Templates have them where only the reader of the template knows what to write. */
  private static boolean isPlaceholder(Object value) {
    return value instanceof String text && text.startsWith("<") && text.endsWith(">");
  }

  private static String quoted(Object text) {
    return "\"" + text + "\" ";
  }

  private static String reason(IllegalArgumentException e) {
    return e.getMessage() == null ? "cannot be read" : e.getMessage();
  }

  /** Names the known key that a wrong one may have meant; empty if none is near. */
  String nearestTo(String key) {
    return asked.stream()
        .min(Comparator.comparingInt(known -> editDistance(known, key)))
        .filter(known -> editDistance(known, key) <= Math.max(2, key.length() / 4))
        .map(known -> "; did you mean " + known + "?")
        .orElse("");
  }

  /** Counts the insertions, deletions and changes that lead from one text to the other. */
  private static int editDistance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}

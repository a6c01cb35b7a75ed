package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;

/** The commands that the documents show are commands there are. */
final class DocsTest {
  private static final List<Path> DOCUMENTS =
      List.of(
          Path.of("../../README.md"),
          Path.of("../compose/README.md"),
          Path.of("../docs"),
          Path.of("README.md"));

  private static final Pattern BLOCK = Pattern.compile("(?s)```(?:sh|console|bash)\\n(.*?)```");
  private static final Pattern INLINE = Pattern.compile("`(?:\\./)?(tributary [^`]+)`");
  private static final Pattern END = Pattern.compile("\\s(#|&&|\\||>|>>|2>|&)(\\s|\\S).*");
  private static final String FID = "0".repeat(64);

  /** A command, and the document that shows it. */
  private record Shown(Path document, String command) {}

  private static List<Shown> shown() throws IOException {
    List<Shown> commands = new ArrayList<>();
    for (Path each : DOCUMENTS) {
      try (Stream<Path> files = Files.walk(each)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".md")).toList()) {
          String text = Files.readString(file);
          BLOCK
              .matcher(text)
              .results()
              .flatMap(block -> block.group(1).replace("\\\n", " ").lines())
              .forEach(line -> add(commands, file, line));
          INLINE.matcher(text).results().forEach(found -> add(commands, file, found.group(1)));
        }
      }
    }
    return commands;
  }

  private static void add(List<Shown> commands, Path file, String line) {
    String command = line.strip().replaceFirst("^.*\\bexec( -T)? [a-z0-9-]+ (?=tributary )", "");
    command = command.replaceFirst("^(\\$ )?(sudo )?(-u tributary )?(\\./)?", "");
    if (command.startsWith("tributary ")) {
      commands.add(new Shown(file, END.matcher(command + " ").replaceFirst("").strip()));
    }
  }

  @Test
  void everyShownCommand_canBeParsed() throws IOException {
    List<String> mistakes = new ArrayList<>();
    List<Shown> commands = shown();
    for (Shown each : commands) {
      List<String> words = new ArrayList<>(List.of(each.command().split("\\s+")));
      words.remove(0);
      words.removeIf(word -> word.equals("…") || word.equals("..."));
      words.replaceAll(word -> word.equals("FID") ? FID : word.replace("\"", ""));
      if (isNameOnly(words)) {
        continue;
      }
      try {
        Tributary.commandLine().parseArgs(words.toArray(String[]::new));
      } catch (ParameterException e) {
        mistakes.add(each.document() + ": " + each.command() + ": " + e.getMessage());
      }
    }
    assertThat(commands).hasSizeGreaterThan(20);
    assertThat(mistakes).isEmpty();
  }

  /** Whether a text names a command, without what it needs to be run. */
  private static boolean isNameOnly(List<String> words) {
    return words.stream().allMatch(word -> word.matches("[a-z][a-z0-9,-]*"))
        && words.stream()
            .limit(1)
            .allMatch(word -> Tributary.commandLine().getSubcommands().containsKey(word));
  }
}

package io.tributary.acceptance.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.tributary.acceptance.logs.LogMessages.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** What an operator can read in the logs stands in one class a room, and in one table. */
final class LogMessagesTest {
  private static final Path TABLE = Path.of("../docs/log-messages.md");
  private static final Set<String> FOR_OPERATORS = Set.of("info", "warn", "error");

  private static final String HEAD =
      """
      # What the logs say

      Every message of a node at INFO and above, by the logger that says it; `{}` stands for what it is
      about. A node says a message that repeats itself once, with how often. `TRIBUTARY_LOG=DEBUG` tells
      more, `TRIBUTARY_LOG_FORMAT=json` tells it to machines. Written by
      `./mvnw verify -pl deploy/acceptance -am -Dlogs.write=true`; a test compares it with the code.

      | logger | level | message |
      |---|---|---|
      """;

  private static JavaClasses house = new ClassFileImporter().importClasses(List.of());

  @BeforeAll
  static void readTheHouse() {
    house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tributary");
  }

  /** Whoever speaks to operators, by its class. */
  private static Set<JavaClass> speakers() {
    return house.stream()
        .flatMap(type -> type.getMethodCallsFromSelf().stream())
        .filter(call -> call.getTargetOwner().isEquivalentTo(Logger.class))
        .filter(call -> FOR_OPERATORS.contains(call.getName()))
        .map(call -> call.getOriginOwner())
        .collect(Collectors.toSet());
  }

  @Test
  void operators_areSpokenToByOneClassARoom() {
    Map<String, Set<String>> rooms = new HashMap<>();
    for (JavaClass speaker : speakers()) {
      assertThat(speaker.getSimpleName()).endsWith("Log");
      String from = speaker.getSource().orElseThrow().getUri().toString();
      String room = from.substring(0, from.lastIndexOf("io/tributary/"));
      rooms.computeIfAbsent(room, any -> new TreeSet<>()).add(speaker.getName());
    }
    assertThat(rooms).hasSizeGreaterThan(8).allSatisfy((room, logs) -> assertThat(logs).hasSize(1));
  }

  @Test
  void wording_isThatOfTheTable() throws Exception {
    List<Class<?>> classes = new ArrayList<>();
    speakers().stream()
        .sorted(Comparator.comparing(JavaClass::getName))
        .forEach(speaker -> classes.add(speaker.reflect()));
    StringBuilder table = new StringBuilder(HEAD);
    for (Message each : LogMessages.of(classes)) {
      table.append("| `%s` | %s | %s |%n".formatted(each.logger(), each.level(), each.wording()));
    }
    if (Boolean.getBoolean("logs.write")) {
      Files.writeString(TABLE, table);
    }
    assertThat(TABLE).as("its first lines say how to write it anew").hasContent(table.toString());
  }
}

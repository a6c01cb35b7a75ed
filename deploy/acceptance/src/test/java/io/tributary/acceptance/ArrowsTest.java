package io.tributary.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the code to the arrows of ARCHITECTURE.md: who may know whom. */
final class ArrowsTest {
  private static final String HOUSE = "io.tributary.";

  /** Each room's package below {@code io.tributary}, and the rooms it may know. */
  private static final Map<String, Set<String>> ARROWS = new HashMap<>();

  static {
    room("content");
    room("libp2p");
    room("ledger");
    room("nodekit");
    room("kademlia", "libp2p");
    room("origin", "content");
    room("origin.dev", "origin", "content");
    room("fetch", "content");
    room("exchange", "content", "libp2p", "ledger");
    room("region", "content", "kademlia", "ledger", "libp2p");
    room("reward", "ledger");
    room("cacher.store", "content");
    Set<String> nodesKnow =
        Set.of(
            "content",
            "libp2p",
            "ledger",
            "nodekit",
            "kademlia",
            "origin",
            "fetch",
            "exchange",
            "region",
            "reward",
            "cacher.store");
    room("cacher.node", nodesKnow);
    room("retriever.client", "content");
    room("retriever.engine", "content", "region", "origin", "exchange", "fetch");
    room("retriever.node", nodesKnow, "retriever.client", "retriever.engine");
    room("devnet", nodesKnow, "origin.dev", "cacher.node", "retriever.node");
    room(
        "bench",
        nodesKnow,
        "origin.dev",
        "cacher.node",
        "retriever.engine",
        "retriever.node",
        "devnet");
    room("launcher", Set.copyOf(ARROWS.keySet()));
  }

  /** Types of these libraries stay inside the module that uses them. */
  private static final List<String> INNER_LIBRARIES =
      List.of(
          "com.google.protobuf.",
          "com.fasterxml.jackson.",
          "net.openhft.",
          "org.web3j.",
          "org.bouncycastle.",
          "cafe.cryptography.",
          "org.h2.",
          "org.tomlj.");

  private static JavaClasses house = new ClassFileImporter().importClasses(List.of());

  @BeforeAll
  static void readTheHouse() {
    house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tributary");
  }

  @Test
  void everyClass_standsInAKnownRoom() {
    assertThat(house).isNotEmpty().allSatisfy(type -> assertThat(roomOf(type)).isPresent());
  }

  @Test
  void arrows_pointOnlyWhereTheHouseSays() {
    Set<String> strays = new TreeSet<>();
    for (JavaClass type : house) {
      String from = roomOf(type).orElse("");
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        Optional<String> to = roomOf(dependency.getTargetClass());
        if (to.isPresent()
            && !to.get().equals(from)
            && !ARROWS.getOrDefault(from, Set.of()).contains(to.get())) {
          strays.add(dependency.getDescription());
        }
      }
    }
    assertThat(strays).isEmpty();
  }

  @Test
  void arrows_formNoCircle() {
    Map<String, Set<String>> left = new HashMap<>();
    ARROWS.forEach((room, known) -> left.put(room, new TreeSet<>(known)));
    while (true) {
      List<String> free =
          left.entrySet().stream()
              .filter(e -> e.getValue().isEmpty())
              .map(Map.Entry::getKey)
              .toList();
      if (free.isEmpty()) {
        break;
      }
      free.forEach(left::remove);
      left.values().forEach(known -> known.removeAll(free));
    }
    assertThat(left).isEmpty();
  }

  @Test
  void libraryTypes_stayInsideTheirModule() {
    List<String> leaks = new ArrayList<>();
    Set<String> usedByOthers = usedByOtherRooms();
    for (JavaClass type : house) {
      if (!isOpen(type.getModifiers()) || !usedByOthers.contains(type.getName())) {
        continue;
      }
      Stream.concat(
              type.getMethods().stream()
                  .filter(m -> isOpen(m.getModifiers()))
                  .flatMap(
                      m ->
                          Stream.concat(
                                  Stream.of(m.getRawReturnType()),
                                  m.getRawParameterTypes().stream())
                              .map(t -> Map.entry(m.getFullName(), t))),
              type.getConstructors().stream()
                  .filter(c -> isOpen(c.getModifiers()))
                  .flatMap(
                      c ->
                          c.getRawParameterTypes().stream()
                              .map(t -> Map.entry(c.getFullName(), t))))
          .filter(use -> INNER_LIBRARIES.stream().anyMatch(use.getValue().getName()::startsWith))
          .forEach(use -> leaks.add(use.getKey() + " shows " + use.getValue().getName()));
    }
    assertThat(leaks).isEmpty();
  }

  @Test
  void onlyTheLauncher_readsTheEnvironmentOrExits() {
    Set<String> offenders =
        house.stream()
            .filter(type -> !roomOf(type).orElse("").equals("launcher"))
            .flatMap(type -> type.getMethodCallsFromSelf().stream())
            .filter(
                call ->
                    call.getTargetOwner().getName().equals("java.lang.System")
                        && Set.of("getenv", "exit").contains(call.getName()))
            .map(Object::toString)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(offenders).isEmpty();
  }

  private static void room(String name, String... knows) {
    room(name, Set.of(), knows);
  }

  private static void room(String name, Set<String> knows, String... andAlso) {
    Set<String> all = new TreeSet<>(knows);
    all.addAll(List.of(andAlso));
    ARROWS.put(name, all);
  }

  private static Optional<String> roomOf(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    return ARROWS.keySet().stream()
        .filter(room -> name.startsWith(HOUSE + room + "."))
        .max(Comparator.comparingInt(String::length));
  }

  /**
   * Returns the types that another room than their own mentions; others are public within it only.
   */
  private static Set<String> usedByOtherRooms() {
    return house.stream()
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .filter(
            use -> {
              Optional<String> to = roomOf(use.getTargetClass());
              return to.isPresent() && !to.equals(roomOf(use.getOriginClass()));
            })
        .map(use -> use.getTargetClass().getBaseComponentType().getName())
        .collect(Collectors.toSet());
  }

  private static boolean isOpen(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }
}

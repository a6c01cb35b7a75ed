package io.tributary.bench.nat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which pairs of NATs are brought to a direct connection, how surely and how soon. */
public final class NatMatrix {

  /** The transports it is tried over. */
  public static final List<String> TRANSPORTS = List.of("quic", "tcp");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final double MILLIS_PER_SECOND = 1000;
  private static final double PERCENT = 100;

  /** What a try counts as of which the laboratory itself did not hear the end. */
  private static final String LOST = "LOST";

  /**
   * Two NATs.
   *
   * @param home that of the one that listens by a relay
   * @param visitor that of the one that connects to it
   */
  public record Pair(NatKind home, NatKind visitor) {

    /** All pairs of these kinds, in both orders. */
    public static List<Pair> of(List<NatKind> kinds) {
      return kinds.stream()
          .flatMap(home -> kinds.stream().map(visitor -> new Pair(home, visitor)))
          .toList();
    }

    /** How often it is tried: where theory allows nothing, only to see that it is so. */
    int tries(int wanted) {
      return NatKind.canMeet(home, visitor) ? wanted : Math.max(1, wanted / 10);
    }
  }

  /**
   * What came of one pair over one transport.
   *
   * @param home the NAT of the one that listens by a relay
   * @param visitor the NAT of the one that connects to it
   * @param possible whether theory allows a direct connection
   * @param tries how often it was tried
   * @param direct in how many of them there was a direct connection
   * @param directPercent the same of a hundred
   * @param results how they ended, by name and number
   * @param medianSeconds from the relayed connection to the direct one; -1 if there was none
   * @param maxSeconds likewise
   * @param meanAttempts how often both dialled at once, on average
   */
  public record Cell(
      String home,
      String visitor,
      String transport,
      boolean possible,
      int tries,
      int direct,
      double directPercent,
      SortedMap<String, Integer> results,
      double medianSeconds,
      double maxSeconds,
      double meanAttempts) {

    private boolean isOf(Pair pair, String over) {
      return home.equals(pair.home().label())
          && visitor.equals(pair.visitor().label())
          && transport.equals(over);
    }
  }

  private NatMatrix() {}

  /**
   * Tries pairs.
   *
   * @param tries of each pair that theory allows; of the others one in ten, and at least one
   * @param results a file of cells: those that are there with as many tries are not tried again,
   *     and each new one is added at once
   */
  public static List<Cell> run(
      List<Pair> pairs,
      List<String> transports,
      int tries,
      Optional<Path> results,
      PrintStream progress)
      throws IOException {
    List<Cell> known = new ArrayList<>();
    if (results.isPresent() && Files.exists(results.get())) {
      known.addAll(JSON.readValue(results.get().toFile(), new TypeReference<List<Cell>>() {}));
    }
    List<Cell> cells = new ArrayList<>();
    try (Bench bench = new Bench(progress)) {
      for (Pair pair : pairs) {
        for (String transport : transports) {
          Optional<Cell> before =
              known.stream()
                  .filter(each -> each.isOf(pair, transport) && each.tries() >= pair.tries(tries))
                  .findFirst();
          if (before.isEmpty()) {
            Cell cell = sum(pair, transport, bench.meet(pair, transport, pair.tries(tries)));
            progress.println(line(cell));
            known.removeIf(each -> each.isOf(pair, transport));
            known.add(cell);
            if (results.isPresent()) {
              save(results.get(), known);
            }
          }
          cells.add(before.orElseGet(() -> known.get(known.size() - 1)));
        }
      }
    }
    return cells;
  }

  /** The laboratory, built when it is needed and anew when it has broken. */
  private static final class Bench implements AutoCloseable {
    private final PrintStream progress;
    private Optional<LabRun> lab = Optional.empty();

    Bench(PrintStream progress) {
      this.progress = progress;
    }

    /** The outcome of each try; empty for one that was lost. */
    List<Optional<Meeting>> meet(Pair pair, String transport, int times) throws IOException {
      List<Optional<Meeting>> meetings = new ArrayList<>();
      boolean isSet = false;
      for (int i = 0; i < times; i++) {
        if (lab.isEmpty()) {
          lab = Optional.of(LabRun.start());
          isSet = false;
        }
        LabRun running = lab.get();
        try {
          if (!isSet) {
            running.translate(pair.home(), pair.visitor());
            isSet = true;
          }
          meetings.add(Optional.of(running.meet(pair.home(), pair.visitor(), transport)));
        } catch (IOException e) {
          progress.println("a try was lost: " + e.getMessage());
          meetings.add(Optional.empty());
          close();
        }
      }
      return meetings;
    }

    @Override
    public void close() throws IOException {
      Optional<LabRun> ended = lab;
      lab = Optional.empty();
      if (ended.isPresent()) {
        ended.get().close();
      }
    }
  }

  private static void save(Path file, List<Cell> cells) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(unfinished, toJson(cells));
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Cell sum(Pair pair, String transport, List<Optional<Meeting>> tries) {
    List<Meeting> meetings = tries.stream().flatMap(Optional::stream).toList();
    SortedMap<String, Integer> results = new TreeMap<>();
    tries.forEach(each -> results.merge(each.map(Meeting::result).orElse(LOST), 1, Integer::sum));
    double[] seconds =
        meetings.stream()
            .filter(Meeting::direct)
            .mapToDouble(each -> each.directMillis() / MILLIS_PER_SECOND)
            .sorted()
            .toArray();
    return new Cell(
        pair.home().label(),
        pair.visitor().label(),
        transport,
        NatKind.canMeet(pair.home(), pair.visitor()),
        tries.size(),
        seconds.length,
        PERCENT * seconds.length / tries.size(),
        results,
        seconds.length == 0 ? -1 : seconds[seconds.length / 2],
        Arrays.stream(seconds).max().orElse(-1),
        meetings.stream().mapToInt(Meeting::attempts).average().orElse(0));
  }

  private static String line(Cell cell) {
    return String.format(
        Locale.ROOT,
        "%-18s %-18s %-5s %-10s %3d/%3d = %5.1f %% direct  median %6.3f s  max %6.3f s  attempts"
            + " %.1f  %s",
        cell.home(),
        cell.visitor(),
        cell.transport(),
        cell.possible() ? "possible" : "impossible",
        cell.direct(),
        cell.tries(),
        cell.directPercent(),
        cell.medianSeconds(),
        cell.maxSeconds(),
        cell.meanAttempts(),
        cell.results());
  }

  /** The matrix as a table. */
  public static String toTable(List<Cell> cells) {
    StringBuilder out = new StringBuilder();
    cells.forEach(each -> out.append(line(each)).append(System.lineSeparator()));
    return out.toString();
  }

  /** The matrix as JSON. */
  public static String toJson(List<Cell> cells) {
    try {
      return JSON.writeValueAsString(cells);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and names can be written", e);
    }
  }
}

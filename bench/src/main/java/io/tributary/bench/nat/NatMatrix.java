package io.tributary.bench.nat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which pairs of NATs are brought to a direct connection, how surely and how soon. */
public final class NatMatrix {

  /** The transports it is tried over. */
  public static final List<String> TRANSPORTS = List.of("quic", "tcp");

  /**
   * What came of one pair over one transport.
   *
   * @param home the NAT of the one that listens by a relay
   * @param visitor the NAT of the one that connects to it
   * @param possible whether theory allows a direct connection
   * @param tries how often it was tried
   * @param direct in how many of them there was a direct connection
   * @param results how they ended, by name and number
   * @param medianMillis from the relayed connection to the direct one; -1 if there was none
   * @param maxMillis likewise
   * @param meanAttempts how often both dialled at once, on average
   */
  public record Cell(
      String home,
      String visitor,
      String transport,
      boolean possible,
      int tries,
      int direct,
      SortedMap<String, Integer> results,
      double medianMillis,
      double maxMillis,
      double meanAttempts) {}

  private NatMatrix() {}

  /**
   * Tries all pairs.
   *
   * @param tries of each pair that theory allows; of the others one in ten, and at least one
   */
  public static List<Cell> run(
      List<NatKind> kinds, List<String> transports, int tries, PrintStream progress)
      throws IOException {
    List<Cell> cells = new ArrayList<>();
    try (LabRun lab = LabRun.start()) {
      for (NatKind home : kinds) {
        for (NatKind visitor : kinds) {
          lab.translate(home, visitor);
          for (String transport : transports) {
            int times = NatKind.canMeet(home, visitor) ? tries : Math.max(1, tries / 10);
            List<Meeting> meetings = new ArrayList<>();
            for (int i = 0; i < times; i++) {
              meetings.add(lab.meet(home, visitor, transport));
            }
            Cell cell = sum(meetings);
            progress.println(line(cell));
            cells.add(cell);
          }
        }
      }
    }
    return cells;
  }

  private static Cell sum(List<Meeting> meetings) {
    Meeting any = meetings.get(0);
    SortedMap<String, Integer> results = new TreeMap<>();
    meetings.forEach(each -> results.merge(each.result(), 1, Integer::sum));
    double[] millis =
        meetings.stream()
            .filter(Meeting::direct)
            .mapToDouble(Meeting::directMillis)
            .sorted()
            .toArray();
    return new Cell(
        any.home().label(),
        any.visitor().label(),
        any.transport(),
        any.possible(),
        meetings.size(),
        millis.length,
        results,
        millis.length == 0 ? -1 : millis[millis.length / 2],
        Arrays.stream(millis).max().orElse(-1),
        meetings.stream().mapToInt(Meeting::attempts).average().orElse(0));
  }

  private static String line(Cell cell) {
    return String.format(
        Locale.ROOT,
        "%-18s %-18s %-5s %-10s %3d/%3d direct  median %6.0f ms  max %6.0f ms  attempts %.1f  %s",
        cell.home(),
        cell.visitor(),
        cell.transport(),
        cell.possible() ? "possible" : "impossible",
        cell.direct(),
        cell.tries(),
        cell.medianMillis(),
        cell.maxMillis(),
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
      return new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(cells);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of numbers and names can be written", e);
    }
  }
}

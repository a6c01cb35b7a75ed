package io.tributary.bench.libp2p;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * What to measure and for how long.
 *
 * @param rows the rows
 * @param warmUp how long bytes flow before the first measurement of a row
 * @param window how long each throughput is measured
 * @param shorts how long pings, and stream opens of either kind, are measured
 * @param connects how many connections are made one after another
 */
public record Settings(
    Set<Row> rows, Duration warmUp, Duration window, Duration shorts, int connects) {

  /** All rows; 3 s, 2 s, 1 s, 60 connections: about two minutes. */
  public static Settings defaults() {
    return new Settings(
        EnumSet.allOf(Row.class),
        Duration.ofSeconds(3),
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        60);
  }

  public Settings {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("no row to measure");
    }
    if (warmUp.isNegative()
        || window.isNegative()
        || window.isZero()
        || shorts.isNegative()
        || shorts.isZero()) {
      throw new IllegalArgumentException("a measurement needs time");
    }
    if (connects < 1) {
      throw new IllegalArgumentException("connects " + connects + " is less than 1");
    }
    rows = Set.copyOf(rows);
  }

  /** The same with other rows. */
  public Settings withRows(Set<Row> others) {
    return new Settings(others, warmUp, window, shorts, connects);
  }

  /** The same with another time for each throughput. */
  public Settings withWindow(Duration other) {
    return new Settings(rows, warmUp, other, shorts, connects);
  }
}

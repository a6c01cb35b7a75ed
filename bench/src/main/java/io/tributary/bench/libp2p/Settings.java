package io.tributary.bench.libp2p;

import io.tributary.libp2p.transport.IoEngine;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * What to measure and for how long.
 *
 * @param rows the rows
 * @param warmUp how long bytes flow before the first measurement of a row, half of it over several
 *     streams
 * @param window how long each throughput is measured, in parts
 * @param shorts how long pings, and stream opens of either kind, are measured
 * @param connects how many connections are made one after another
 * @param spin how long event loops wait awake before they sleep
 */
public record Settings(
    Set<Row> rows, Duration warmUp, Duration window, Duration shorts, int connects, Duration spin) {

  /** All rows; 20 s, 5 s, 3 s, 60 connections, no spin: about seven minutes. */
  public static Settings defaults() {
    return new Settings(
        EnumSet.allOf(Row.class),
        Duration.ofSeconds(20),
        Duration.ofSeconds(5),
        Duration.ofSeconds(3),
        60,
        Duration.ZERO);
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
    if (spin.isNegative() || spin.compareTo(IoEngine.MAX_SPIN) > 0) {
      throw new IllegalArgumentException("spin " + spin + " is too long");
    }
    if (connects < 1) {
      throw new IllegalArgumentException("connects " + connects + " is less than 1");
    }
    rows = Set.copyOf(rows);
  }

  /** The same with other rows. */
  public Settings withRows(Set<Row> others) {
    return new Settings(others, warmUp, window, shorts, connects, spin);
  }

  /** The same with another time before the first measurement of a row. */
  public Settings withWarmUp(Duration other) {
    return new Settings(rows, other, window, shorts, connects, spin);
  }

  /** The same with another time for each throughput. */
  public Settings withWindow(Duration other) {
    return new Settings(rows, warmUp, other, shorts, connects, spin);
  }

  /** The same with another time to wait awake. */
  public Settings withSpin(Duration other) {
    return new Settings(rows, warmUp, window, shorts, connects, other);
  }
}

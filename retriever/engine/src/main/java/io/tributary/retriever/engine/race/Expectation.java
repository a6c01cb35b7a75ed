package io.tributary.retriever.engine.race;

import io.tributary.content.erasure.Columns;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The columns of one segment that one read is still to want. Races look here at each of their steps
 * instead of being told what is next: what is told may arrive after the read has gone on, or ended,
 * and nobody would take it back. Columns only ever leave it. Thread-safe.
 */
public final class Expectation {
  /** None. */
  public static final Expectation NOTHING = new Expectation(Columns.NONE);

  private final AtomicInteger mask;

  /** Of some columns. */
  public Expectation(Columns columns) {
    this.mask = new AtomicInteger(columns.mask());
  }

  /** Those that are left now. */
  Columns columns() {
    return new Columns(mask.get());
  }

  /** Its reader waits for a column, or has it from elsewhere. */
  public void without(int column) {
    mask.updateAndGet(all -> all & ~(1 << column));
  }

  /** Its reader will want nothing more. */
  public void end() {
    mask.set(0);
  }
}

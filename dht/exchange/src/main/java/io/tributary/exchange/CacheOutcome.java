package io.tributary.exchange;

import java.util.Optional;

/** Where the answering side takes a fragment's bytes from. The codes are those on the wire. */
public enum CacheOutcome {
  /** From nowhere: nothing is sent. */
  NONE(0),
  /** From its store. */
  HIT(1),
  /** From a fill that this request began. */
  MISS(2),
  /** From a fill that was under way. */
  JOINED(3);

  private static final CacheOutcome[] BY_CODE = values();

  private final int code;

  CacheOutcome(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** The outcome of a number; empty if there is none. */
  public static Optional<CacheOutcome> ofCode(int code) {
    return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
  }
}

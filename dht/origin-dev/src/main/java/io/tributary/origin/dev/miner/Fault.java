package io.tributary.origin.dev.miner;

import java.util.Locale;

/**
 * One way in which a storage miner misbehaves.
 *
 * @param kind what it does
 * @param amount how much, in the unit the kind names; 0 for kinds without an amount
 */
public record Fault(Kind kind, long amount) {

  /** What a misbehaving miner does. */
  public enum Kind {
    /** Moves bytes at {@code amount} bytes per second, in both directions. */
    SLOW(Amount.AT_LEAST_1, Where.REQUESTS),
    /**
     * Sends {@code amount} bytes of the body and then nothing more, with the connection open; with
     * 0 it never answers at all, not even with a header. An upload is taken in and never answered.
     */
    STALL(Amount.AT_LEAST_0, Where.REQUESTS),
    /** Moves one byte per second, in both directions. */
    TRICKLE(Amount.NONE, Where.REQUESTS),
    /**
     * Closes the connection after {@code amount} bytes of the body; with 0 after half of it. An
     * upload is cut off in the same way.
     */
    CLOSE_MID_BODY(Amount.AT_LEAST_0, Where.REQUESTS),
    /** Sends as many bytes as it should, each with all bits inverted. */
    WRONG_BYTES(Amount.NONE, Where.DOWNLOADS),
    /** Sends the true bytes of another fragment; of the zero fragment if it stores no other. */
    OTHER_FRAGMENT(Amount.NONE, Where.DOWNLOADS),
    /** Sends one byte more than it should and says so in the length. */
    ONE_BYTE_TOO_MANY(Amount.NONE, Where.DOWNLOADS),
    /** Answers with the HTTP status {@code amount}, 500 to 599. */
    HTTP_5XX(Amount.STATUS, Where.REQUESTS),
    /** Answers HTTP 200 with the code 500 in the body. */
    BODY_CODE_500(Amount.NONE, Where.REQUESTS),
    /**
     * Does not listen: connections are refused. If the fault strikes only sometimes, the port stays
     * open and each connection it strikes is reset as soon as it is accepted.
     */
    DOWN(Amount.NONE, Where.CONNECTIONS);

    private final Amount amount;
    private final Where where;

    Kind(Amount amount, Where where) {
      this.amount = amount;
      this.where = where;
    }

    boolean strikes(Step step) {
      return switch (where) {
        case CONNECTIONS -> step == Step.CONNECT;
        case DOWNLOADS -> step == Step.GET;
        case REQUESTS -> step == Step.GET || step == Step.PUT;
      };
    }
  }

  /** When a fault can strike. */
  enum Step {
    CONNECT,
    GET,
    PUT
  }

  private enum Where {
    CONNECTIONS,
    DOWNLOADS,
    REQUESTS
  }

  private enum Amount {
    NONE(0, 0),
    AT_LEAST_0(0, Long.MAX_VALUE),
    AT_LEAST_1(1, Long.MAX_VALUE),
    STATUS(500, 599);

    private final long min;
    private final long max;

    Amount(long min, long max) {
      this.min = min;
      this.max = max;
    }
  }

  /**
   * Checks the amount.
   *
   * @throws IllegalArgumentException if the kind does not allow it
   */
  public Fault {
    if (amount < kind.amount.min || amount > kind.amount.max) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the amount of %s is %d to %d, this is %d",
              kind,
              kind.amount.min,
              kind.amount.max,
              amount));
    }
  }

  /** Returns a fault of a kind that has no amount. */
  public static Fault of(Kind kind) {
    return new Fault(kind, 0);
  }

  @Override
  public String toString() {
    return kind.amount == Amount.NONE ? kind.name() : kind.name() + "(" + amount + ")";
  }
}

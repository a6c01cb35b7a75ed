package io.tributary.origin.upstream;

import java.time.Duration;

/**
 * The limits of calls to the servers of one kind. Each has a default in {@link #DEFAULTS}; the
 * clients state where theirs differ.
 *
 * @param deadlines how long things may take
 * @param retries how often a call is tried
 * @param breaker when an endpoint is left alone
 * @param parallelPerEndpoint the most attempts under way to one endpoint; more are refused as
 *     {@link UpstreamReason#SATURATED}
 * @param endpoints the most endpoints whose state is remembered; the least used are forgotten
 * @param smallAnswerBytes the most bytes of an answer that is held in memory whole, such as JSON
 */
public record UpstreamLimits(
    Deadlines deadlines,
    Retries retries,
    Breaker breaker,
    int parallelPerEndpoint,
    int endpoints,
    int smallAnswerBytes) {
  /** Limits that suit one fragment of 8 MiB. */
  public static final UpstreamLimits DEFAULTS =
      new UpstreamLimits(Deadlines.DEFAULTS, Retries.DEFAULTS, Breaker.DEFAULTS, 8, 4096, 64 << 10);

  /** Checks the counts. */
  public UpstreamLimits {
    Check.atLeast(1, parallelPerEndpoint, "parallelPerEndpoint");
    Check.atLeast(1, endpoints, "endpoints");
    Check.atLeast(1, smallAnswerBytes, "smallAnswerBytes");
  }

  /**
   * How long things may take.
   *
   * @param connect from the start of an attempt to a connection
   * @param response from a sent request to the start of the answer
   * @param overall from the start of a call to its end, all attempts and pauses included
   * @param stallWindow how long a peer's speed is watched before it is judged; only time in which
   *     we wait for the peer counts
   * @param stallBytes the fewest bytes a peer must move in a stall window; fewer end the attempt as
   *     {@link UpstreamReason#STALLED}
   */
  public record Deadlines(
      Duration connect,
      Duration response,
      Duration overall,
      Duration stallWindow,
      long stallBytes) {
    /** 5 s to connect, 15 s to answer, 120 s in all, at least 64 KiB in each 5 s. */
    public static final Deadlines DEFAULTS =
        new Deadlines(
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(120),
            Duration.ofSeconds(5),
            64 << 10);

    /** Checks that all are positive. */
    public Deadlines {
      Check.positive(connect, "connect");
      Check.positive(response, "response");
      Check.positive(overall, "overall");
      Check.positive(stallWindow, "stallWindow");
      Check.atLeast(1, stallBytes, "stallBytes");
    }
  }

  /**
   * How often a call is tried.
   *
   * @param attempts the most attempts of a call, the first included
   * @param firstPause the longest pause before the second attempt; it doubles from attempt to
   *     attempt, and a random share of up to half of it is left out
   * @param maxPause the longest pause of all
   */
  public record Retries(int attempts, Duration firstPause, Duration maxPause) {
    /** Three attempts, pauses of up to 200 ms and 400 ms. */
    public static final Retries DEFAULTS =
        new Retries(3, Duration.ofMillis(200), Duration.ofSeconds(2));

    /** A single attempt, for callers that try elsewhere at once. */
    public static final Retries NONE = new Retries(1, Duration.ofMillis(1), Duration.ofMillis(1));

    /** Checks the values. */
    public Retries {
      Check.atLeast(1, attempts, "attempts");
      Check.positive(firstPause, "firstPause");
      if (maxPause.compareTo(firstPause) < 0) {
        throw new IllegalArgumentException("maxPause " + maxPause + " is below " + firstPause);
      }
    }
  }

  /**
   * When an endpoint is left alone.
   *
   * @param window the last attempts that count
   * @param minimum the fewest attempts before anything is concluded
   * @param failurePercent the share of bad attempts that opens the circuit, 1 to 100
   * @param openFor how long an open circuit refuses calls
   * @param probes the attempts let through afterwards to find out
   */
  public record Breaker(int window, int minimum, int failurePercent, Duration openFor, int probes) {
    /** Open for 30 s once half of the last 20 attempts, at least 5, were bad; then 2 probes. */
    public static final Breaker DEFAULTS = new Breaker(20, 5, 50, Duration.ofSeconds(30), 2);

    /** Checks the values. */
    public Breaker {
      Check.atLeast(1, minimum, "minimum");
      Check.atLeast(minimum, window, "window");
      Check.atLeast(1, failurePercent, "failurePercent");
      Check.atLeast(failurePercent, 100, "100 percent");
      Check.positive(openFor, "openFor");
      Check.atLeast(1, probes, "probes");
    }
  }

  /** Returns these limits with other deadlines. */
  public UpstreamLimits withDeadlines(Deadlines deadlines) {
    return new UpstreamLimits(
        deadlines, retries, breaker, parallelPerEndpoint, endpoints, smallAnswerBytes);
  }

  /** Returns these limits with other retries. */
  public UpstreamLimits withRetries(Retries retries) {
    return new UpstreamLimits(
        deadlines, retries, breaker, parallelPerEndpoint, endpoints, smallAnswerBytes);
  }

  /** Returns these limits with another breaker. */
  public UpstreamLimits withBreaker(Breaker breaker) {
    return new UpstreamLimits(
        deadlines, retries, breaker, parallelPerEndpoint, endpoints, smallAnswerBytes);
  }

  /** Returns these limits with another number of parallel attempts per endpoint. */
  public UpstreamLimits withParallelPerEndpoint(int parallelPerEndpoint) {
    return new UpstreamLimits(
        deadlines, retries, breaker, parallelPerEndpoint, endpoints, smallAnswerBytes);
  }

  /** Returns these limits with another size of small answers. */
  public UpstreamLimits withSmallAnswerBytes(int smallAnswerBytes) {
    return new UpstreamLimits(
        deadlines, retries, breaker, parallelPerEndpoint, endpoints, smallAnswerBytes);
  }

  /** Apart from the records, whose defaults are made while this class is being initialised. */
  private static final class Check {
    static void positive(Duration value, String name) {
      if (value.isNegative() || value.isZero()) {
        throw new IllegalArgumentException(name + " is positive, this is " + value);
      }
    }

    static void atLeast(long least, long value, String name) {
      if (value < least) {
        throw new IllegalArgumentException(name + " is at least " + least + ", this is " + value);
      }
    }
  }
}

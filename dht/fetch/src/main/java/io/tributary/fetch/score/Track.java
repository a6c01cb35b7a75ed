package io.tributary.fetch.score;

import java.time.Duration;
import java.util.Arrays;

/** What one source has shown, or all of a kind together. Thread-safe. */
final class Track implements Expectation {

  /*
   * How the past fades
   * ------------------
   * Each figure is a mean of what was seen, in which a fetch counts half as much for each half-life
   * that has gone by, and in which the expectation of the source's kind counts as a few fetches that
   * never fade. What is expected of a kind is such a mean too, of all its sources, in which a constant
   * of the kind never fades: where all miners are near, one that was never met is thought near, and
   * soon late if it is not. So a source that was not asked for long is thought of as its kind again, and gets
   * another chance without anybody forgiving it. Times and rates are averaged as logarithms: one
   * fetch that took a hundred times as long moves the mean no further than one that took a hundredth.
   *
   * What is late is judged by the last fetches themselves, not by a mean: the delay below which 95 of
   * 100 of them ended, in times of what was expected for their size.
   */

  /** So many last fetches say what is late. */
  static final int RECENT = 32;

  /** From so many on; below, a source is late after this many times what is expected. */
  private static final int ENOUGH = 8;

  private static final double LATE_WHILE_UNKNOWN = 3;
  private static final double LATE_SHARE = 0.95;

  private final Expectation prior;
  private final double halfLifeNanos;
  private final double priorWeight;
  private final double[] recentSlowness = new double[RECENT];
  private long fetches;
  private double weight;
  private double logFirstByteNanos;
  private double logBytesPerSecond;
  private double failed;
  private double tried;
  private long lies;
  private long quarantinedUntilNanos;
  private boolean quarantined;
  private long atNanos;
  private long askedAtNanos;

  Track(Expectation prior, ScoreSettings settings, long nowNanos) {
    this.prior = prior;
    this.halfLifeNanos = (double) settings.halfLife().toNanos();
    this.priorWeight = settings.priorWeight();
    this.atNanos = nowNanos;
    this.askedAtNanos = nowNanos;
  }

  private void fade(long nowNanos) {
    double kept = Math.pow(0.5, (double) Math.max(0, nowNanos - atNanos) / halfLifeNanos);
    atNanos = nowNanos;
    weight *= kept;
    logFirstByteNanos *= kept;
    logBytesPerSecond *= kept;
    failed *= kept;
    tried *= kept;
  }

  synchronized void onDelivered(long bytes, Duration firstByte, Duration whole, long nowNanos) {
    recentSlowness[(int) (fetches++ % RECENT)] =
        (double) whole.toNanos() / expectedNanosIfWell(bytes, nowNanos);
    weight += 1;
    logFirstByteNanos += Math.log(Math.max(1.0, (double) firstByte.toNanos()));
    double seconds = Math.max(1.0, (double) whole.minus(firstByte).toNanos()) / 1e9;
    logBytesPerSecond += Math.log(Math.max(1.0, bytes / seconds));
    tried += 1;
  }

  synchronized void onRelayed(long nowNanos) {
    fade(nowNanos);
    tried += 1;
  }

  synchronized void onFailed(long nowNanos) {
    fade(nowNanos);
    failed += 1;
    tried += 1;
  }

  synchronized void onLied(ScoreSettings settings, long nowNanos) {
    onFailed(nowNanos);
    lies++;
    long longest = settings.maxQuarantine().toNanos();
    double nanos = settings.firstQuarantine().toNanos() * Math.pow(2, (double) lies - 1);
    quarantinedUntilNanos = nowNanos + (nanos < longest ? (long) nanos : longest);
    quarantined = true;
  }

  synchronized boolean isQuarantined(long nowNanos) {
    quarantined = quarantined && quarantinedUntilNanos - nowNanos > 0;
    return quarantined;
  }

  synchronized void onAsked(long nowNanos) {
    askedAtNanos = nowNanos;
  }

  synchronized long sinceAskedNanos(long nowNanos) {
    return nowNanos - askedAtNanos;
  }

  @Override
  public synchronized double logFirstByteNanos(long nowNanos) {
    fade(nowNanos);
    double expected = prior.logFirstByteNanos(nowNanos);
    return (logFirstByteNanos + expected * priorWeight) / (weight + priorWeight);
  }

  @Override
  public synchronized double logBytesPerSecond(long nowNanos) {
    fade(nowNanos);
    double expected = prior.logBytesPerSecond(nowNanos);
    return (logBytesPerSecond + expected * priorWeight) / (weight + priorWeight);
  }

  private double failureShare() {
    return failed / (tried + priorWeight);
  }

  private double expectedNanosIfWell(long bytes, long nowNanos) {
    return Math.exp(logFirstByteNanos(nowNanos))
        + bytes / Math.exp(logBytesPerSecond(nowNanos)) * 1e9;
  }

  /** How long it takes until the bytes are there, counting that it may fail and be asked again. */
  synchronized double expectedNanos(long bytes, long nowNanos) {
    return expectedNanosIfWell(bytes, nowNanos) / (1 - failureShare());
  }

  /** After which time a fetch of so many bytes is late, by the source's own measure. */
  synchronized double lateNanos(long bytes, long nowNanos) {
    double expected = expectedNanosIfWell(bytes, nowNanos);
    int known = (int) Math.min(fetches, RECENT);
    if (known < ENOUGH) {
      return LATE_WHILE_UNKNOWN * expected;
    }
    double[] sorted = Arrays.copyOf(recentSlowness, known);
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(LATE_SHARE * known) - 1] * expected;
  }

  /** Whether so little was seen that what is expected is a guess. */
  synchronized boolean isGuess() {
    return fetches < ENOUGH;
  }

  synchronized Standing standing(long nowNanos) {
    return new Standing(
        Duration.ofNanos((long) Math.exp(logFirstByteNanos(nowNanos))),
        (long) Math.exp(logBytesPerSecond(nowNanos)),
        failureShare(),
        lies,
        isQuarantined(nowNanos));
  }
}

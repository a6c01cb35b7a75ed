package io.tributary.retriever.engine;

import io.tributary.content.Layout;
import io.tributary.fetch.guard.GuardSettings;
import io.tributary.fetch.score.ScoreSettings;
import java.time.Duration;

/**
 * The limits of an engine.
 *
 * @param memory how much it holds
 * @param racing how sources are asked
 * @param files what it remembers of files
 * @param maxStreams reads under way; more fail with {@code BUSY}
 * @param traces traces that are remembered; the oldest are forgotten
 * @param chunkTrees fragments whose chunk trees are remembered, of 4 KiB each; 0 for none
 */
public record EngineSettings(
    Memory memory, Racing racing, Files files, int maxStreams, int traces, int chunkTrees) {

  private static final EngineSettings DEFAULTS =
      new EngineSettings(
          new Memory(256L << 20, Duration.ofSeconds(20)),
          new Racing(
              0.05,
              4L * Layout.FRAGMENT_BYTES,
              Duration.ofMinutes(10),
              1,
              new Staging(Duration.ofMillis(500), Duration.ofMillis(100), 0.01),
              Duration.ofMillis(10),
              Duration.ofMillis(50),
              Duration.ofSeconds(10),
              Duration.ofSeconds(60),
              24,
              256,
              ScoreSettings.defaults(),
              GuardSettings.defaults()),
          new Files(16_384, Duration.ofSeconds(60), Duration.ofSeconds(10), 16_384),
          4096,
          4096,
          16_384);

  /** Checks the counts. */
  public EngineSettings {
    require(maxStreams > 0, "maxStreams");
    require(traces > 0, "traces");
    require(chunkTrees >= 0, "chunkTrees");
  }

  /**
   * 256 MiB of fragments, 4096 streams, 5 % and 4 fragments of extra bytes in 10 minutes; see each
   * part for the rest.
   */
  public static EngineSettings defaults() {
    return DEFAULTS;
  }

  /** The same with other memory. */
  public EngineSettings withMemory(Memory other) {
    return new EngineSettings(other, racing, files, maxStreams, traces, chunkTrees);
  }

  /** The same with another way of racing. */
  public EngineSettings withRacing(Racing other) {
    return new EngineSettings(memory, other, files, maxStreams, traces, chunkTrees);
  }

  /** The same with another memory of files. */
  public EngineSettings withFiles(Files other) {
    return new EngineSettings(memory, racing, other, maxStreams, traces, chunkTrees);
  }

  /** The same with another number of streams. */
  public EngineSettings withMaxStreams(int streams) {
    return new EngineSettings(memory, racing, files, streams, traces, chunkTrees);
  }

  /** The same with another number of chunk trees. */
  public EngineSettings withChunkTrees(int trees) {
    return new EngineSettings(memory, racing, files, maxStreams, traces, trees);
  }

  /**
   * How much is held. Direct memory: what is fetched, and what readers have not released.
   *
   * @param maxHeldBytes of all reads together; {@link #MIN_HELD_BYTES} at least
   * @param waitAtMost how long a read waits for memory before it fails with {@code BUSY}
   */
  public record Memory(long maxHeldBytes, Duration waitAtMost) {
    /**
     * The least memory: what one segment takes that has to be decoded, and as much again, so that
     * whoever decodes never waits for one who waits for it.
     */
    public static final long MIN_HELD_BYTES = 16L * Layout.FRAGMENT_BYTES;

    /** Checks the values. */
    public Memory {
      require(maxHeldBytes >= MIN_HELD_BYTES, "maxHeldBytes");
      require(waitAtMost.toNanos() > 0, "waitAtMost");
    }
  }

  /**
   * What keeps the storage network from doing the delivery network's work: a cacher that is asked
   * for what it does not hold fills itself, so the next reader is served near by.
   *
   * @param originPrice how much longer a cacher may be expected to take than a storage miner or a
   *     gateway and still be asked first
   * @param originAfter how long nearer sources are looked for once only such are known
   * @param originShare of all choices between both, the part in which they are asked all the same,
   *     so that it is known how quick they are
   */
  public record Staging(Duration originPrice, Duration originAfter, double originShare) {

    /** Checks the values. */
    public Staging {
      require(!originPrice.isNegative(), "originPrice");
      require(!originAfter.isNegative(), "originAfter");
      require(originShare >= 0 && originShare <= 0.5, "originShare");
    }

    /** All sources are alike: the quickest is asked first. */
    public static Staging none() {
      return new Staging(Duration.ZERO, Duration.ZERO, 0);
    }
  }

  /**
   * How sources are asked.
   *
   * @param extraShare bytes that spares and hedges may fetch for nothing, for each useful one
   * @param extraBurstBytes and besides in each window
   * @param extraWindow the length of any such window
   * @param maxSpares columns that are asked for from the start though four are enough
   * @param staging in which order kinds of sources are asked
   * @param settle how long one waits for better offers once there is one
   * @param leastLateness nobody is late before
   * @param stallAfter a source that sends nothing for so long has failed
   * @param fetchWithin how long one fetch may take
   * @param maxAsksPerFragment how often somebody is asked for one fragment before it counts as not
   *     to be had
   * @param maxRaces segments that are fetched at once; more reads fail with {@code BUSY}
   * @param scores how sources are judged
   * @param guards when sources are left alone
   */
  public record Racing(
      double extraShare,
      long extraBurstBytes,
      Duration extraWindow,
      int maxSpares,
      Staging staging,
      Duration settle,
      Duration leastLateness,
      Duration stallAfter,
      Duration fetchWithin,
      int maxAsksPerFragment,
      int maxRaces,
      ScoreSettings scores,
      GuardSettings guards) {

    /** Checks the values. */
    public Racing {
      require(extraShare >= 0 && extraShare <= 1, "extraShare");
      require(extraBurstBytes >= 0, "extraBurstBytes");
      require(extraWindow.toNanos() > 0, "extraWindow");
      require(maxSpares >= 0 && maxSpares <= Layout.PARITY_COLUMNS, "maxSpares");
      require(!settle.isNegative(), "settle");
      require(leastLateness.toNanos() > 0, "leastLateness");
      require(stallAfter.toNanos() > 0, "stallAfter");
      require(fetchWithin.toNanos() > 0, "fetchWithin");
      require(maxAsksPerFragment > 0, "maxAsksPerFragment");
      require(maxRaces > 0, "maxRaces");
    }

    /** The same with other delays. */
    public Racing withDelays(
        Duration newSettle, Duration newLeastLateness, Duration newStallAfter) {
      return new Racing(
          extraShare,
          extraBurstBytes,
          extraWindow,
          maxSpares,
          staging,
          newSettle,
          newLeastLateness,
          newStallAfter,
          fetchWithin,
          maxAsksPerFragment,
          maxRaces,
          scores,
          guards);
    }

    /** The same with another order of kinds. */
    public Racing withStaging(Staging other) {
      return new Racing(
          extraShare,
          extraBurstBytes,
          extraWindow,
          maxSpares,
          other,
          settle,
          leastLateness,
          stallAfter,
          fetchWithin,
          maxAsksPerFragment,
          maxRaces,
          scores,
          guards);
    }

    /** The same with another budget of extra bytes. */
    public Racing withExtra(double share, long burstBytes, int spares) {
      return new Racing(
          share,
          burstBytes,
          extraWindow,
          spares,
          staging,
          settle,
          leastLateness,
          stallAfter,
          fetchWithin,
          maxAsksPerFragment,
          maxRaces,
          scores,
          guards);
    }
  }

  /**
   * What is remembered of files.
   *
   * @param maxFiles manifests; those used least are forgotten
   * @param recordFor how long a file's state and placement are believed
   * @param refreshAtMostEvery how often a file whose miners do not have it is looked up anew
   * @param maxAbsent files that are known not to be had
   */
  public record Files(
      int maxFiles, Duration recordFor, Duration refreshAtMostEvery, int maxAbsent) {

    /** Checks the values. */
    public Files {
      require(maxFiles > 0, "maxFiles");
      require(!recordFor.isNegative(), "recordFor");
      require(refreshAtMostEvery.toNanos() > 0, "refreshAtMostEvery");
      require(maxAbsent > 0, "maxAbsent");
    }
  }

  private static void require(boolean holds, String name) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is out of range");
    }
  }
}

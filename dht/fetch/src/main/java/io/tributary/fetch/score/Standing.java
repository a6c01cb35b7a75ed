package io.tributary.fetch.score;

import java.time.Duration;

/**
 * What is thought of a source now; for traces and metrics.
 *
 * @param firstByte expected time to the first byte
 * @param bytesPerSecond expected throughput after it
 * @param failureShare expected part of fetches that fail, 0 to 1
 * @param lies how often it has sent wrong bytes
 * @param isQuarantined whether it is not asked because of that
 */
public record Standing(
    Duration firstByte,
    long bytesPerSecond,
    double failureShare,
    long lies,
    boolean isQuarantined) {}

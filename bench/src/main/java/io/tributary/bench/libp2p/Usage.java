package io.tributary.bench.libp2p;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a process has used up since it started.
 *
 * @param nanos the time of this reading, by a clock of the process's own
 * @param bytes payload received
 * @param cpuNanos processor time of all threads
 * @param allocatedBytes heap bytes allocated by the event loop; negative if unknown
 */
record Usage(long nanos, long bytes, long cpuNanos, long allocatedBytes) {

  static Usage of(JsonNode answer) {
    return new Usage(
        answer.path("nanos").asLong(),
        answer.path("bytes").asLong(),
        answer.path("cpuNanos").asLong(),
        answer.path("allocatedBytes").asLong());
  }

  double seconds() {
    return nanos / 1e9;
  }

  /** What was used up since an earlier reading. */
  Usage since(Usage before) {
    return new Usage(
        nanos - before.nanos,
        bytes - before.bytes,
        cpuNanos - before.cpuNanos,
        before.allocatedBytes < 0 ? -1 : allocatedBytes - before.allocatedBytes);
  }
}

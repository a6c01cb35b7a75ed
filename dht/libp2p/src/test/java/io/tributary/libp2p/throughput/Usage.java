package io.tributary.libp2p.throughput;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * What a process has done and used up at one moment.
 *
 * @param bytes plain bytes moved
 * @param wallNanos the clock
 * @param cpuNanos processor time of the whole process
 * @param allocatedBytes heap bytes allocated by the thread that asked
 */
record Usage(long bytes, long wallNanos, long cpuNanos, long allocatedBytes) {
  private static final double GIB = 1 << 30;

  static Usage now(long bytes) {
    return new Usage(
        bytes,
        System.nanoTime(),
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime(),
        ((ThreadMXBean) ManagementFactory.getThreadMXBean())
            .getThreadAllocatedBytes(Thread.currentThread().getId()));
  }

  /** Returns a line on the time between another moment and this one. */
  String since(Usage before) {
    double gib = (bytes - before.bytes) / GIB;
    double seconds = (wallNanos - before.wallNanos) / 1e9;
    return String.format(
        Locale.ROOT,
        "%6.0f MiB/s, %.3f CPU-s/GiB, %,.0f heap bytes/GiB",
        gib * 1024 / seconds,
        (cpuNanos - before.cpuNanos) / 1e9 / gib,
        (allocatedBytes - before.allocatedBytes) / gib);
  }
}

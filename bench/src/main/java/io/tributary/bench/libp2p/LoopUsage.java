package io.tributary.bench.libp2p;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/** Reads what this process has used up, on its one event loop. */
final class LoopUsage {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private LoopUsage() {}

  /** Answers a {@link Usage}; {@code received} is read on the event loop. */
  static Map<String, ?> read(EventLoop loop, LongSupplier received)
      throws ExecutionException, InterruptedException {
    return loop.submit(
            () ->
                Map.of(
                    "nanos", System.nanoTime(),
                    "bytes", received.getAsLong(),
                    "cpuNanos", SYSTEM.getProcessCpuTime(),
                    "allocatedBytes", THREADS.getCurrentThreadAllocatedBytes()))
        .get();
  }
}

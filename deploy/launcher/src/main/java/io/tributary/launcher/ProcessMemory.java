package io.tributary.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The memory of this process and of all that it started, as Linux counts it; watched until closed.
 *
 * <p>A page that several processes share counts once in all ({@code Pss} of {@code
 * /proc/PID/smaps_rollup}). Pages of files that are mapped, as a cacher's store is, count too.
 * Elsewhere than on Linux nothing is known. Safe for use by any thread.
 */
final class ProcessMemory implements AutoCloseable {
  private static final long PERIOD_MILLIS = 500;
  private static final Path PROCESSES = Path.of("/proc");

  private final Thread sampler;
  private volatile boolean isClosed;
  private volatile long mostBytes;

  private ProcessMemory() {
    this.sampler = new Thread(this::watch, "memory");
    sampler.setDaemon(true);
  }

  /** Begins to watch. */
  static ProcessMemory watching() {
    ProcessMemory memory = new ProcessMemory();
    memory.sampler.start();
    return memory;
  }

  /** The most that was seen at a time, in bytes; empty if it cannot be known here. */
  OptionalLong mostBytes() {
    return mostBytes == 0 ? OptionalLong.empty() : OptionalLong.of(mostBytes);
  }

  private void watch() {
    while (!isClosed) {
      mostBytes = Math.max(mostBytes, nowBytes());
      try {
        Thread.sleep(PERIOD_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  static long nowBytes() {
    ProcessHandle self = ProcessHandle.current();
    return Stream.concat(Stream.of(self), self.descendants())
        .mapToLong(process -> bytesOf(process.pid()))
        .sum();
  }

  private static long bytesOf(long pid) {
    Path file = PROCESSES.resolve(Long.toString(pid)).resolve("smaps_rollup");
    try {
      return Files.readString(file, StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> line.startsWith("Pss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .sum();
    } catch (IOException e) {
      // It has ended meanwhile, or this is not Linux.
      return 0;
    }
  }

  @Override
  public void close() {
    isClosed = true;
    sampler.interrupt();
  }
}

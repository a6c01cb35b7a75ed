package io.tributary.bench.store;

import io.tributary.bench.store.StoreReport.Start;
import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.hot.StoreMetrics;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that fills a store, or opens one.
 *
 * <p>{@code fill DIR QUOTA LENGTH} fills it with fragments of a length until room is short, says
 * "filled" and waits to be killed; {@code stop DIR QUOTA LENGTH} closes it then; {@code open DIR
 * QUOTA 0} opens it and says what that took.
 */
final class StoreWorker {
  private StoreWorker() {}

  /** Does what the arguments say. */
  public static void main(String[] args) throws StoreException {
    PrintStream out = System.out;
    HotOptions options = HotOptions.ofQuota(Long.parseLong(args[2]));
    long started = System.nanoTime();
    HotFragments hot =
        HotFragments.open(Path.of(args[1]), options, Runnable::run, StoreMetrics.NONE);
    double seconds = (System.nanoTime() - started) / 1e9;
    switch (args[0]) {
      case "fill" -> {
        fill(hot, Integer.parseInt(args[3]));
        out.println("filled");
        while (true) {
          LockSupport.park();
        }
      }
      case "stop" -> {
        fill(hot, Integer.parseInt(args[3]));
        hot.close();
        out.println("filled");
      }
      default -> {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        out.println(
            hot.stats().fragmentsOpening().kind()
                + " "
                + hot.stats().fragments().fragments()
                + " "
                + seconds
                + " "
                + heap);
        hot.close();
      }
    }
  }

  /** Fills until little more than the room of fills is left; short fragments take whole slots. */
  private static void fill(HotFragments hot, int length) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    for (long number = 0; ; number++) {
      bytes.clear().putLong(0, number);
      FragmentHash hash = new FragmentHash(Sha256.of(bytes));
      if (hot.fill(hash, length) instanceof Reservation.Granted granted) {
        granted.fill().write(bytes);
        if (granted.fill().complete() instanceof Fill.Completion.Declined) {
          return;
        }
      }
      long used = hot.stats().fragments().usedBytes();
      if (used > hot.stats().fragments().limitBytes() / 100 * 93) {
        return;
      }
    }
  }

  /** Starts such a process. */
  private static Process start(String what, Path directory, long quotaBytes, int length)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            StoreWorker.class.getName(),
            what,
            directory.toString(),
            String.valueOf(quotaBytes),
            String.valueOf(length)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Fills a store and lets its process be killed, or stop. */
  static void fill(Path directory, long quotaBytes, int length, boolean isKilled)
      throws IOException, InterruptedException {
    Process process = start(isKilled ? "fill" : "stop", directory, quotaBytes, length);
    try (BufferedReader said = process.inputReader()) {
      if (!"filled".equals(said.readLine())) {
        throw new IOException("the process that fills a store failed");
      }
      if (isKilled) {
        process.toHandle().destroyForcibly();
      }
      process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Opens a store in a process of its own. */
  static Start open(Path directory, long quotaBytes) throws IOException, InterruptedException {
    long started = System.nanoTime();
    Process process = start("open", directory, quotaBytes, 0);
    try (BufferedReader said = process.inputReader()) {
      String line = said.readLine();
      double processSeconds = (System.nanoTime() - started) / 1e9;
      if (line == null) {
        throw new IOException("the process that opens a store failed");
      }
      process.waitFor();
      String[] words = line.split(" ", -1);
      return new Start(
          words[0],
          quotaBytes,
          Long.parseLong(words[1]),
          Double.parseDouble(words[2]),
          processSeconds,
          Long.parseLong(words[3]));
    } finally {
      process.destroyForcibly();
    }
  }

  /** A length that is not a small object but quick to hash. */
  static final int SHORT_LENGTH = 65 << 10;

  /** A whole fragment. */
  static final int WHOLE_LENGTH = Layout.FRAGMENT_BYTES;
}

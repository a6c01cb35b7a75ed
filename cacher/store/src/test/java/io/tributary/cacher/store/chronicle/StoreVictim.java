package io.tributary.cacher.store.chronicle;

import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.Sample;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.content.FragmentHash;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A process that fills and removes fragments, and says so, until it is killed. */
final class StoreVictim {
  static final int LENGTH = 512 << 10;
  static final Geometry GEOMETRY = Geometry.paged(LENGTH, 10 << 20);

  /** One write for each line, so that what was said before the kill is read after it. */
  private static final OutputStream OUT = System.out;

  private StoreVictim() {}

  /** Opens the store of a directory; the second argument is the seed, the third "open" or "run". */
  public static void main(String[] args) throws IOException {
    try {
      ChronicleFragmentStore store =
          ChronicleFragmentStore.open(Path.of(args[0]), "v", GEOMETRY, Long.MAX_VALUE);
      say("O " + store.opening().kind());
      if (args[2].equals("run")) {
        run(store, new SplittableRandom(Long.parseLong(args[1])));
      }
    } catch (StoreException e) {
      say("E " + e.reason());
    }
  }

  static Sample sample(long number) {
    return Sample.of(number, LENGTH - (int) (number % 1000));
  }

  private static void run(ChronicleFragmentStore store, SplittableRandom random)
      throws IOException {
    List<StoredFragment> stored = new ArrayList<>(store.fragments());
    while (true) {
      if (stored.size() > 14 || (!stored.isEmpty() && random.nextInt(3) == 0)) {
        StoredFragment fragment = stored.remove(random.nextInt(stored.size()));
        FragmentHash hash = fragment.hash();
        say("R " + hash);
        fragment.remove();
        say("r " + hash);
      } else {
        Sample sample = sample(random.nextLong(1L << 40));
        say("F " + sample.hash());
        if (store.reserve(sample.hash(), sample.length()) instanceof Reservation.Granted granted) {
          granted.fill().write(sample.buffer());
          stored.add(((Fill.Completion.Stored) granted.fill().complete()).fragment());
          say("S " + sample.hash());
        }
      }
    }
  }

  private static void say(String line) throws IOException {
    OUT.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    OUT.flush();
  }

  /** Returns the command line of such a process. */
  static List<String> command(Path directory, long seed, String what) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            StoreVictim.class.getName(),
            directory.toString(),
            String.valueOf(seed),
            what));
    return command;
  }
}

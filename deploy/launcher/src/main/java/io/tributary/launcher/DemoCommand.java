package io.tributary.launcher;

import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.dev.DevOrigin;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.miner.Fault;
import io.tributary.origin.dev.miner.FaultRule;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.SeedFile;
import io.tributary.origin.publish.PublishListener;
import io.tributary.origin.publish.PublishSettings;
import io.tributary.origin.publish.Publisher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what Tributary can do by now: a network in miniature, and a real file through it. */
@Command(
    name = "demo",
    description = {
      "Run a network in miniature on this machine and send a real file through it.",
      "Every byte that comes back is checked; the exit code is 0 only if all of it held."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(100);

  /** Of twelve miners eight may fail; this is what the demo does to them. */
  private static final List<Fault> FAULTS =
      List.of(
          new Fault(Fault.Kind.DOWN, 0),
          new Fault(Fault.Kind.WRONG_BYTES, 0),
          new Fault(Fault.Kind.CLOSE_MID_BODY, 0),
          new Fault(Fault.Kind.BODY_CODE_500, 0));

  private static final List<String> MISSING =
      List.of(
          "cachers that keep hot fragments close to users",
          "retrievers that find, race and stream them over HTTP",
          "the libp2p overlay between them",
          "signed vouchers for delivered bytes, and the contract that pays them");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description = "The file to send through (default: the JDK's lib/modules).")
  private Path file = Path.of(System.getProperty("java.home"), "lib", "modules");

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the network keeps its state; default: a temporary directory.")
  private @Nullable Path directory;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  private final List<Phase> phases = new ArrayList<>();

  /**
   * One step of the demo.
   *
   * @param name what was done
   * @param bytes how many bytes of the file it was about
   * @param nanos how long it took
   * @param notes what else there is to say
   */
  private record Phase(String name, long bytes, long nanos, Map<String, Object> notes) {}

  @Override
  public Integer call() throws IOException {
    Path given = directory;
    Path dir = given == null ? Files.createTempDirectory("tributary-demo-") : given;
    try {
      run(new DevnetDirectory(dir));
    } finally {
      if (given == null) {
        deleteTree(dir);
      }
    }
    return ExitCode.OK.code();
  }

  private void run(DevnetDirectory devnet) throws IOException {
    say("A network in miniature: a dev chain and 12 storage miners in " + devnet.directory());
    long start = System.nanoTime();
    String expected = sha256(file);
    try (DevRuntime runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
        DevOrigin origin =
            DevOrigin.start(
                runtime, DevOrigin.Config.inDirectory(devnet.origin()), new SecureRandom())) {
      Files.createDirectories(devnet.directory());
      NetworkProfile profile = devnet.describe(origin);
      done("network up", 0, start, Map.of());
      try (NetworkAccess access =
              new NetworkAccess(
                  profile, SeedFile.read(devnet.publisherSeed(), new SecureRandom()));
          CoderThreads threads = new CoderThreads()) {
        FileRecord record = publish(devnet, access, threads);
        restore("restore, all miners well", access, record, expected);
        List<String> harmed = harm(origin, record);
        say("Harmed on purpose: " + String.join(", ", harmed));
        restore("restore, 4 of 12 miners harmed", access, record, expected);
      }
    }
    report();
  }

  private FileRecord publish(DevnetDirectory devnet, NetworkAccess access, CoderThreads threads)
      throws IOException {
    long start = System.nanoTime();
    PublishSettings settings =
        new PublishSettings(POLL, Duration.ofMinutes(1), Duration.ofMinutes(2), 50, 2);
    FileRecord record =
        new Publisher(
                access.chain(),
                access.submitter(),
                access.columnMiners(),
                access.minerClient(),
                threads.segmenter(),
                devnet.directory().resolve("publish"),
                settings,
                duration -> Thread.sleep(duration.toMillis()))
            .publish(
                file, file.getFileName().toString(), "demo", FidRule.MERKLE, PublishListener.NONE);
    done(
        "publish to 12 miners",
        record.manifest().sizeBytes(),
        start,
        Map.of(
            "fid", record.manifest().fid().toHex(),
            "segments", record.manifest().segments().size(),
            "state", record.state().name()));
    return record;
  }

  private void restore(String name, NetworkAccess access, FileRecord record, String expected)
      throws IOException {
    long start = System.nanoTime();
    MinerRestore restore = new MinerRestore(access.chain(), access.minerClient());
    MessageDigest sha256 = Sha256.newDigest();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      restore.restore(record, Channels.newChannel(out));
    }
    if (!HexFormat.of().formatHex(sha256.digest()).equals(expected)) {
      throw new CommandFailure(ExitCode.INTEGRITY, name + ": the file came back changed");
    }
    Map<String, Object> notes = new LinkedHashMap<>();
    notes.put("sha256", "equal");
    notes.put("fragments", restore.fragmentsFetched());
    notes.put("decoded", restore.columnsDecoded());
    notes.put("failures", restore.failures());
    done(name, record.manifest().sizeBytes(), start, notes);
  }

  /** Makes the miners of the data columns misbehave, each in its own way. */
  private static List<String> harm(DevOrigin origin, FileRecord record) throws IOException {
    List<String> harmed = new ArrayList<>();
    for (int column = 0; column < FAULTS.size(); column++) {
      Fault fault = FAULTS.get(column);
      DevMiner miner = origin.miner(record.placement().seat(0, column % Layout.COLUMNS).miner());
      miner.setFault(FaultRule.always(fault));
      harmed.add("column " + column + " " + fault.kind());
    }
    return harmed;
  }

  private void done(String name, long bytes, long startNanos, Map<String, Object> notes) {
    Phase phase = new Phase(name, bytes, System.nanoTime() - startNanos, notes);
    phases.add(phase);
    String rate = bytes == 0 ? "" : Terminal.rate(bytes, phase.nanos());
    say(
        String.format(
            "%-32s %9s %12s  %s",
            name, Terminal.seconds(phase.nanos()), rate, notes.isEmpty() ? "" : notes));
  }

  private void report() {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("ok", true);
      result.put("file", file.toString());
      result.put("phases", phases);
      result.put("missing", MISSING);
      out.println(Terminal.json(result));
    } else {
      out.println();
      out.println("All bytes came back right. Not built yet, and so not shown:");
      MISSING.forEach(missing -> out.println("  - " + missing));
    }
    out.flush();
  }

  private void say(String sentence) {
    if (!json) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(sentence);
      out.flush();
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest sha256 = Sha256.newDigest();
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      in.transferTo(out);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

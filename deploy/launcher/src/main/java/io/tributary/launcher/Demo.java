package io.tributary.launcher;

import io.tributary.content.Fid;
import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.devnet.Devnet;
import io.tributary.devnet.DevnetNode;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.miner.Fault;
import io.tributary.origin.dev.miner.FaultRule;
import io.tributary.origin.identity.SeedFile;
import io.tributary.origin.publish.PublishListener;
import io.tributary.origin.publish.PublishSettings;
import io.tributary.origin.publish.Publisher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The steps of the demo, in a network that runs. */
final class Demo implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration KNOWN_WITHIN = Duration.ofSeconds(60);
  private static final int MINER_BYTES_PER_SECOND = 4 << 20;
  private static final Fault DOWN = new Fault(Fault.Kind.DOWN, 0);

  /** Long enough to be read while nodes die. */
  private static final int SECOND_FILE_BYTES = 3 * Layout.SEGMENT_BYTES - 12_345;

  private final Devnet devnet;
  private final Path file;
  private final Consumer<Phase> whenDone;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Phase> phases = new ArrayList<>();
  private final CoderThreads threads = new CoderThreads();
  private final NetworkAccess access;
  private List<String> balances = List.of();

  /**
   * One step.
   *
   * @param name what was done
   * @param nanos how long it took
   * @param bytes how many bytes of a file it was about
   * @param firstByteNanos when the first of them came; 0 if none was waited for
   * @param notes what else there is to say
   */
  record Phase(
      String name, long nanos, long bytes, long firstByteNanos, Map<String, Object> notes) {}

  Demo(Devnet devnet, Path file, Consumer<Phase> whenDone) throws IOException {
    this.devnet = devnet;
    this.file = file;
    this.whenDone = whenDone;
    this.access =
        new NetworkAccess(
            devnet.profile(), SeedFile.read(devnet.files().publisherSeed(), new SecureRandom()));
  }

  List<Phase> phases() {
    return List.copyOf(phases);
  }

  List<String> balances() {
    return balances;
  }

  void run() throws IOException, InterruptedException {
    DevnetNode near = devnet.retrievers().get(0);
    DevnetNode far = devnet.retrievers().get(1);
    DemoLedger money = DemoLedger.open(devnet);
    Fid fid = publish(file, "publish to " + devnet.origin().miners().size() + " miners");
    String expected = sha256(file);
    moveMinersFarAway();
    waitForMembers();
    download("cold, by " + near.name() + " in " + near.region(), near, fid, expected);
    download("hot, by " + near.name(), near, fid, expected);
    download("from " + far.region() + ", by " + far.name(), far, fid, expected);
    DevnetNode again = withoutItsCache(near);
    download("by " + again.name() + " without its own cache", again, fid, expected);
    killWhileDownloading(again);
    devnet.stopNodes();
    balances = money.settle(devnet.cachers(), this::done);
  }

  /** On one machine miners are as near as cachers, which they are not anywhere else. */
  private void moveMinersFarAway() throws IOException {
    for (DevMiner miner : devnet.origin().miners()) {
      miner.setFault(FaultRule.always(new Fault(Fault.Kind.SLOW, MINER_BYTES_PER_SECOND)));
    }
    done(
        new Phase(
            "miners send " + Terminal.bytes(MINER_BYTES_PER_SECOND) + "/s from now on",
            0,
            0,
            0,
            Map.of()));
  }

  /** Waits until each retriever knows the cachers of its region: news takes a moment. */
  private void waitForMembers() throws IOException, InterruptedException {
    long start = System.nanoTime();
    for (DevnetNode retriever : devnet.retrievers()) {
      while (knownMembers(retriever) < cachersNear(retriever).size()) {
        if (System.nanoTime() - start > KNOWN_WITHIN.toNanos()) {
          throw new CommandFailure(
              ExitCode.TIMEOUT,
              retriever.name() + " does not know the cachers of " + retriever.region());
        }
        Thread.sleep(POLL.toMillis());
      }
    }
    done(new Phase("retrievers know their cachers", System.nanoTime() - start, 0, 0, Map.of()));
  }

  private List<DevnetNode> cachersNear(DevnetNode retriever) {
    return devnet.cachers().stream()
        .filter(each -> each.region().equals(retriever.region()))
        .toList();
  }

  private int knownMembers(DevnetNode retriever) throws IOException, InterruptedException {
    URI status = retriever.endpoints().uri("admin").resolve("/status");
    return DemoTrace.ask(http, status).path("regionMembersKnown").asInt();
  }

  /** Starts a retriever again with what it knows, but without the fragments it had. */
  private DevnetNode withoutItsCache(DevnetNode retriever)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    devnet.stop(retriever);
    DemoCommand.deleteTree(retriever.directory().resolve("state").resolve("cache"));
    DevnetNode again = devnet.restart(retriever);
    done(
        new Phase(
            "restart " + again.name() + " without its cache",
            System.nanoTime() - start,
            0,
            0,
            Map.of()));
    waitForMembers();
    return again;
  }

  private void killWhileDownloading(DevnetNode retriever) throws IOException, InterruptedException {
    Path second = Files.createTempFile(devnet.files().directory(), "second-", ".bin");
    byte[] content = new byte[SECOND_FILE_BYTES];
    new SplittableRandom(System.nanoTime()).nextBytes(content);
    Files.write(second, content);
    Fid fid = publish(second, "publish a second file");
    List<DevnetNode> cachers =
        devnet.cachers().stream().filter(each -> each.region().equals(retriever.region())).toList();
    AtomicBoolean killed = new AtomicBoolean();
    download(
        "SIGKILL of " + cachers.get(cachers.size() - 1).name() + " and a miner meanwhile",
        retriever,
        fid,
        sha256(second),
        bytes -> {
          if (!killed.getAndSet(true)) {
            cachers.get(cachers.size() - 1).process().kill();
            devnet.origin().miners().get(0).setFault(FaultRule.always(DOWN));
          }
        });
    Files.delete(second);
  }

  private Fid publish(Path what, String name) throws IOException {
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
                devnet.files().directory().resolve("publish"),
                settings,
                duration -> Thread.sleep(duration.toMillis()))
            .publish(
                what, what.getFileName().toString(), "demo", FidRule.MERKLE, PublishListener.NONE);
    Map<String, Object> notes = new LinkedHashMap<>();
    notes.put("fid", record.manifest().fid().toHex());
    notes.put("segments", record.manifest().segments().size());
    notes.put("state", record.state().name());
    done(new Phase(name, System.nanoTime() - start, record.manifest().sizeBytes(), 0, notes));
    return record.manifest().fid();
  }

  private void download(String name, DevnetNode retriever, Fid fid, String expected)
      throws IOException, InterruptedException {
    download(name, retriever, fid, expected, bytes -> {});
  }

  private void download(
      String name, DevnetNode retriever, Fid fid, String expected, HttpDownload.Listener listener)
      throws IOException, InterruptedException {
    URI base = retriever.endpoints().uri("http");
    HttpDownload download = HttpDownload.of(http, base.resolve("/file/" + fid.toHex()), listener);
    if (download.status() != 200) {
      throw new CommandFailure(
          ExitCode.UNREACHABLE, name + ": " + retriever.name() + " answered " + download.status());
    }
    if (!download.sha256().equals(expected)) {
      throw new CommandFailure(ExitCode.INTEGRITY, name + ": the file came back changed");
    }
    Map<String, Object> notes = new LinkedHashMap<>();
    notes.put("sha256", "equal");
    if (download.trace().isPresent()) {
      notes.putAll(DemoTrace.of(http, base, download.trace().get()));
    }
    done(new Phase(name, download.nanos(), download.bytes(), download.firstByteNanos(), notes));
  }

  private void done(Phase phase) {
    phases.add(phase);
    whenDone.accept(phase);
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest sha256 = Sha256.newDigest();
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      in.transferTo(out);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  @Override
  public void close() {
    access.close();
    threads.close();
  }
}

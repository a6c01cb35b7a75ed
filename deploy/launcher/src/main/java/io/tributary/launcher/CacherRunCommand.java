package io.tributary.launcher;

import io.tributary.cacher.node.config.CacherConfig;
import io.tributary.cacher.node.process.Cacher;
import io.tributary.cacher.store.StoreException;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.libp2p.identity.KeyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a cacher until it is asked to stop. */
@Command(
    name = "run",
    description = {
      "Run a cacher until it is asked to stop (SIGTERM, Ctrl-C, or: tributary cacher drain).",
      "When it is ready, one line of JSON on standard output tells its endpoints."
    },
    mixinStandardHelpOptions = true)
final class CacherRunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacherConfigOption config = new CacherConfigOption();

  @Option(
      names = "--ready-file",
      paramLabel = "FILE",
      description = "Also write the line into a file.")
  private Optional<Path> readyFile = Optional.empty();

  @Option(
      names = "--identity-from",
      paramLabel = "FILE",
      description = {
        "A key that the node takes for its own if its directory has none yet, so that its peer id",
        "is known beforehand, as that of a bootstrap node."
      })
  private Optional<Path> identityFrom = Optional.empty();

  @Override
  public Integer call()
      throws IOException,
          InterruptedException,
          StoreException,
          JournalException,
          KeystoreException {
    CacherConfig wanted = config.read().config();
    if (identityFrom.isPresent()) {
      takeIdentity(identityFrom.get(), wanted.directory());
    }
    CountDownLatch stopAsked = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stopAsked, stopped), "stop"));
    try (CacherExecutors executors = new CacherExecutors();
        Cacher cacher = Cacher.start(wanted, executors.runtime(wanted))) {
      announce(wanted, cacher);
      stopAsked.await();
      cacher.drain();
    } finally {
      stopped.countDown();
    }
    return ExitCode.OK.code();
  }

  private static void takeIdentity(Path from, Path directory) throws IOException {
    KeyFile own = new KeyFile(Files.createDirectories(directory).resolve("identity.key"));
    if (!Files.exists(own.path())) {
      own.create(new KeyFile(from).load());
    }
  }

  private void announce(CacherConfig wanted, Cacher cacher) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", "cacher");
    line.put("peer", cacher.peerId());
    line.put("addresses", cacher.addresses().stream().map(Object::toString).toList());
    line.put("region", wanted.region().name());
    line.put("admin", cacher.adminUrl().toString());
    cacher.httpUrl().ifPresent(url -> line.put("http", url.toString()));
    line.put("pid", ProcessHandle.current().pid());
    String json = Terminal.jsonLine(line);
    if (readyFile.isPresent()) {
      Path file = readyFile.get();
      Path unfinished = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(unfinished, json + "\n");
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json);
    out.flush();
  }

  /** Asks for the end and waits for it, since the process ends with its shutdown hooks. */
  private static void stop(CountDownLatch stopAsked, CountDownLatch stopped) {
    stopAsked.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.tributary.launcher;

import io.tributary.devnet.Devnet;
import io.tributary.devnet.DevnetNode;
import io.tributary.devnet.DevnetPlan;
import io.tributary.origin.dev.runtime.DevRuntime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows a whole network at work on a real file. */
@Command(
    name = "demo",
    description = {
      "Run a whole network on this machine and send a real file through it: published to",
      "storage miners, read through retrievers and cachers, paid for by vouchers, redeemed.",
      "Every byte and every sum is checked; the exit code is 0 only if all of it held."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
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

  @Option(
      names = "--keep",
      description = "Leave the network running afterwards, until interrupted.")
  private boolean keep;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path given = directory;
    Path dir = given == null ? Files.createTempDirectory("tributary-demo-") : given;
    try {
      run(dir);
    } finally {
      if (given == null) {
        deleteTree(dir);
      }
    }
    return ExitCode.OK.code();
  }

  private void run(Path dir) throws IOException, InterruptedException {
    long start = System.nanoTime();
    DevnetPlan plan = DevnetPlan.in(dir, DevnetOptions.tools());
    say(
        "A network on this machine: a dev chain, "
            + plan.miners()
            + " miners, anvil with the contract, "
            + plan.cachers()
            + " cachers and "
            + plan.retrievers()
            + " retrievers in "
            + String.join(" and ", plan.regions())
            + ", in "
            + dir);
    try (ProcessMemory memory = ProcessMemory.watching();
        DevRuntime runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
        Devnet devnet = Devnet.start(plan, DevnetOptions.program(), runtime, new SecureRandom());
        Demo demo = new Demo(devnet, file, this::done)) {
      done(new Demo.Phase("network up", System.nanoTime() - start, 0, 0, Map.of()));
      demo.run();
      report(demo, memory, System.nanoTime() - start);
      if (keep) {
        waitForInterrupt(devnet);
      }
    }
  }

  private void done(Demo.Phase phase) {
    String rate = phase.bytes() == 0 ? "" : Terminal.rate(phase.bytes(), phase.nanos());
    String first =
        phase.firstByteNanos() == 0
            ? ""
            : "first byte " + phase.firstByteNanos() / 1_000_000 + " ms";
    say(
        String.format(
            "%-42s %9s %14s  %-18s %s",
            phase.name(),
            Terminal.seconds(phase.nanos()),
            rate,
            first,
            phase.notes().isEmpty() ? "" : phase.notes()));
  }

  private void report(Demo demo, ProcessMemory memory, long nanos) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("ok", true);
      result.put("file", file.toString());
      result.put("phases", demo.phases());
      result.put("balances", demo.balances());
      result.put("nanos", nanos);
      memory.mostBytes().ifPresent(most -> result.put("mostMemoryBytes", most));
      out.println(Terminal.json(result));
    } else {
      out.println();
      demo.balances().forEach(out::println);
      out.println();
      out.println("All bytes came back right, and all money is accounted for.");
      out.println(
          "It took "
              + Terminal.seconds(nanos)
              + memory.mostBytes().stream()
                  .mapToObj(most -> " and at most " + Terminal.bytes(most) + " of memory")
                  .findFirst()
                  .orElse("")
              + ".");
    }
    out.flush();
  }

  private void waitForInterrupt(Devnet devnet) throws IOException, InterruptedException {
    // They were stopped so that no voucher came in while money was compared.
    for (DevnetNode each : devnet.cachers()) {
      devnet.restart(each);
    }
    for (DevnetNode each : devnet.retrievers()) {
      devnet.restart(each);
    }
    say("");
    devnet.retrievers().forEach(each -> say(each.name() + "  " + each.endpoints().text("http")));
    say("network  " + devnet.files().profile() + "; Ctrl-C ends it");
    CountDownLatch stopAsked = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(stopAsked::countDown, "stop"));
    stopAsked.await();
  }

  private void say(String sentence) {
    if (!json) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(sentence);
      out.flush();
    }
  }

  static void deleteTree(Path directory) throws IOException {
    List<Path> all;
    try (Stream<Path> paths = Files.walk(directory)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}

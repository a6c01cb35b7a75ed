package io.tributary.launcher;

import io.tributary.devnet.Devnet;
import io.tributary.devnet.DevnetNode;
import io.tributary.devnet.DevnetPlan;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.dev.runtime.DirectoryInUseException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Starts a devnet and runs it until it is interrupted. */
@Command(
    name = "up",
    description = {
      "Start a whole network on this machine and run it until interrupted: a dev chain,",
      "storage miners, a contract on anvil, cachers and retrievers.",
      "Started again with the same directory, the network goes on where it was."
    },
    mixinStandardHelpOptions = true)
final class DevnetUpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DevnetHome home = new DevnetHome();
  @Mixin private DevnetOptions options = new DevnetOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = home.directory();
    Files.createDirectories(directory);
    DevnetPlan plan = options.plan(directory);
    CountDownLatch stopAsked = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stopAsked, stopped), "stop"));
    try (DevRuntime runtime =
            DevRuntime.start(Clock.systemUTC(), new SplittableRandom(), options.reach());
        Devnet devnet = Devnet.start(plan, DevnetOptions.program(), runtime, new SecureRandom())) {
      announce(devnet);
      stopAsked.await();
    } catch (DirectoryInUseException e) {
      throw new CommandFailure(ExitCode.LOCKED, e.getMessage() + "", e);
    } finally {
      stopped.countDown();
    }
    return ExitCode.OK.code();
  }

  private void announce(Devnet devnet) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "chain    " + devnet.origin().chainHttpUrl() + "  " + devnet.origin().chainWebSocketUrl());
    out.println(
        "miners   "
            + devnet.origin().miners().size()
            + ", the first at "
            + devnet.origin().miners().get(0).url());
    devnet.origin().faultUrl().ifPresent(url -> out.println("faults   " + url));
    devnet
        .profile()
        .settlement()
        .ifPresent(each -> out.println("contract " + each.contract() + " at " + each.rpc().get(0)));
    for (DevnetNode node : devnet.cachers()) {
      out.println(node.name() + " in " + node.region() + "  " + node.endpoints().text("admin"));
    }
    for (DevnetNode node : devnet.retrievers()) {
      out.println(node.name() + " in " + node.region() + "  " + node.endpoints().text("http"));
    }
    out.println("network  " + devnet.files().profile());
    out.println("try      tributary publish FILE --network " + devnet.files().profile());
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

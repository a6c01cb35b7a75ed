package io.tributary.launcher;

import io.tributary.origin.dev.DevOrigin;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.dev.runtime.DirectoryInUseException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a devnet and runs it until it is interrupted. */
@Command(
    name = "up",
    description = {
      "Start a dev chain and storage miners and run them until interrupted.",
      "Started again with the same directory, the network goes on where it was."
    },
    mixinStandardHelpOptions = true)
final class DevnetUpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dir",
      defaultValue = "devnet",
      paramLabel = "DIR",
      description = "Where everything is kept (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of("devnet");

  @Option(
      names = "--miners",
      defaultValue = "12",
      paramLabel = "N",
      description = "How many storage miners; a file needs 12 (default: ${DEFAULT-VALUE}).")
  private int miners = 12;

  @Option(
      names = "--chain-port",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "The chain's port on loopback; 0 for any free one (default: ${DEFAULT-VALUE}).")
  private int chainPort;

  @Option(
      names = "--miner-port",
      defaultValue = "0",
      paramLabel = "PORT",
      description =
          "The first miner's port, the others follow; 0 for any (default: ${DEFAULT-VALUE}).")
  private int minerPort;

  @Option(
      names = "--faults",
      description = "Open a loopback port by which miners can be made to misbehave.")
  private boolean faults;

  @Override
  public Integer call() throws IOException, InterruptedException {
    DevnetDirectory devnet = new DevnetDirectory(directory);
    Files.createDirectories(directory);
    DevOrigin.Config config;
    try {
      config =
          new DevOrigin.Config(
              devnet.origin(),
              miners,
              chainPort,
              minerPort,
              faults ? OptionalInt.of(0) : OptionalInt.empty(),
              DevMiner.TEND_EVERY);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, e.getMessage() + "", e);
    }
    CountDownLatch stopAsked = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stopAsked, stopped), "stop"));
    try (DevRuntime runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom());
        DevOrigin origin = DevOrigin.start(runtime, config, new SecureRandom())) {
      devnet.describe(origin);
      announce(devnet, origin);
      stopAsked.await();
    } catch (DirectoryInUseException e) {
      throw new CommandFailure(ExitCode.LOCKED, e.getMessage() + "", e);
    } finally {
      stopped.countDown();
    }
    return ExitCode.OK.code();
  }

  private void announce(DevnetDirectory devnet, DevOrigin origin) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("chain    " + origin.chainHttpUrl() + "  " + origin.chainWebSocketUrl());
    out.println(
        "miners   " + origin.miners().size() + ", the first at " + origin.miners().get(0).url());
    origin.faultUrl().ifPresent(url -> out.println("faults   " + url));
    out.println("network  " + devnet.profile());
    out.println("try      tributary publish FILE --network " + devnet.profile());
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

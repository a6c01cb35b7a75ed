package io.tributary.launcher;

import io.tributary.nodekit.admin.RunningNode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops a running cacher in order and waits for it. */
@Command(
    name = "drain",
    description = {
      "Stop the cacher in order: it takes no more requests, says farewell to its region, lets",
      "deliveries end and stops. Started again with the same directory it goes on where it was."
    },
    mixinStandardHelpOptions = true)
final class CacherDrainCommand implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofSeconds(30);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacherConfigOption config = new CacherConfigOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    RunningNode running = config.running();
    Duration atMost = config.read().config().drainFor().plus(GRACE);
    ProcessHandle process =
        ProcessHandle.of(running.pid())
            .orElseThrow(() -> new CommandFailure(ExitCode.UNREACHABLE, "it has just stopped"));
    process.destroy();
    try {
      process.onExit().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new CommandFailure(
          ExitCode.TIMEOUT, "process " + running.pid() + " still runs after " + atMost, e);
    }
    spec.commandLine().getOut().println("stopped");
    spec.commandLine().getOut().flush();
    return ExitCode.OK.code();
  }
}

package io.tributary.launcher;

import io.tributary.devnet.DevnetState;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops a devnet that another process runs. */
@Command(
    name = "down",
    description = "Stop a devnet; its state stays, for the next devnet up.",
    mixinStandardHelpOptions = true)
final class DevnetDownCommand implements Callable<Integer> {
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DevnetHome home = new DevnetHome();

  @Override
  public Integer call() throws IOException {
    DevnetState state = DevnetState.read(home.directory());
    if (!state.stop(AT_MOST)) {
      throw new CommandFailure(
          ExitCode.TIMEOUT, "the devnet has not stopped in " + AT_MOST.toSeconds() + " s");
    }
    spec.commandLine().getOut().println("stopped");
    spec.commandLine().getOut().flush();
    return ExitCode.OK.code();
  }
}

package io.tributary.launcher;

import io.tributary.devnet.DevnetState;
import io.tributary.devnet.DevnetState.Member;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows which processes of a devnet run. */
@Command(
    name = "status",
    description = {
      "Show which processes of a devnet run.",
      "The exit code is 0 if all of them do, 6 if not."
    },
    mixinStandardHelpOptions = true)
final class DevnetStatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DevnetHome home = new DevnetHome();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    DevnetState state = DevnetState.read(home.directory());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Terminal.json(state));
    } else {
      for (Member each : state.members()) {
        out.printf(
            "%-12s %-9s %-10s %s%n",
            each.name(),
            each.isAlive() ? "running" : "gone",
            each.isAlive() ? "pid " + each.pid() : "",
            each.log().map(Object::toString).orElse(""));
      }
    }
    out.flush();
    boolean allRun = state.members().stream().allMatch(Member::isAlive);
    return (allRun ? ExitCode.OK : ExitCode.UNREACHABLE).code();
  }
}

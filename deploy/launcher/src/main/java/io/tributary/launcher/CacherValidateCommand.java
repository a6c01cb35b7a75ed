package io.tributary.launcher;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Reads a cacher's configuration and says what is wrong with it. */
@Command(
    name = "validate-config",
    description = "Read the configuration and tell all its mistakes. Nothing is started.",
    mixinStandardHelpOptions = true)
final class CacherValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacherConfigOption config = new CacherConfigOption();

  @Override
  public Integer call() throws IOException {
    int values = config.read().settings().size();
    spec.commandLine().getOut().println("the configuration is right: " + values + " values");
    spec.commandLine().getOut().flush();
    return ExitCode.OK.code();
  }
}

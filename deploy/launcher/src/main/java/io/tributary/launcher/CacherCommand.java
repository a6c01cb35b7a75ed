package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The cache node of a region. */
@Command(
    name = "cacher",
    description = "The cache node of a region.",
    mixinStandardHelpOptions = true,
    subcommands = {
      CacherInitCommand.class,
      CacherRunCommand.class,
      CacherStatusCommand.class,
      CacherPeersCommand.class,
      CacherDrainCommand.class,
      CacherDoctorCommand.class,
      CacherValidateCommand.class,
      CacherConfigCommand.class,
      CacherCacheCommand.class
    })
final class CacherCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "cacher: which command?");
  }
}

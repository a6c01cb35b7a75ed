package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The stored fragments of a cacher that does not run. */
@Command(
    name = "cache",
    description = {
      "Look at, check and empty the store of a cacher that does not run.",
      "A store that was not closed in order is put in order first. Exit code 10 if it is in use."
    },
    mixinStandardHelpOptions = true,
    subcommands = {CacheStatsCommand.class, CacheVerifyCommand.class, CachePurgeCommand.class})
final class CacherCacheCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "cacher cache: which command?");
  }
}

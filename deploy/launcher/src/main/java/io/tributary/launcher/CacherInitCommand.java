package io.tributary.launcher;

import io.tributary.cacher.node.config.CacherConfigFile;
import io.tributary.libp2p.identity.KeyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prepares a directory for a cacher. */
@Command(
    name = "init",
    description = "Make a directory with a configuration, every key explained, and an identity.",
    mixinStandardHelpOptions = true)
final class CacherInitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "The directory (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of(".");

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve("cacher.toml");
    try {
      Files.writeString(file, CacherConfigFile.template(), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(ExitCode.USAGE, file + " is there already; it is left as it is", e);
    }
    String peer =
        new KeyFile(directory.resolve("identity.key"))
            .loadOrCreate(new SecureRandom())
            .peerId()
            .toString();
    PrintWriter out = spec.commandLine().getOut();
    out.println("peer    " + peer);
    out.println("config  " + file);
    out.println("next    edit it, then: tributary cacher doctor --config " + file);
    out.flush();
    return ExitCode.OK.code();
  }
}

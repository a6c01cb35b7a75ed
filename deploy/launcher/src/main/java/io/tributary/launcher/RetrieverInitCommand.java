package io.tributary.launcher;

import io.tributary.libp2p.identity.KeyFile;
import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prepares a directory for a retriever. */
@Command(
    name = "init",
    description = "Make a directory with a configuration, every key explained, and an identity.",
    mixinStandardHelpOptions = true)
final class RetrieverInitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "The directory (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of(".");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The file to write, which must not be there (default: DIR/retriever.toml).")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--network",
      paramLabel = "PROFILE",
      defaultValue = "network.toml",
      description = "The network profile to name in it (default: ${DEFAULT-VALUE}).")
  private String network = "network.toml";

  @Override
  public Integer call() throws IOException {
    Path file = config.orElseGet(() -> directory.resolve("retriever.toml"));
    Path home = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    Files.createDirectories(home);
    try {
      Files.writeString(file, RetrieverConfig.template(network), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(ExitCode.USAGE, file + " is there already; it is left as it is", e);
    }
    Path state = Files.createDirectories(RetrieverConfig.read(file).directory());
    String peer =
        new KeyFile(state.resolve("identity.key"))
            .loadOrCreate(new SecureRandom())
            .peerId()
            .toString();
    PrintWriter out = spec.commandLine().getOut();
    out.println("peer    " + peer);
    out.println("config  " + file);
    out.println("next    edit it, then: tributary retriever doctor --config " + file);
    out.flush();
    return ExitCode.OK.code();
  }
}

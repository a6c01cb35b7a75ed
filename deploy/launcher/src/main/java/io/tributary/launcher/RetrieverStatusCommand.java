package io.tributary.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.ledger.keys.KeystoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a running node how it is. */
@Command(
    name = "status",
    description = {
      "Print the state of the retriever that runs with this configuration, or at an address.",
      "Prints JSON."
    },
    mixinStandardHelpOptions = true)
final class RetrieverStatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RetrieverConfigOption config = new RetrieverConfigOption();

  @Option(
      names = "--admin",
      paramLabel = "URL",
      description = "The node's admin address, where its configuration is not at hand.")
  private Optional<URI> admin = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "The admin token, if the node at --admin asks for one.")
  private Optional<Path> tokenFile = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException, KeystoreException {
    JsonNode status =
        admin.isPresent()
            ? AdminQuery.read(admin.get().toString(), "/status", tokenFile)
            : AdminQuery.read(config.running().adminUrl(), "/status", config.read().adminToken());
    PrintWriter out = spec.commandLine().getOut();
    out.println(status.toPrettyString());
    out.flush();
    return ExitCode.OK.code();
  }
}

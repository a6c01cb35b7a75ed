package io.tributary.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.ledger.keys.KeystoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the peers of a running retriever. */
@Command(
    name = "peers",
    description = "Print whom the retriever is connected to.",
    mixinStandardHelpOptions = true)
final class RetrieverPeersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RetrieverConfigOption config = new RetrieverConfigOption();

  @Override
  public Integer call() throws IOException, InterruptedException, KeystoreException {
    JsonNode status =
        AdminQuery.read(config.running().adminUrl(), "/status", config.read().adminToken());
    PrintWriter out = spec.commandLine().getOut();
    status
        .path("peers")
        .forEach(
            peer -> out.println(peer.path("peer").asText() + "  " + peer.path("address").asText()));
    out.flush();
    return ExitCode.OK.code();
  }
}

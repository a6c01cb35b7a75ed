package io.tributary.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.nodekit.admin.RunningNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the state of a running cacher. */
@Command(
    name = "status",
    description = "Print the state of the cacher that runs with this configuration.",
    mixinStandardHelpOptions = true)
final class CacherStatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacherConfigOption config = new CacherConfigOption();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException, KeystoreException {
    RunningNode running = config.running();
    Optional<Path> token = config.read().config().admin().tokenFile();
    JsonNode status = AdminQuery.read(running.adminUrl(), "/status", token);
    JsonNode ready = AdminQuery.read(running.adminUrl(), "/readyz", token);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(status.toPrettyString());
    } else {
      print(out, running, status, ready);
    }
    out.flush();
    return ExitCode.OK.code();
  }

  /** How peers reach it, who has tried, and what would make it better. */
  private static void reach(PrintWriter out, JsonNode reach) {
    out.println("reach    " + reach.path("line").asText());
    for (JsonNode judged : reach.path("evidence")) {
      out.println(
          "         " + judged.path("address").asText() + " " + judged.path("verdict").asText());
      for (JsonNode by : judged.path("by")) {
        out.println(
            "           "
                + (by.path("reached").asBoolean() ? "reached" : "not reached")
                + " by "
                + by.path("peer").asText()
                + " in "
                + by.path("network").asText()
                + " at "
                + by.path("at").asText());
      }
    }
    reach.path("relays").forEach(each -> out.println("         met at " + each.asText()));
    reach.path("advice").forEach(each -> out.println("         " + each.asText()));
  }

  private static void print(PrintWriter out, RunningNode running, JsonNode status, JsonNode ready) {
    JsonNode store = status.path("store");
    JsonNode serving = status.path("serving");
    JsonNode region = status.path("region");
    JsonNode money = status.path("money");
    out.println("peer     " + status.path("peer").asText());
    out.println(
        "running  process "
            + running.pid()
            + ", for "
            + status.path("uptimeSeconds").asLong()
            + " s, "
            + (ready.path("ready").asBoolean() ? "ready" : "not ready"));
    ready.path("reasons").forEach(reason -> out.println("         " + reason.asText()));
    out.println(
        "region   "
            + region.path("name").asText()
            + ", "
            + region.path("members").asInt()
            + " members; DHT "
            + region.path("dhtPeers").asInt()
            + " peers");
    reach(out, status.path("reach"));
    out.println(
        "store    "
            + store.path("fragments").asInt()
            + " fragments, "
            + Terminal.bytes(store.path("usedBytes").asLong())
            + " of "
            + Terminal.bytes(store.path("quotaBytes").asLong()));
    out.println(
        "serving  "
            + serving.path("open").asLong()
            + " deliveries, "
            + serving.path("fills").asInt()
            + " of "
            + serving.path("maxFills").asInt()
            + " fills");
    out.println(
        "money    "
            + money.path("pricePerGib").asText()
            + " a GiB; received "
            + money.path("received").asText()
            + ", not redeemed "
            + money.path("unredeemed").asText()
            + ", owed "
            + money.path("issued").asText());
  }
}

package io.tributary.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.bench.Machine;
import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What all measurements have in common: how their report is printed, under what it was measured on.
 *
 * <pre>
 *  { "machine": { cpu, processors, kernel, jdk, flags, tributary, load, at }, "report": … }
 * </pre>
 */
class ReportOptions {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the machine was like before it was measured on. */
  private final Machine machine = Machine.here(BuildInfo.versionAndCommit());

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** Prints a report in the form that was asked for. */
  int print(Supplier<String> asJson, Supplier<String> asTable) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? enveloped(asJson.get()) : machine.toLines() + "\n" + asTable.get());
    out.flush();
    return ExitCode.OK.code();
  }

  private String enveloped(String report) {
    try {
      JsonNode figures = JSON.readTree(report);
      ObjectNode whole = JSON.createObjectNode();
      whole.set("machine", JSON.valueToTree(machine));
      whole.set("report", figures);
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(whole);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of ours is no JSON", e);
    }
  }
}

package io.tributary.launcher;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What measurements on a disk have in common: where they work, and how their report is printed. */
final class BenchOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A directory on the disk to be measured; default: the temporary directory.")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  Path directory() {
    return directory;
  }

  /** Prints a report in the form that was asked for. */
  int print(Supplier<String> asJson, Supplier<String> asTable) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? asJson.get() : asTable.get());
    out.flush();
    return ExitCode.OK.code();
  }
}

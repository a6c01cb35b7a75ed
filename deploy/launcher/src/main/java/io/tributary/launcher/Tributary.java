package io.tributary.launcher;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code tributary} command and its entry point. */
@Command(
    name = "tributary",
    description = "The content delivery network of CESS.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildInfo.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      DevnetCommand.class,
      CacherCommand.class,
      RetrieverCommand.class,
      PublishCommand.class,
      GetCommand.class,
      FileCommand.class,
      KeysCommand.class,
      LedgerCommand.class,
      EscrowCommand.class,
      RewardsCommand.class,
      NodeCommand.class,
      ContractCommand.class,
      LibP2pCommand.class,
      BenchCommand.class,
      SimCommand.class,
      CompletionCommand.class
    },
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0 done               4 not found              8 payment refused",
      "  1 a bug of ours      5 wrong bytes or key     9 disk failed",
      "  2 wrong command      6 unreachable           10 already running",
      "  3 wrong config       7 time ran out         130 interrupted"
    })
public final class Tributary implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Tributary() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Tributary())
        .setExecutionExceptionHandler(new Failures())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }
}

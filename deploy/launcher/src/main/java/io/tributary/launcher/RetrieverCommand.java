package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The node that users and gateways talk to. */
@Command(
    name = "retriever",
    description = "The node that users and gateways talk to: verified files over HTTP.",
    mixinStandardHelpOptions = true,
    subcommands = {
      RetrieverInitCommand.class,
      RetrieverRunCommand.class,
      RetrieverStatusCommand.class,
      RetrieverPeersCommand.class,
      RetrieverConfigCommand.class,
      RetrieverValidateCommand.class,
      RetrieverDoctorCommand.class
    })
final class RetrieverCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "retriever: which command?");
  }
}

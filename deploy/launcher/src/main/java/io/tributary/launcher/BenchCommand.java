package io.tributary.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measurements, one command per result. */
@Command(
    name = "bench",
    description = "Measure a part of Tributary on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {
      BenchCacherCommand.class,
      BenchErasureCommand.class,
      BenchExchangeCommand.class,
      BenchHomesCommand.class,
      BenchLedgerCommand.class,
      BenchLibp2pCommand.class,
      BenchNatCommand.class,
      BenchRelayCommand.class,
      BenchRetrieverCommand.class,
      BenchStoreCommand.class
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "bench: which measurement?");
  }
}

package io.tributary.launcher;

import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says all that is wrong with a configuration, without starting anything. */
@Command(
    name = "validate-config",
    description = "Say all that is wrong with a configuration, without starting anything.",
    mixinStandardHelpOptions = true)
final class RetrieverValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RetrieverConfigOption config = new RetrieverConfigOption();

  @Override
  public Integer call() throws IOException {
    RetrieverConfig.Explained read = config.read();
    NetworkProfile network = NetworkProfile.read(read.config().network());
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "the configuration is right: "
            + read.settings().size()
            + " values; network "
            + network.name());
    out.flush();
    return ExitCode.OK.code();
  }
}

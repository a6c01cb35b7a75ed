package io.tributary.launcher;

import io.tributary.bench.nat.NatKind;
import io.tributary.bench.nat.NatLab;
import io.tributary.bench.nat.NatMatrix;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures which pairs of NATs are brought to a direct connection. */
@Command(
    name = "nat",
    description = {
      "Measure which pairs of NATs are brought to a direct connection, in network namespaces of",
      "this machine that have no way out. Needs Linux, root, iproute2 and nftables."
    },
    mixinStandardHelpOptions = true)
final class BenchNatCommand implements Callable<Integer> {
  private static final int MAX_TRIES = 1000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--tries",
      paramLabel = "N",
      description = "How often each pair is tried that theory allows (default: 10).")
  private int tries = 10;

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "KIND",
      description =
          "These kinds only: full-cone, address-restricted, port-restricted, symmetric, cgnat.")
  private List<String> kinds = List.of();

  @Option(
      names = "--transports",
      split = ",",
      paramLabel = "TRANSPORT",
      description = "These transports only: quic, tcp.")
  private List<String> transports = NatMatrix.TRANSPORTS;

  @Override
  public Integer call() throws IOException {
    if (tries < 1 || tries > MAX_TRIES) {
      throw new ParameterException(
          spec.commandLine(), "--tries " + tries + ": between 1 and " + MAX_TRIES);
    }
    for (String each : transports) {
      if (!NatMatrix.TRANSPORTS.contains(each)) {
        throw new ParameterException(spec.commandLine(), "--transports " + each + ": quic or tcp");
      }
    }
    List<NatKind> wanted = kinds();
    Optional<String> obstacle = NatLab.obstacle();
    if (obstacle.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "bench nat: no laboratory here, " + obstacle.get());
    }
    List<NatMatrix.Cell> cells = NatMatrix.run(wanted, transports, tries, System.err);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? NatMatrix.toJson(cells) : NatMatrix.toTable(cells));
    out.flush();
    return ExitCode.OK.code();
  }

  private List<NatKind> kinds() {
    if (kinds.isEmpty()) {
      return List.of(NatKind.values());
    }
    List<NatKind> found = new ArrayList<>();
    for (String label : kinds) {
      found.add(
          NatKind.of(label)
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(), "--kinds " + label + ": the kinds are " + labels())));
    }
    return found;
  }

  private static String labels() {
    return Arrays.stream(NatKind.values()).map(NatKind::label).collect(Collectors.joining(", "));
  }
}

package io.tributary.launcher;

import io.tributary.bench.nat.NatKind;
import io.tributary.bench.nat.NatLab;
import io.tributary.bench.nat.NatMatrix;
import io.tributary.bench.nat.NodeTrial;
import io.tributary.devnet.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  private static final List<String> NODE_FLAGS =
      List.of("-Xmx320m", "-XX:MaxDirectMemorySize=512m", "-XX:+UseSerialGC");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private final ReportOptions options = new ReportOptions();

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
      names = "--pair",
      split = ",",
      paramLabel = "HOME:VISITOR",
      description =
          "These pairs only, by the NAT of who is reached over the relay and of who connects.")
  private List<String> pairs = List.of();

  @Option(
      names = {"--transports", "--transport"},
      split = ",",
      paramLabel = "TRANSPORT",
      description = "These transports only: quic, tcp.")
  private List<String> transports = NatMatrix.TRANSPORTS;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = {
        "Keep what was measured in this file, pair by pair; what is there with as many tries",
        "is not measured again."
      })
  private Optional<Path> results = Optional.empty();

  @Option(
      names = "--nodes",
      description = {
        "Run whole nodes instead: a cacher behind one NAT sells a file to a retriever behind",
        "another; both port-restricted, or those of the first --pair. Takes minutes, and anvil where",
        "a devnet has put it before."
      })
  private boolean nodes;

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
    List<NatMatrix.Pair> wanted = pairs.isEmpty() ? NatMatrix.Pair.of(kinds()) : pairs();
    Optional<String> obstacle = NatLab.obstacle();
    if (obstacle.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "bench nat: no laboratory here, " + obstacle.get());
    }
    if (nodes) {
      String trial = nodes(wanted);
      return options.print(() -> trial, () -> trial);
    }
    List<NatMatrix.Cell> cells = NatMatrix.run(wanted, transports, tries, results, System.err);
    return options.print(() -> NatMatrix.toJson(cells), () -> NatMatrix.toTable(cells));
  }

  private String nodes(List<NatMatrix.Pair> wanted) throws IOException {
    NatMatrix.Pair pair =
        pairs.isEmpty()
            ? new NatMatrix.Pair(NatKind.PORT_RESTRICTED, NatKind.PORT_RESTRICTED)
            : wanted.get(0);
    Program program = DevnetOptions.program();
    return NodeTrial.run(
            arguments -> program.command(NODE_FLAGS, arguments),
            System.err,
            pair.home(),
            pair.visitor())
        .toJson();
  }

  private List<NatKind> kinds() {
    return kinds.isEmpty()
        ? List.of(NatKind.values())
        : kinds.stream().map(label -> kind("--kinds", label)).toList();
  }

  private List<NatMatrix.Pair> pairs() {
    List<NatMatrix.Pair> found = new ArrayList<>();
    for (String each : pairs) {
      int colon = each.indexOf(':');
      if (colon < 0) {
        throw new ParameterException(
            spec.commandLine(), "--pair " + each + ": two kinds, as cgnat:full-cone");
      }
      found.add(
          new NatMatrix.Pair(
              kind("--pair", each.substring(0, colon)), kind("--pair", each.substring(colon + 1))));
    }
    return found;
  }

  private NatKind kind(String option, String label) {
    return NatKind.of(label)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(), option + " " + label + ": the kinds are " + labels()));
  }

  private static String labels() {
    return Arrays.stream(NatKind.values()).map(NatKind::label).collect(Collectors.joining(", "));
  }
}

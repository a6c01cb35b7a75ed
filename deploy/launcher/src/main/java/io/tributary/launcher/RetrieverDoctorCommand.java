package io.tributary.launcher;

import io.netty.util.internal.PlatformDependent;
import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.ledger.keys.PasswordSource;
import io.tributary.ledger.signature.Curve;
import io.tributary.nodekit.admin.RunningNode;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks for what would keep a retriever from working here. */
@Command(
    name = "doctor",
    description = {
      "Look for what would keep a retriever from working here. Nothing is changed.",
      "Prints a line per check, with what to do where one fails; then exits with 3."
    },
    mixinStandardHelpOptions = true)
final class RetrieverDoctorCommand implements Callable<Integer> {
  private static final long OTHER_DIRECT_BYTES = 128L << 20;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RetrieverConfigOption config = new RetrieverConfigOption();

  @Override
  public Integer call() throws IOException {
    RetrieverConfig.Explained read = config.read();
    RetrieverConfig wanted = read.config();
    NetworkProfile network = NetworkProfile.read(wanted.network());
    Optional<RunningNode> running = RunningNode.find(wanted.directory());
    Checkup checkup = new Checkup(spec.commandLine().getOut());
    checkup.look("config", () -> "is right, and so is the profile of " + network.name());
    checkup.look(
        "running",
        () ->
            running
                .map(each -> "process " + each.pid() + ", state at " + each.adminUrl())
                .orElse("not now"));
    checkup.look("port", () -> NodeChecks.port(wanted.http().listen(), running.isPresent()));
    checkup.look("port", () -> NodeChecks.port(wanted.admin().bind(), running.isPresent()));
    List<String> listens = network.overlay().isPresent() ? wanted.overlay().listen() : List.of();
    for (String each : listens) {
      checkup.look("port", () -> NodeChecks.listen(each, running.isPresent()));
    }
    checkup.look("udp", () -> NodeChecks.udpBuffers(listens));
    checkup.look("files", NodeChecks::openFiles);
    checkup.look("memory", () -> directMemory(wanted.memoryBytes()));
    checkup.look("disk", () -> disk(wanted));
    NodeChecks.chains(checkup, network);
    Path identity = wanted.directory().resolve("identity.key");
    checkup.look(
        "identity",
        () ->
            Files.exists(identity)
                ? NodeChecks.secret(identity)
                : "none yet, made at the first start");
    checkup.look("wallet", () -> wallet(wanted));
    checkup.look("region", () -> region(wanted, network));
    checkup.look("reach", () -> NodeChecks.reach(running, read.adminToken()));
    return checkup.verdict().code();
  }

  private static String disk(RetrieverConfig wanted) throws IOException {
    boolean isMade = Files.exists(wanted.directory().resolve("cache"));
    return isMade
        ? "the cache is there"
        : NodeChecks.room(wanted.directory(), wanted.cacheBytes(), "cache.mebibytes");
  }

  private static String wallet(RetrieverConfig wanted)
      throws IOException, KeystoreException, Checkup.Advice {
    if (wanted.wallet().isEmpty()) {
      throw new Checkup.Advice(
          "none: cachers that want to be paid will not serve this node; tributary keys new, then"
              + " wallet.keystore");
    }
    RetrieverConfig.Wallet wallet = wanted.wallet().get();
    String secret = NodeChecks.secret(wallet.keystore());
    NodeChecks.secret(wallet.passwordFile());
    char[] password = PasswordSource.file(wallet.passwordFile()).read();
    try {
      KeyDirectory.read(wallet.keystore()).unlock(password, Curve.fastest()).close();
    } finally {
      Arrays.fill(password, '\0');
    }
    if (wallet.ceilingPerGib() == 0) {
      throw new Checkup.Advice(
          "wallet.ceiling-per-gib is 0, so that gifts only are taken; set what a GiB may cost");
    }
    return secret + ", and its password is right";
  }

  private static String region(RetrieverConfig wanted, NetworkProfile network)
      throws Checkup.Advice {
    if (network.overlay().isEmpty()) {
      throw new Checkup.Advice(
          "the network has no [overlay]: files are read from storage miners only");
    }
    return wanted.overlay().region().name()
        + ", "
        + network.overlay().get().bootstrap().size()
        + " nodes to begin with";
  }

  private static String directMemory(long wanted) throws IOException {
    long most = PlatformDependent.maxDirectMemory();
    if (most < wanted + OTHER_DIRECT_BYTES) {
      throw new IOException(
          "the JVM allows "
              + Terminal.bytes(most)
              + "; lower memory.mebibytes or set TRIBUTARY_JAVA_OPTS=-XX:MaxDirectMemorySize="
              + (wanted + OTHER_DIRECT_BYTES));
    }
    return Terminal.bytes(wanted) + " of " + Terminal.bytes(most);
  }
}

package io.tributary.launcher;

import io.tributary.cacher.node.config.CacherConfig;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.hot.StoreDirectory;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.PasswordSource;
import io.tributary.ledger.signature.Curve;
import io.tributary.libp2p.identity.KeyFile;
import io.tributary.nodekit.admin.RunningNode;
import io.tributary.nodekit.network.NetworkProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks for what keeps a cacher from working, or from earning. */
@Command(
    name = "doctor",
    description = {
      "Look for what keeps a cacher from working here, or from earning. Nothing is changed.",
      "Prints a line per check, with what to do where one fails; then exits with 3."
    },
    mixinStandardHelpOptions = true)
final class CacherDoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacherConfigOption config = new CacherConfigOption();

  @Override
  public Integer call() throws IOException {
    CacherConfig wanted = config.read().config();
    NetworkProfile network = NetworkProfile.read(wanted.network());
    boolean isRunning = RunningNode.find(wanted.directory()).isPresent();
    Checkup checkup = new Checkup(spec.commandLine().getOut());
    checkup.look("config", () -> "is right, and so is the profile of " + network.name());
    checkup.look("running", () -> running(wanted));
    List<String> listens = wanted.listen().addresses().stream().map(Object::toString).toList();
    for (String each : listens) {
      checkup.look("port", () -> NodeChecks.listen(each, isRunning));
    }
    if (wanted.http().isPresent()) {
      checkup.look("port", () -> NodeChecks.port(wanted.http().get().bind(), isRunning));
    }
    checkup.look("port", () -> NodeChecks.port(wanted.admin().bind(), isRunning));
    checkup.look("udp", () -> NodeChecks.udpBuffers(listens));
    checkup.look("files", NodeChecks::openFiles);
    checkup.look("disk", () -> disk(wanted));
    NodeChecks.chains(checkup, network);
    checkup.look("identity", () -> identity(wanted.directory()));
    checkup.look("payment", () -> payment(wanted));
    checkup.look("region", () -> region(wanted, network));
    checkup.look(
        "reach",
        () -> NodeChecks.reach(RunningNode.find(wanted.directory()), wanted.admin().tokenFile()));
    return checkup.verdict().code();
  }

  private static String running(CacherConfig wanted) throws IOException {
    return RunningNode.find(wanted.directory())
        .map(each -> "process " + each.pid() + ", state at " + each.adminUrl())
        .orElse("not now");
  }

  private static String identity(Path directory) throws IOException {
    Path file = directory.resolve("identity.key");
    if (!Files.exists(file)) {
      return "none yet, made at the first start";
    }
    NodeChecks.secret(file);
    return new KeyFile(file).load().peerId().toString();
  }

  private static String disk(CacherConfig wanted) throws IOException, StoreException {
    Path store = wanted.directory().resolve("store");
    long quota = wanted.store().quotaBytes();
    if (Files.exists(store)) {
      HotOptions made = StoreDirectory.options(store);
      if (made.quotaBytes() < quota) {
        throw new IOException(
            "the store was made for "
                + Terminal.bytes(made.quotaBytes())
                + " and cannot grow; purge it, or lower store.quota");
      }
      return "the store is there, made for " + Terminal.bytes(made.quotaBytes());
    }
    return NodeChecks.room(wanted.directory(), quota, "store.quota");
  }

  private static String payment(CacherConfig wanted) throws Exception {
    CacherConfig.Payment payment = wanted.payment();
    if (payment.wallet().isPresent()) {
      NodeChecks.secret(payment.wallet().get().keystore());
      NodeChecks.secret(payment.wallet().get().passwordFile());
      char[] password = PasswordSource.file(payment.wallet().get().passwordFile()).read();
      try {
        KeyDirectory.read(payment.wallet().get().keystore())
            .unlock(password, Curve.fastest())
            .close();
      } finally {
        Arrays.fill(password, '\0');
      }
    }
    if (payment.price().equals(PricePerGib.FREE)) {
      return "all is given away";
    }
    if (payment.payout().equals(EvmAddress.of(new byte[EvmAddress.BYTES]))) {
      throw new IOException(
          "payment.payout is not set, nobody would be paid: tributary keys new, and set it to the"
              + " address");
    }
    return payment.price() + " a GiB to " + payment.payout();
  }

  private static String region(CacherConfig wanted, NetworkProfile network) throws Checkup.Advice {
    if (network.overlay().isEmpty()) {
      throw new Checkup.Advice("the network has no [overlay]: this node will find no other");
    }
    return wanted.region()
        + ", "
        + network.overlay().get().bootstrap().size()
        + " nodes to begin with";
  }
}

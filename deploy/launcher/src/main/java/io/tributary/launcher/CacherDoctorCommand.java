package io.tributary.launcher;

import io.tributary.cacher.node.config.CacherConfig;
import io.tributary.cacher.node.process.RunningNode;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.hot.StoreDirectory;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.PasswordSource;
import io.tributary.ledger.signature.Curve;
import io.tributary.libp2p.identity.KeyFile;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.identity.Sr25519KeyPair;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks for what keeps a cacher from working, or from earning. */
@Command(
    name = "doctor",
    description = "Check configuration, keys, disk and the way to the chain. Nothing is changed.",
    mixinStandardHelpOptions = true)
final class CacherDoctorCommand implements Callable<Integer> {
  private static final long CHAIN_SECONDS = 20;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private CacherConfigOption config = new CacherConfigOption();
  private int failures;

  /** Something to look at; what it returns is good news. */
  private interface Look {
    String at() throws Exception;
  }

  @Override
  public Integer call() throws IOException {
    CacherConfig wanted = config.read().config();
    look("config", () -> "can be read");
    look("network", () -> NetworkProfile.read(wanted.network()).name());
    look("running", () -> running(wanted));
    look("identity", () -> identity(wanted.directory()));
    look("disk", () -> disk(wanted));
    look("chain", () -> chain(wanted));
    look("payment", () -> payment(wanted));
    look("region", () -> region(wanted));
    return (failures == 0 ? ExitCode.OK : ExitCode.CONFIG).code();
  }

  private void look(String what, Look look) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      out.printf("ok    %-9s %s%n", what, look.at());
    } catch (Exception e) {
      // Whatever is wrong is what the operator asked for.
      failures++;
      out.printf("FAIL  %-9s %s%n", what, e.getMessage());
    }
    out.flush();
  }

  private static String running(CacherConfig wanted) throws IOException {
    return RunningNode.find(wanted.directory())
        .map(each -> "process " + each.pid() + ", state at " + each.adminUrl())
        .orElse("not now");
  }

  private static String identity(Path directory) throws IOException {
    Path file = directory.resolve("identity.key");
    return Files.exists(file)
        ? new KeyFile(file).load().peerId().toString()
        : "none yet, made at the first start";
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
    long free = Files.getFileStore(existing(wanted.directory())).getUsableSpace();
    if (free < quota) {
      throw new IOException(
          "store.quota is " + Terminal.bytes(quota) + ", and " + Terminal.bytes(free) + " is free");
    }
    return Terminal.bytes(quota) + " of " + Terminal.bytes(free) + " free";
  }

  private static Path existing(Path directory) {
    Path at = directory.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  private static String chain(CacherConfig wanted) throws Exception {
    try (NetworkAccess network =
        new NetworkAccess(
            NetworkProfile.read(wanted.network()), Sr25519KeyPair.generate(new SecureRandom()))) {
      return "block "
          + network.chain().finalizedHead().get(CHAIN_SECONDS, TimeUnit.SECONDS).number()
          + " is final";
    }
  }

  private static String payment(CacherConfig wanted) throws Exception {
    CacherConfig.Payment payment = wanted.payment();
    if (payment.wallet().isPresent()) {
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
      throw new IOException("payment.payout is not set: nobody would be paid");
    }
    return payment.price() + " a GiB to " + payment.payout();
  }

  private static String region(CacherConfig wanted) throws IOException {
    NetworkProfile profile = NetworkProfile.read(wanted.network());
    return profile
        .overlay()
        .map(each -> wanted.region() + ", " + each.bootstrap().size() + " nodes to begin with")
        .orElse("the network has no [overlay]: this node will find no other");
  }
}

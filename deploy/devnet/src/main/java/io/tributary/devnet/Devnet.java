package io.tributary.devnet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tributary.devnet.DevnetNode.Kind;
import io.tributary.libp2p.identity.KeyFile;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.dev.DevOrigin;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.SeedFile;
import io.tributary.origin.identity.Ss58Address;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A network on this machine: a dev chain and storage miners in this process; the EVM chain, cachers
 * and retrievers in processes of their own, which end with this one.
 *
 * <p>With a host's name in its plan it starts no node: it makes their wallets, identities and
 * configurations, and others start them on machines that are reached by the nodes' names.
 *
 * <p>Started again with the same directory it goes on where it was. Used by one thread at a time.
 */
public final class Devnet implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final DevnetPlan plan;
  private final DevnetFiles files;
  private final Program program;
  private final SecureRandom random;
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final Map<String, DevnetNode> nodes = new LinkedHashMap<>();
  private final DevOrigin origin;
  private final Optional<DevPayments> payments;
  private NetworkProfile profile;

  private Devnet(DevnetPlan plan, Program program, DevRuntime runtime, SecureRandom random)
      throws IOException {
    this.plan = plan;
    this.files = new DevnetFiles(plan.directory());
    this.program = program;
    this.random = random;
    Files.createDirectories(files.log("x").getParent());
    Files.deleteIfExists(files.endpoints());
    this.origin =
        DevOrigin.start(
            runtime,
            new DevOrigin.Config(
                files.origin(),
                plan.miners(),
                plan.ports().chain(),
                plan.ports().firstMiner(),
                plan.faults() ? OptionalInt.of(0) : OptionalInt.empty(),
                DevMiner.TEND_EVERY),
            random);
    running.push(origin);
    try {
      SeedFile.readOrCreate(files.publisherSeed(), random);
      profile = new NetworkProfile("devnet", chain());
      boolean isPaid = plan.cachers() > 0;
      payments = isPaid ? Optional.of(startPayments()) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a network and waits until all of it is ready that runs on this machine.
   *
   * @param program what the nodes run
   * @param runtime what the dev chain and the miners run on; stays the caller's
   * @throws IOException if the directory is in use, the disk fails or a port is taken
   * @throws DevnetException if a node does not start; nothing is left running then
   */
  public static Devnet start(
      DevnetPlan plan, Program program, DevRuntime runtime, SecureRandom random)
      throws IOException {
    Devnet devnet = new Devnet(plan, program, runtime, random);
    try {
      if (plan.ports().host().isPresent()) {
        devnet.prepareNodes();
      } else {
        devnet.startNodes();
      }
      devnet.describe();
      return devnet;
    } catch (IOException | RuntimeException e) {
      devnet.close();
      throw e;
    }
  }

  private NetworkProfile.Chain chain() {
    CallIndices calls = DevPallets.CALLS;
    return new NetworkProfile.Chain(
        Optional.of(origin.chain().signingContext().genesis().toHex()),
        Ss58Address.CESS_TESTNET,
        List.of(URI.create(origin.chainWebSocketUrl()), URI.create(origin.chainHttpUrl())),
        true,
        new NetworkProfile.Calls(
            calls.fileBank(),
            calls.uploadDeclaration(),
            calls.transferReport(),
            calls.deleteFile()));
  }

  private DevPayments startPayments() throws IOException {
    DevPayments started =
        DevPayments.start(
            files.settlement(),
            plan.tools(),
            plan.ports(),
            Files.exists(files.profile())
                ? NetworkProfile.read(files.profile()).settlement()
                : Optional.empty(),
            random);
    running.push(started);
    profile = profile.withSettlement(started.profile());
    return started;
  }

  /** Makes the wallets and configurations of nodes that others start elsewhere. */
  private void prepareNodes() throws IOException {
    List<String> bootstrap = new ArrayList<>();
    for (int i = 0; i < plan.cachers(); i++) {
      String name = prepareNode(Kind.CACHER, i);
      PrivateKey identity = new KeyFile(files.identity(name)).loadOrCreate(random);
      bootstrap.add("/dns4/" + name + "/tcp/" + NodeConfig.PEER_PORT + "/p2p/" + identity.peerId());
    }
    for (int i = 0; i < plan.retrievers(); i++) {
      prepareNode(Kind.RETRIEVER, i);
    }
    writeProfile(bootstrap);
  }

  private String prepareNode(Kind kind, int index) throws IOException {
    String name = kind.command() + "-" + index;
    DevWallet wallet = wallet(name);
    Path config = files.config(kind, name);
    if (!Files.exists(config)) {
      DevnetFiles.write(
          config, NodeConfig.elsewhere(kind, plan.region(index), files.profile(), wallet));
    }
    return name;
  }

  private DevWallet wallet(String name) throws IOException {
    DevWallet wallet = DevWallet.openOrCreate(Files.createDirectories(files.node(name)), random);
    if (payments.isPresent()) {
      payments.get().provide(wallet);
    }
    return wallet;
  }

  private void startNodes() throws IOException {
    writeProfile(List.of());
    List<Starting> others = new ArrayList<>();
    for (int i = 0; i < plan.cachers(); i++) {
      Starting node = startNode(Kind.CACHER, i);
      if (i == 0) {
        // The first one is where the others begin.
        writeProfile(ready(node).endpoints().texts("addresses"));
      } else {
        others.add(node);
      }
    }
    for (int i = 0; i < plan.retrievers(); i++) {
      others.add(startNode(Kind.RETRIEVER, i));
    }
    others.forEach(this::ready);
  }

  /** A node that has been started and is waited for. */
  private record Starting(
      Kind kind, String name, String region, DevWallet wallet, NodeProcess process) {}

  private DevnetNode ready(Starting node) {
    DevnetNode made =
        new DevnetNode(
            node.kind(),
            node.name(),
            node.region(),
            files.node(node.name()),
            node.wallet(),
            node.process(),
            node.process().awaitReady(START_TIMEOUT));
    nodes.put(node.name(), made);
    return made;
  }

  private void writeProfile(List<String> bootstrap) throws IOException {
    if (plan.cachers() > 0) {
      profile =
          profile.withOverlay(new NetworkProfile.Overlay("/tributary/devnet", bootstrap, true));
    }
    DevnetFiles.write(files.profile(), profile.toToml());
  }

  private Starting startNode(Kind kind, int index) throws IOException {
    String name = kind.command() + "-" + index;
    DevWallet wallet = wallet(name);
    Path config = files.config(kind, name);
    if (!Files.exists(config)) {
      DevnetFiles.write(config, NodeConfig.of(kind, plan.region(index), files.profile(), wallet));
    }
    return startNode(kind, name, plan.region(index), wallet);
  }

  private Starting startNode(Kind kind, String name, String region, DevWallet wallet)
      throws IOException {
    List<String> command =
        program.command(
            NodeConfig.JVM_FLAGS,
            List.of(kind.command(), "run", "--config", files.config(kind, name).toString()));
    NodeProcess process = NodeProcess.start(name, command, files.log(name));
    running.push(() -> process.stop(STOP_TIMEOUT));
    return new Starting(kind, name, region, wallet, process);
  }

  /** Stops a node, which finishes what it has begun. */
  public void stop(DevnetNode node) {
    node.process().stop(STOP_TIMEOUT);
  }

  /** Starts a node again that has ended, with the state it left. */
  public DevnetNode restart(DevnetNode node) throws IOException {
    if (node.process().isAlive()) {
      node.process().stop(STOP_TIMEOUT);
    }
    DevnetNode again = ready(startNode(node.kind(), node.name(), node.region(), node.wallet()));
    describe();
    return again;
  }

  /** Stops the cachers and retrievers, which finish what they have begun; the rest runs on. */
  public void stopNodes() {
    List<DevnetNode> all = new ArrayList<>(retrievers());
    all.addAll(cachers());
    all.forEach(each -> each.process().stop(STOP_TIMEOUT));
  }

  /** The dev chain and the miners. */
  public DevOrigin origin() {
    return origin;
  }

  /** The contract and the money; empty in a network without cachers. */
  public Optional<DevPayments> payments() {
    return payments;
  }

  /** The network's profile, as it stands in {@link DevnetFiles#profile}. */
  public NetworkProfile profile() {
    return profile;
  }

  /** Where everything is kept. */
  public DevnetFiles files() {
    return files;
  }

  /** The cachers, in the order of their numbers. */
  public List<DevnetNode> cachers() {
    return nodes(Kind.CACHER);
  }

  /** The retrievers, in the order of their numbers. */
  public List<DevnetNode> retrievers() {
    return nodes(Kind.RETRIEVER);
  }

  private List<DevnetNode> nodes(Kind kind) {
    return nodes.values().stream().filter(each -> each.kind() == kind).toList();
  }

  /** Writes every endpoint and process into {@link DevnetFiles#endpoints}. */
  private void describe() throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("pid", ProcessHandle.current().pid());
    all.put("network", files.profile().toAbsolutePath().toString());
    all.put("chain", Map.of("http", origin.chainHttpUrl(), "ws", origin.chainWebSocketUrl()));
    all.put("miners", origin.miners().stream().map(DevMiner::url).toList());
    origin.faultUrl().ifPresent(url -> all.put("faults", url));
    profile
        .settlement()
        .ifPresent(
            each ->
                all.put(
                    "settlement",
                    Map.of(
                        "rpc", each.rpc().get(0).toString(),
                        "contract", each.contract(),
                        "token", each.token())));
    for (Kind kind : Kind.values()) {
      List<Object> described = new ArrayList<>();
      for (DevnetNode node : nodes(kind)) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("name", node.name());
        one.put("region", node.region());
        one.put("pid", node.process().pid());
        one.put("log", files.log(node.name()).toAbsolutePath().toString());
        one.put("told", node.endpoints().all());
        described.add(one);
      }
      all.put(kind.command() + "s", described);
    }
    DevnetFiles.write(files.endpoints(), JSON.writeValueAsString(all) + "\n");
  }

  /** Stops everything, the newest first. */
  @Override
  public void close() {
    List<Exception> failures = new ArrayList<>();
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      DevnetException failed =
          new DevnetException("something did not stop: " + failures.get(0).getMessage());
      failures.forEach(failed::addSuppressed);
      throw failed;
    }
  }
}

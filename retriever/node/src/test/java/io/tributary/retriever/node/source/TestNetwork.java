package io.tributary.retriever.node.source;

import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Segmenter;
import io.tributary.content.Sha256;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.chain.RpcEndpoint;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.chain.rpc.RpcLimits;
import io.tributary.origin.chain.rpc.RpcObserver;
import io.tributary.origin.chain.substrate.ListingLimits;
import io.tributary.origin.chain.substrate.SubstrateChain;
import io.tributary.origin.chain.substrate.SubstrateSubmitter;
import io.tributary.origin.dev.AssignedMiners;
import io.tributary.origin.dev.DevOrigin;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.dev.miner.Fault;
import io.tributary.origin.dev.miner.FaultRule;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.Sr25519KeyPair;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.publish.PublishListener;
import io.tributary.origin.publish.PublishSettings;
import io.tributary.origin.publish.Publisher;
import io.tributary.origin.upstream.UpstreamRuntime;
import io.tributary.retriever.node.RetrieverConfig;
import io.tributary.retriever.node.RetrieverNode;
import io.tributary.retriever.node.RetrieverRuntime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A dev chain with twelve miners that hold one file, and retrievers that know its network. */
final class TestNetwork implements AutoCloseable {
  static final String DHT_PREFIX = "/tributary/test";

  final IoEngine io = IoEngine.start(IoEngine.Kind.NIO, 2);
  final ExecutorService pool = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timers = UpstreamRuntime.newTimers(Thread::new);
  private final DevRuntime runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
  private final Path directory;
  private final DevOrigin origin;
  final byte[] content = new byte[3 * Layout.FRAGMENT_BYTES + 1000];
  final Map<FragmentHash, byte[]> dataFragments = new HashMap<>();
  final FileRecord file;

  TestNetwork(Path directory) throws Exception {
    this.directory = directory;
    new SplittableRandom(12).nextBytes(content);
    origin =
        DevOrigin.start(
            runtime,
            new DevOrigin.Config(
                directory.resolve("origin"),
                Layout.COLUMNS,
                0,
                0,
                OptionalInt.empty(),
                Duration.ofMillis(200)),
            new SecureRandom());
    file = publish();
  }

  private FileRecord publish() throws IOException {
    Segmenter segmenter = new Segmenter(ErasureCode.on(ErasureCode.Engine.PLAIN)::encode, pool, 1);
    segmenter.segment(
        new ByteArrayInputStream(content),
        OptionalLong.of(content.length),
        segment -> {
          for (int column = 0; column < Layout.DATA_COLUMNS; column++) {
            byte[] copy = new byte[Layout.FRAGMENT_BYTES];
            segment.fragment(column).get(copy);
            dataFragments.put(new FragmentHash(Sha256.of(copy)), copy);
          }
        });
    Sr25519KeyPair owner = Sr25519KeyPair.generate(new SecureRandom());
    try (RpcClient rpc =
        new RpcClient(
            List.of(RpcEndpoint.parse(origin.chainHttpUrl())),
            RpcLimits.DEFAULT,
            pool,
            timers,
            Clock.systemUTC(),
            RpcObserver.NONE)) {
      SubstrateChain chain = new SubstrateChain(rpc, ListingLimits.DEFAULT);
      return new Publisher(
              chain,
              submitter(rpc, owner, DevPallets.CALLS),
              new AssignedMiners(rpc, chain, submitter(rpc, owner, AssignedMiners.REASSIGN)),
              new MinerClient(
                  MinerClient.DEFAULT_LIMITS,
                  new UpstreamRuntime(
                      pool, timers, System::nanoTime, Clock.systemUTC(), new SecureRandom()),
                  owner,
                  Ss58Address.CESS_TESTNET),
              segmenter,
              directory.resolve("journals"),
              PublishSettings.DEFAULT,
              pause -> Thread.sleep(pause.toMillis()))
          .publish(
              Files.write(directory.resolve("file.bin"), content),
              "file.bin",
              "land",
              FidRule.MERKLE,
              PublishListener.NONE);
    }
  }

  private SubstrateSubmitter submitter(RpcClient rpc, Sr25519KeyPair owner, CallIndices calls) {
    return new SubstrateSubmitter(
        rpc,
        calls,
        owner,
        account -> new Ss58Address(Ss58Address.CESS_TESTNET, account).toString(),
        Optional.of(origin.chain().signingContext().genesis()),
        BigInteger.ZERO);
  }

  /** Has all miners do something with each question. */
  void fault(Fault fault) throws IOException {
    for (int column = 0; column < Layout.COLUMNS; column++) {
      origin.miner(file.placement().seat(0, column).miner()).setFault(FaultRule.always(fault));
    }
  }

  /** Takes all miners away, so that the file is to be had from others only. */
  void stopMiners() throws IOException {
    for (int column = 0; column < Layout.COLUMNS; column++) {
      origin.miner(file.placement().seat(0, column).miner()).close();
    }
  }

  /** A node of the overlay that holds the file's data columns. */
  FragmentGiver giver(Multiaddr... bootstrap) throws Exception {
    FragmentGiver giver = new FragmentGiver(DHT_PREFIX, List.of(bootstrap), io, pool);
    dataFragments.forEach(giver::hold);
    return giver;
  }

  /** Where a retriever keeps its things. */
  Path home(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }

  /**
   * Starts a retriever.
   *
   * @param bootstrap its way into the overlay; none if it is to stay outside
   * @param more lines of its configuration
   */
  RetrieverNode retriever(String name, Optional<Multiaddr> bootstrap, String more)
      throws Exception {
    Path home = home(name);
    Files.writeString(home.resolve("network.toml"), profile(bootstrap).toToml());
    Path config =
        Files.writeString(
            home.resolve("retriever.toml"),
            """
            network = "network.toml"
            directory = "state"
            [http]
            listen = "127.0.0.1:0"
            [cache]
            mebibytes = 160
            """
                + more);
    return RetrieverNode.start(
        RetrieverConfig.read(config),
        new RetrieverRuntime(
            io, pool, pool, pool, pool, timers, Clock.systemUTC(), new SecureRandom(), "test"));
  }

  private NetworkProfile profile(Optional<Multiaddr> bootstrap) {
    return new NetworkProfile(
        "test",
        new NetworkProfile.Chain(
            Optional.of(origin.chain().signingContext().genesis().toHex()),
            Ss58Address.CESS_TESTNET,
            List.of(URI.create(origin.chainHttpUrl())),
            true,
            new NetworkProfile.Calls(
                DevPallets.CALLS.fileBank(),
                DevPallets.CALLS.uploadDeclaration(),
                DevPallets.CALLS.transferReport(),
                DevPallets.CALLS.deleteFile())),
        bootstrap.map(
            address -> new NetworkProfile.Overlay(DHT_PREFIX, List.of(address.toString()), true)),
        Optional.empty(),
        List.of());
  }

  @Override
  public void close() throws IOException {
    origin.close();
    runtime.close();
    pool.shutdownNow();
    timers.shutdownNow();
    io.close();
  }
}

package io.tributary.retriever.engine;

import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.Segmenter;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.RpcEndpoint;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.chain.rpc.RpcLimits;
import io.tributary.origin.chain.substrate.ListingLimits;
import io.tributary.origin.chain.substrate.SubstrateChain;
import io.tributary.origin.chain.substrate.SubstrateSubmitter;
import io.tributary.origin.dev.AssignedMiners;
import io.tributary.origin.dev.DevOrigin;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.Signer;
import io.tributary.origin.identity.Sr25519KeyPair;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.publish.PublishListener;
import io.tributary.origin.publish.PublishSettings;
import io.tributary.origin.publish.Publisher;
import io.tributary.origin.upstream.UpstreamLimits;
import io.tributary.origin.upstream.UpstreamRuntime;
import io.tributary.retriever.engine.cache.FragmentCache;
import io.tributary.retriever.engine.source.MinerProvider;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A dev chain and twelve dev miners that hold a file, and engines that read it over sockets. */
final class DevMiners implements AutoCloseable {
  private static final PublishSettings QUICK =
      new PublishSettings(
          Duration.ofMillis(50), Duration.ofMinutes(1), Duration.ofMinutes(1), 40, 3);

  private final ExecutorService executor = Executors.newFixedThreadPool(4);
  private final ScheduledExecutorService timers =
      UpstreamRuntime.newTimers(task -> new Thread(task, "timers"));
  private final SecureRandom random = new SecureRandom();
  private final Signer account = Sr25519KeyPair.generate(random);
  private final DevRuntime runtime;
  private final DevOrigin origin;
  private final RpcClient rpc;
  private final ChainClient chain;
  private final MinerClient miners;
  private final FileRecord record;

  DevMiners(Path directory, byte[] content) throws Exception {
    runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
    origin =
        DevOrigin.start(runtime, DevOrigin.Config.inDirectory(directory.resolve("origin")), random);
    rpc =
        new RpcClient(
            List.of(RpcEndpoint.parse(origin.chainHttpUrl())),
            RpcLimits.DEFAULT,
            executor,
            timers,
            Clock.systemUTC(),
            (endpoint, failure, rest) -> {});
    chain = new SubstrateChain(rpc, ListingLimits.DEFAULT);
    UpstreamRuntime upstream =
        new UpstreamRuntime(executor, timers, System::nanoTime, Clock.systemUTC(), new Random(2));
    miners =
        new MinerClient(
            MinerClient.DEFAULT_LIMITS.withRetries(UpstreamLimits.Retries.NONE),
            upstream,
            account,
            Ss58Address.CESS_TESTNET);
    Path file = Files.write(directory.resolve("file.bin"), content);
    record =
        new Publisher(
                chain,
                submitter(DevPallets.CALLS),
                new AssignedMiners(rpc, chain, submitter(AssignedMiners.REASSIGN)),
                miners,
                new Segmenter((data, parity) -> ErasureCode.best().encode(data, parity)),
                directory.resolve("journals"),
                QUICK,
                pause -> Thread.sleep(pause.toMillis()))
            .publish(file, "file.bin", "t", FidRule.MERKLE, PublishListener.NONE);
  }

  private SubstrateSubmitter submitter(CallIndices calls) {
    return new SubstrateSubmitter(
        rpc,
        calls,
        account,
        who -> new Ss58Address(Ss58Address.CESS_TESTNET, who).toString(),
        Optional.empty(),
        BigInteger.ZERO);
  }

  /** The file as it is stored. */
  FileRecord record() {
    return record;
  }

  /** The miner that has a column. */
  DevMiner miner(int column) {
    return origin.miner(record.placement().seat(0, column).miner());
  }

  /** Finds them. */
  MinerProvider provider() {
    return new MinerProvider(chain, miners, System::nanoTime);
  }

  /** An engine that knows nothing of the miners yet. */
  RacingEngine engine() {
    return new RacingEngine(
        chain,
        List.of(provider()),
        FragmentCache.NONE,
        ErasureCode.best(),
        EngineSettings.defaults(),
        new EngineRuntime(executor, timers, System::nanoTime, Clock.systemUTC(), new Random(3)),
        EngineMetrics.NONE);
  }

  @Override
  public void close() throws IOException {
    rpc.close();
    origin.close();
    runtime.close();
    timers.shutdownNow();
    executor.shutdownNow();
  }
}

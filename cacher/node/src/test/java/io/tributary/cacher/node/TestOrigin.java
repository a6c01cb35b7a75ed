package io.tributary.cacher.node;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import io.tributary.exchange.FragmentName;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.RpcEndpoint;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.chain.rpc.RpcLimits;
import io.tributary.origin.chain.rpc.RpcObserver;
import io.tributary.origin.chain.substrate.ListingLimits;
import io.tributary.origin.chain.substrate.SubstrateChain;
import io.tributary.origin.chain.substrate.SubstrateSubmitter;
import io.tributary.origin.dev.DevOrigin;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.miner.Fault;
import io.tributary.origin.dev.miner.FaultRule;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.Sr25519KeyPair;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.origin.miner.FragmentSource;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.upstream.Endpoint;
import io.tributary.origin.upstream.UpstreamLimits;
import io.tributary.origin.upstream.UpstreamRuntime;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A dev chain and dev miners with files on them, and the clients that nodes use. */
public final class TestOrigin implements AutoCloseable {
  private static final Sr25519KeyPair OWNER = Sr25519KeyPair.generate(new SecureRandom());

  final ExecutorService executor = Executors.newFixedThreadPool(4);
  final ScheduledExecutorService timers = UpstreamRuntime.newTimers(Thread::new);
  final DevRuntime runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
  public final DevOrigin origin;
  final RpcClient rpc;
  final ChainClient chain;
  final MinerClient miners;

  public TestOrigin(Path directory) throws Exception {
    origin =
        DevOrigin.start(
            runtime,
            new DevOrigin.Config(
                directory, Layout.COLUMNS, 0, 0, OptionalInt.empty(), Duration.ofMillis(200)),
            new SecureRandom());
    rpc =
        new RpcClient(
            List.of(RpcEndpoint.parse(origin.chainHttpUrl())),
            RpcLimits.DEFAULT,
            executor,
            timers,
            Clock.systemUTC(),
            RpcObserver.NONE);
    chain = new SubstrateChain(rpc, ListingLimits.DEFAULT);
    UpstreamLimits usual = UpstreamLimits.DEFAULTS;
    miners =
        new MinerClient(
            new UpstreamLimits(
                usual.deadlines(),
                UpstreamLimits.Retries.NONE,
                usual.breaker(),
                64,
                usual.endpoints(),
                usual.smallAnswerBytes()),
            new UpstreamRuntime(
                executor, timers, System::nanoTime, Clock.systemUTC(), new SecureRandom()),
            Sr25519KeyPair.generate(new SecureRandom()),
            Ss58Address.CESS_TESTNET);
  }

  /** Who owns all files. */
  public static AccountId owner() {
    return OWNER.account();
  }

  /** A file whose first columns are made up and whose others are zeros. */
  public record Sample(long seed, Manifest manifest) {
    public static Sample of(long seed, int columns) {
      return of(seed, columns, 1);
    }

    public static Sample of(long seed, int columns, int segments) {
      List<Manifest.Segment> parts = new ArrayList<>();
      for (int segment = 0; segment < segments; segment++) {
        List<FragmentHash> hashes = new ArrayList<>();
        for (int column = 0; column < Layout.COLUMNS; column++) {
          hashes.add(
              column < columns
                  ? new FragmentHash(Sha256.of(bytes(seed, segment, column)))
                  : FragmentHash.ZERO);
        }
        byte[] words = ByteBuffer.allocate(12).putLong(seed).putInt(segment).array();
        parts.add(new Manifest.Segment(new SegmentHash(Sha256.of(words)), hashes));
      }
      Fid fid = FidRule.MERKLE.fid(parts.stream().map(Manifest.Segment::hash).toList());
      return new Sample(seed, new Manifest(fid, (long) segments * Layout.SEGMENT_BYTES, parts));
    }

    static byte[] bytes(long seed, int segment, int column) {
      byte[] bytes = new byte[Layout.FRAGMENT_BYTES];
      long start = (seed << 16) + (long) segment * Layout.COLUMNS + column;
      new SplittableRandom(start).nextBytes(bytes);
      return bytes;
    }

    public byte[] bytes(int column) {
      return bytes(0, column);
    }

    public byte[] bytes(int segment, int column) {
      return manifest.fragment(segment, column).isZero()
          ? new byte[Layout.FRAGMENT_BYTES]
          : bytes(seed, segment, column);
    }

    public FragmentName name(int column) {
      return name(0, column);
    }

    public FragmentName name(int segment, int column) {
      return new FragmentName(manifest.fid(), segment, column, manifest.fragment(segment, column));
    }
  }

  /** Puts a file on the chain and its columns to the miners. */
  public Sample publish(long seed, int columns) throws Exception {
    return publish(Sample.of(seed, columns));
  }

  /** Puts a file on the chain and its columns to the miners. */
  public Sample publish(Sample sample) throws Exception {
    get(submitter().submit(declaration(sample)));
    List<AccountId> keepers = origin.chain().deal(sample.manifest().fid()).orElseThrow().miners();
    for (int segment = 0; segment < sample.manifest().segments().size(); segment++) {
      for (int column = 0; column < Layout.COLUMNS; column++) {
        get(
            miners.store(
                new FragmentSource(
                    Endpoint.parse(origin.miner(keepers.get(column)).url()),
                    sample.manifest().fid(),
                    sample.manifest().fragment(segment, column)),
                ByteBuffer.wrap(sample.bytes(segment, column))));
      }
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (origin.chain().file(sample.manifest().fid()).isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("the file does not become active");
      }
      Thread.onSpinWait();
    }
    return sample;
  }

  private static Call.UploadDeclaration declaration(Sample sample) {
    return new Call.UploadDeclaration(
        sample.manifest(), new FileRecord.Owner(OWNER.account(), "sample.bin", "land"));
  }

  /** Deletes a file on the chain. */
  public void delete(Sample sample) throws Exception {
    get(submitter().submit(new Call.DeleteFile(OWNER.account(), sample.manifest().fid())));
  }

  private SubstrateSubmitter submitter() {
    return new SubstrateSubmitter(
        rpc,
        DevPallets.CALLS,
        OWNER,
        account -> new Ss58Address(Ss58Address.CESS_TESTNET, account).toString(),
        Optional.of(origin.chain().signingContext().genesis()),
        BigInteger.ZERO);
  }

  /** The miner that keeps a column. */
  DevMiner keeper(Sample sample, int column) {
    return origin.miner(
        origin
            .chain()
            .file(sample.manifest().fid())
            .orElseThrow()
            .placement()
            .seat(0, column)
            .miner());
  }

  public void setFault(Sample sample, int column, Fault fault) throws Exception {
    keeper(sample, column).setFault(FaultRule.always(fault));
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
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

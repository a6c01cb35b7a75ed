package io.tributary.launcher;

import io.tributary.content.AccountId;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.ChainSubmitter;
import io.tributary.origin.chain.RpcEndpoint;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.chain.rpc.RpcLimits;
import io.tributary.origin.chain.rpc.RpcObserver;
import io.tributary.origin.chain.substrate.ListingLimits;
import io.tributary.origin.chain.substrate.SubstrateChain;
import io.tributary.origin.chain.substrate.SubstrateSubmitter;
import io.tributary.origin.dev.AssignedMiners;
import io.tributary.origin.identity.Signer;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.publish.ColumnMiners;
import io.tributary.origin.publish.RankedMiners;
import io.tributary.origin.upstream.UpstreamRuntime;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The clients of one network that a command works with, and the threads they run on. */
final class NetworkAccess implements AutoCloseable {
  private static final int CALLBACK_THREADS = 4;

  private final NetworkProfile profile;
  private final Signer signer;
  private final ExecutorService callbacks;
  private final ScheduledExecutorService timers;
  private final RpcClient rpc;
  private final SubstrateChain chain;
  private final MinerClient minerClient;

  /** Opens clients that act in the name of an account; nothing is sent yet. */
  NetworkAccess(NetworkProfile profile, Signer signer) {
    this.profile = profile;
    this.signer = signer;
    callbacks = Executors.newFixedThreadPool(CALLBACK_THREADS, task -> daemon(task, "callbacks"));
    timers = UpstreamRuntime.newTimers(task -> daemon(task, "timers"));
    rpc =
        new RpcClient(
            profile.chain().rpc().stream().map(RpcEndpoint::new).toList(),
            RpcLimits.DEFAULT,
            callbacks,
            timers,
            Clock.systemUTC(),
            RpcObserver.NONE);
    chain = new SubstrateChain(rpc, ListingLimits.DEFAULT);
    minerClient =
        new MinerClient(
            MinerClient.DEFAULT_LIMITS,
            new UpstreamRuntime(
                callbacks, timers, System::nanoTime, Clock.systemUTC(), new SecureRandom()),
            signer,
            profile.chain().ss58Prefix());
  }

  ChainClient chain() {
    return chain;
  }

  MinerClient minerClient() {
    return minerClient;
  }

  /** Returns the way to submit calls in the name of the account. */
  ChainSubmitter submitter() {
    NetworkProfile.Calls calls = profile.chain().calls();
    return submitter(
        new CallIndices(
            calls.fileBank(),
            calls.uploadDeclaration(),
            calls.transferReport(),
            calls.deleteFile()));
  }

  /** Returns who decides which miner keeps which column. */
  ColumnMiners columnMiners() {
    return profile.chain().assignsMiners()
        ? new AssignedMiners(rpc, chain, submitter(AssignedMiners.REASSIGN))
        : new RankedMiners(() -> chain.miners().join().entries());
  }

  /** Writes an account as this network does. */
  String address(AccountId account) {
    return new Ss58Address(profile.chain().ss58Prefix(), account).toString();
  }

  @Override
  public void close() {
    rpc.close();
    callbacks.shutdownNow();
    timers.shutdownNow();
  }

  private ChainSubmitter submitter(CallIndices calls) {
    return new SubstrateSubmitter(
        rpc,
        calls,
        signer,
        this::address,
        profile.chain().genesis().map(BlockHash::parse),
        BigInteger.ZERO);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}

package io.tributary.origin.chain.substrate;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.FileAnswer;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.chain.Head;
import io.tributary.origin.chain.Listing;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.chain.rpc.RpcSession;
import io.tributary.origin.chain.storage.DealCodec;
import io.tributary.origin.chain.storage.FileCodec;
import io.tributary.origin.chain.storage.GatewayCodec;
import io.tributary.origin.chain.storage.MinerCodec;
import io.tributary.origin.chain.storage.StorageKey;
import io.tributary.origin.chain.storage.StorageMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * CESS's chain as its nodes tell it.
 *
 * <p>Each answer is of one finalized block on one node. The methods used are {@code
 * chain_getFinalizedHead}, {@code chain_getHeader}, {@code state_getStorage}, {@code
 * state_getKeysPaged} and, where a node offers it, {@code state_queryStorageAt}; all are among
 * those a public node allows.
 */
public final class SubstrateChain implements ChainClient {
  private final RpcClient rpc;
  private final ListingLimits limits;

  /** Reads through a client, which stays the caller's to close. */
  public SubstrateChain(RpcClient rpc, ListingLimits limits) {
    this.rpc = rpc;
    this.limits = limits;
  }

  @Override
  public CompletableFuture<FileAnswer> file(Fid fid) {
    return rpc.run(
        "look up file " + fid,
        session -> SubstrateCalls.finalizedHead(session).thenCompose(at -> file(session, fid, at)));
  }

  @Override
  public CompletableFuture<Optional<Miner>> miner(AccountId account) {
    return rpc.run(
        "look up miner " + account,
        session ->
            SubstrateCalls.finalizedHead(session)
                .thenCompose(at -> SubstrateCalls.storage(session, StorageKey.miner(account), at))
                .thenApply(record -> record.map(scale -> MinerCodec.decode(account, scale))));
  }

  @Override
  public CompletableFuture<Listing<Miner>> miners() {
    return list("list the miners", StorageMap.MINERS, MinerCodec::decode);
  }

  @Override
  public CompletableFuture<Listing<Gateway>> gateways() {
    return list("list the gateways", StorageMap.GATEWAYS, GatewayCodec::decode);
  }

  @Override
  public CompletableFuture<Head> finalizedHead() {
    return rpc.run(
        "look up the finalized head",
        session ->
            SubstrateCalls.finalizedHead(session)
                .thenCompose(
                    hash ->
                        session
                            .call("chain_getHeader", hash.toHex())
                            .thenApply(
                                header -> new Head(hash, header.field("number").hexInteger()))));
  }

  private static CompletableFuture<FileAnswer> file(RpcSession session, Fid fid, BlockHash at) {
    return SubstrateCalls.storage(session, StorageKey.file(fid), at)
        .thenCompose(
            record ->
                record.isPresent()
                    ? CompletableFuture.completedFuture(
                        new FileAnswer.Stored(FileCodec.decode(fid, record.get())))
                    : deal(session, fid, at));
  }

  private static CompletableFuture<FileAnswer> deal(RpcSession session, Fid fid, BlockHash at) {
    return SubstrateCalls.storage(session, StorageKey.deal(fid), at)
        .thenApply(
            record ->
                record.isPresent()
                    ? new FileAnswer.Pending(DealCodec.decode(fid, record.get()))
                    : new FileAnswer.Unknown(fid));
  }

  private <T> CompletableFuture<Listing<T>> list(
      String asked, StorageMap map, BiFunction<AccountId, byte[], T> decode) {
    return rpc.run(
        asked,
        session ->
            SubstrateCalls.finalizedHead(session)
                .thenCompose(at -> new MapReader<>(session, map, at, limits, decode).read()));
  }
}

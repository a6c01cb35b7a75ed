package io.tributary.origin.chain;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The chain as a source of metadata, always at the newest finalized block.
 *
 * <p>All methods return at once; their futures fail with {@link ChainException} only. May be used
 * by any thread.
 */
public interface ChainClient {
  /** Looks up a file: stored, on order, or unknown. */
  CompletableFuture<FileAnswer> file(Fid fid);

  /** Looks up a storage miner. */
  CompletableFuture<Optional<Miner>> miner(AccountId account);

  /** Lists all storage miners. */
  CompletableFuture<Listing<Miner>> miners();

  /** Lists all gateways. */
  CompletableFuture<Listing<Gateway>> gateways();

  /** Returns the newest finalized block. */
  CompletableFuture<Head> finalizedHead();
}

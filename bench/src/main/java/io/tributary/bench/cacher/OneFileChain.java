package io.tributary.bench.cacher;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.FileAnswer;
import io.tributary.origin.chain.Gateway;
import io.tributary.origin.chain.Head;
import io.tributary.origin.chain.Listing;
import io.tributary.origin.chain.Miner;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A chain that knows one file and nothing else.
 *
 * @param file the file
 */
public record OneFileChain(FileRecord file) implements ChainClient {
  @Override
  public CompletableFuture<FileAnswer> file(Fid fid) {
    return CompletableFuture.completedFuture(
        fid.equals(file.manifest().fid())
            ? new FileAnswer.Stored(file)
            : new FileAnswer.Unknown(fid));
  }

  @Override
  public CompletableFuture<Optional<Miner>> miner(AccountId account) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletableFuture<Listing<Miner>> miners() {
    return unknown();
  }

  @Override
  public CompletableFuture<Listing<Gateway>> gateways() {
    return unknown();
  }

  @Override
  public CompletableFuture<Head> finalizedHead() {
    return unknown();
  }

  private static <T> CompletableFuture<T> unknown() {
    return CompletableFuture.failedFuture(
        ChainException.of(ChainException.Reason.UNREACHABLE, "this chain knows one file only"));
  }
}

package io.tributary.origin.chain.substrate;

import io.tributary.content.MalformedIdException;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.rpc.RpcAnswer;
import io.tributary.origin.chain.rpc.RpcSession;
import io.tributary.origin.chain.storage.StorageKey;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The calls that reading and submitting share. */
final class SubstrateCalls {
  private SubstrateCalls() {}

  /** Asks for the newest finalized block. */
  static CompletableFuture<BlockHash> finalizedHead(RpcSession session) {
    return session.call("chain_getFinalizedHead").thenApply(SubstrateCalls::blockHash);
  }

  /** Asks for a record at a block. */
  static CompletableFuture<Optional<byte[]>> storage(
      RpcSession session, StorageKey key, BlockHash at) {
    return session
        .call("state_getStorage", key.toHex(), at.toHex())
        .thenApply(RpcAnswer::optionalHexBytes);
  }

  /** Reads the hash of a block. */
  static BlockHash blockHash(RpcAnswer answer) {
    try {
      return BlockHash.parse(answer.text());
    } catch (MalformedIdException e) {
      throw answer.malformed("the hash of a block");
    }
  }
}

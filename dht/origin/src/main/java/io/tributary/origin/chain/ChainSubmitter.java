package io.tributary.origin.chain;

import io.tributary.content.AccountId;
import java.util.concurrent.CompletableFuture;

/** One account's way to make calls on the chain; may be used by any thread. */
public interface ChainSubmitter {
  /** Returns the account in whose name calls are made. */
  AccountId account();

  /**
   * Signs a call and hands it to the chain.
   *
   * <p>The future completes when a node has taken the call, which is before the chain has carried
   * it out, and no promise that it will: look for the effect with {@link ChainClient#file}. After
   * {@link ChainException.Reason#TIMEOUT} or {@link ChainException.Reason#UNREACHABLE} the call may
   * or may not have been taken.
   *
   * @return the call's name; fails with {@link ChainException}, or with {@link
   *     IllegalArgumentException} for a name in the call that no record of the chain can hold
   */
  CompletableFuture<ExtrinsicHash> submit(Call call);
}

package io.tributary.origin.chain.substrate;

import io.tributary.content.AccountId;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.ChainException.Reason;
import io.tributary.origin.chain.ChainSubmitter;
import io.tributary.origin.chain.ExtrinsicHash;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.chain.extrinsic.SigningContext;
import io.tributary.origin.chain.rpc.RpcAnswer;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.chain.rpc.RpcSession;
import io.tributary.origin.identity.Signer;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Signs and submits calls of one account to CESS's chain.
 *
 * <p>Calls are submitted one after the other, each with the nonce the node then states, which
 * counts the calls still waiting in its pool. A signed call that got no answer is handed unchanged
 * to the next endpoint: the chain carries it out once, whoever hands it in.
 *
 * <p>The methods used are {@code system_accountNextIndex}, {@code state_getRuntimeVersion}, {@code
 * chain_getBlockHash} and {@code author_submitExtrinsic}.
 */
public final class SubstrateSubmitter implements ChainSubmitter {
  /** The most calls that wait for their turn; more are refused. */
  public static final int MAX_QUEUED = 1024;

  private static final long MAX_U32 = 0xffff_ffffL;

  // Substrate's codes for calls it does not take: 1000 to 1999, of which these say more.
  private static final int FIRST_REFUSAL = 1000;
  private static final int INVALID_TRANSACTION = 1010;
  private static final int TEMPORARILY_BANNED = 1012;
  private static final int ALREADY_IMPORTED = 1013;
  private static final int TOO_LOW_PRIORITY = 1014;
  private static final int IMMEDIATELY_DROPPED = 1016;
  private static final int LAST_REFUSAL = 1999;

  private final RpcClient rpc;
  private final CallIndices indices;
  private final Signer signer;
  private final String address;
  private final Optional<BlockHash> genesis;
  private final BigInteger tip;
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
  private int queued;

  /**
   * Submits through a client, which stays the caller's to close.
   *
   * @param indices the numbers of the calls on this network
   * @param signer the account; its {@code sign} is called on the client's executor
   * @param address writes an account as this network's SS58 text
   * @param genesis the first block of this network, if its profile states it: a node of another
   *     network cannot then make the account sign for that one
   * @param tip what to add to each fee, in the smallest unit of the token
   */
  public SubstrateSubmitter(
      RpcClient rpc,
      CallIndices indices,
      Signer signer,
      Function<AccountId, String> address,
      Optional<BlockHash> genesis,
      BigInteger tip) {
    this.rpc = rpc;
    this.indices = indices;
    this.signer = signer;
    this.address = address.apply(signer.account());
    this.genesis = genesis;
    this.tip = tip;
  }

  @Override
  public AccountId account() {
    return signer.account();
  }

  @Override
  public synchronized CompletableFuture<ExtrinsicHash> submit(Call call) {
    if (queued == MAX_QUEUED) {
      return CompletableFuture.failedFuture(
          ChainException.of(Reason.OVERLOADED, MAX_QUEUED + " calls wait for their turn"));
    }
    queued++;
    CompletableFuture<ExtrinsicHash> submitted =
        last.thenCompose(before -> sign(call)).thenCompose(this::handIn);
    last = submitted.handle((hash, failure) -> done());
    return submitted;
  }

  private synchronized Optional<ExtrinsicHash> done() {
    queued--;
    return Optional.empty();
  }

  private CompletableFuture<byte[]> sign(Call call) {
    return rpc.run(
        "prepare " + call.getClass().getSimpleName() + " of " + address,
        session -> {
          CompletableFuture<Long> nonce =
              session
                  .call("system_accountNextIndex", address)
                  .thenApply(answer -> answer.integer(MAX_U32));
          return context(session)
              .thenCombine(
                  nonce,
                  (context, next) ->
                      ExtrinsicCodec.sign(call, indices, next, tip, context, signer));
        });
  }

  private CompletableFuture<SigningContext> context(RpcSession session) {
    CompletableFuture<RpcAnswer> version = session.call("state_getRuntimeVersion");
    return session
        .call("chain_getBlockHash", 0)
        .thenApply(SubstrateCalls::blockHash)
        .thenCombine(
            version,
            (first, runtime) -> {
              if (genesis.isPresent() && !genesis.get().equals(first)) {
                throw ChainException.of(
                    Reason.WRONG_NETWORK,
                    "the node's first block is " + first + ", not " + genesis.get());
              }
              return new SigningContext(
                  runtime.field("specVersion").integer(MAX_U32),
                  runtime.field("transactionVersion").integer(MAX_U32),
                  first);
            });
  }

  private CompletableFuture<ExtrinsicHash> handIn(byte[] extrinsic) {
    ExtrinsicHash hash = ExtrinsicCodec.hash(extrinsic);
    String hex = "0x" + HexFormat.of().formatHex(extrinsic);
    return rpc.run(
        "submit extrinsic " + hash,
        session ->
            session
                .call("author_submitExtrinsic", hex)
                .handle(
                    (answer, failure) -> {
                      if (failure != null) {
                        return taken(failure, hash);
                      }
                      if (!SubstrateCalls.blockHash(answer).digest().equals(hash.digest())) {
                        throw answer.malformed("the hash of the extrinsic");
                      }
                      return hash;
                    }));
  }

  /** Returns the hash if the failure means that the node has the call already. */
  private static ExtrinsicHash taken(Throwable failure, ExtrinsicHash hash) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof ChainException chain) || chain.rpcCode().isEmpty()) {
      throw new CompletionException(cause);
    }
    int code = chain.rpcCode().getAsInt();
    if (code == ALREADY_IMPORTED) {
      return hash;
    }
    throw chain.because(refusal(code, chain));
  }

  private static Reason refusal(int code, ChainException chain) {
    if (code < FIRST_REFUSAL || code > LAST_REFUSAL) {
      return chain.reason();
    }
    return switch (code) {
      case INVALID_TRANSACTION -> isStale(chain.detail()) ? Reason.NONCE_TAKEN : Reason.REJECTED;
      case TOO_LOW_PRIORITY -> Reason.NONCE_TAKEN;
      case TEMPORARILY_BANNED, IMMEDIATELY_DROPPED -> Reason.POOL_FULL;
      default -> Reason.REJECTED;
    };
  }

  /** One code stands for all that is invalid; a used nonce is told by the words only. */
  private static boolean isStale(String words) {
    return words.contains("outdated") || words.contains("STALE_NONCE");
  }
}

package io.tributary.reward;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.reward.ChainException.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.utils.Numeric;

/**
 * An EVM chain, seen through its endpoints. Thread-safe; every method but {@link #id} waits for the
 * network, each no longer than the endpoints' timeouts together.
 */
public final class Chain implements AutoCloseable {
  /** How many blocks' events are asked for at once; endpoints refuse long ranges. */
  static final long MAX_LOG_BLOCKS = 2_000;

  /** How nodes say that they have a transaction already. */
  private static final List<String> ALREADY_THERE = List.of("already known", "already imported");

  private final ChainOptions options;
  private final Web3j web3j;
  private final long id;

  private Chain(ChainOptions options, Web3j web3j, long id) {
    this.options = options;
    this.web3j = web3j;
    this.id = id;
  }

  /** A block's number, hash and time. */
  record BlockId(long number, Hash256 hash, Instant time) {}

  /** The base fee of the newest block and its time. */
  record Head(long number, BigInteger baseFeeWei, long timeSeconds) {}

  /**
   * Asks the endpoints which chain they are on.
   *
   * @throws ChainException if none answers
   */
  public static Chain connect(ChainOptions options) throws ChainException {
    Web3j web3j = Web3j.build(new FailoverService(options.endpoints(), options.requestTimeout()));
    try {
      return new Chain(options, web3j, ask(web3j.ethChainId()).getChainId().longValueExact());
    } catch (ChainException e) {
      web3j.shutdown();
      throw e;
    }
  }

  /**
   * A chain that need not answer yet; whoever uses it first is told if it is another one.
   *
   * @param id the number the chain must have
   */
  public static Chain of(ChainOptions options, long id) {
    return new Chain(
        options,
        Web3j.build(new FailoverService(options.endpoints(), options.requestTimeout())),
        id);
  }

  /**
   * Asks whether the endpoints are on this chain.
   *
   * @throws ChainException with WRONG_CHAIN if they are not
   */
  void check() throws ChainException {
    long theirs = ask(web3j.ethChainId()).getChainId().longValueExact();
    if (theirs != id) {
      throw new ChainException(
          Reason.WRONG_CHAIN, "the endpoints are on chain " + theirs + ", the contract on " + id);
    }
  }

  /** The chain's number. */
  public long id() {
    return id;
  }

  /** How it is spoken to. */
  public ChainOptions options() {
    return options;
  }

  /** What an account has of the chain's own coin, in wei. */
  public BigInteger balanceWei(EvmAddress account) throws ChainException {
    return ask(web3j.ethGetBalance(account.toString(), DefaultBlockParameterName.LATEST))
        .getBalance();
  }

  /** The newest block that counts as final; the first one while the chain is younger than that. */
  public long finalBlock() throws ChainException {
    return Math.max(0, newestBlock() - options.finalityDepth());
  }

  /** The newest block there is, final or not. */
  public long newestBlock() throws ChainException {
    return ask(web3j.ethBlockNumber()).getBlockNumber().longValueExact();
  }

  Web3j web3j() {
    return web3j;
  }

  Head head() throws ChainException {
    EthBlock.Block block =
        ask(web3j.ethGetBlockByNumber(DefaultBlockParameterName.LATEST, false)).getBlock();
    return new Head(
        block.getNumber().longValueExact(),
        block.getBaseFeePerGas(),
        block.getTimestamp().longValueExact());
  }

  /** The block of a number on the chain as it is now; empty if there is none yet. */
  Optional<BlockId> block(long number) throws ChainException {
    EthBlock answer =
        ask(
            web3j.ethGetBlockByNumber(
                DefaultBlockParameter.valueOf(BigInteger.valueOf(number)), false));
    return Optional.ofNullable(answer.getBlock())
        .map(
            block ->
                new BlockId(
                    number,
                    hash(block.getHash()),
                    Instant.ofEpochSecond(block.getTimestamp().longValueExact())));
  }

  /** How many transactions of an account are in blocks, or wait for one without a gap before. */
  long nextNonce(EvmAddress account) throws ChainException {
    return ask(web3j.ethGetTransactionCount(account.toString(), DefaultBlockParameterName.PENDING))
        .getTransactionCount()
        .longValueExact();
  }

  /** How many transactions of an account are in blocks. */
  long minedNonce(EvmAddress account) throws ChainException {
    return ask(web3j.ethGetTransactionCount(account.toString(), DefaultBlockParameterName.LATEST))
        .getTransactionCount()
        .longValueExact();
  }

  /** How many transactions of an account were in blocks when one was the newest. */
  long nonceAt(EvmAddress account, long block) throws ChainException {
    DefaultBlockParameter then = DefaultBlockParameter.valueOf(BigInteger.valueOf(block));
    return ask(web3j.ethGetTransactionCount(account.toString(), then))
        .getTransactionCount()
        .longValueExact();
  }

  /** Whether there is a contract at an address. */
  boolean hasCode(EvmAddress address) throws ChainException {
    String code =
        ask(web3j.ethGetCode(address.toString(), DefaultBlockParameterName.LATEST)).getCode();
    return code != null && code.length() > "0x".length();
  }

  Optional<TransactionReceipt> receipt(Hash256 transaction) throws ChainException {
    return ask(web3j.ethGetTransactionReceipt(transaction.toString())).getTransactionReceipt();
  }

  /** Sends a signed transaction; that the chain has it already is no failure. */
  void send(byte[] raw) throws ChainException {
    try {
      ask(web3j.ethSendRawTransaction(Numeric.toHexString(raw)));
    } catch (ChainException e) {
      String message = String.valueOf(e.getMessage());
      if (ALREADY_THERE.stream().noneMatch(message::contains)) {
        throw e;
      }
    }
  }

  /**
   * The gas that a call would use.
   *
   * @param to the contract; empty text to create one
   * @throws ChainException with REVERTED if the contract would refuse it
   */
  BigInteger estimate(EvmAddress from, String to, String data) throws ChainException {
    return ask(web3j.ethEstimateGas(
            new Transaction(
                from.toString(), null, null, null, to.isEmpty() ? null : to, null, data)))
        .getAmountUsed();
  }

  /** The logs of a contract from one block to another, both included. */
  List<Log> logs(EvmAddress contract, long from, long to) throws ChainException {
    EthFilter filter =
        new EthFilter(
            DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
            DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
            contract.toString());
    return ask(web3j.ethGetLogs(filter)).getLogs().stream()
        .map(result -> ((EthLog.LogObject) result.get()).get())
        .toList();
  }

  private static <T extends Response<?>> T ask(Request<?, T> request) throws ChainException {
    T answer;
    try {
      answer = request.send();
    } catch (IOException e) {
      throw new ChainException(Reason.UNREACHABLE, String.valueOf(e.getMessage()), e);
    }
    if (answer.hasError()) {
      throw Refusals.of(answer.getError());
    }
    return answer;
  }

  /** What a transaction cost its sender, in wei. */
  static BigInteger costWei(TransactionReceipt receipt) {
    return receipt.getGasUsed().multiply(Numeric.decodeQuantity(receipt.getEffectiveGasPrice()));
  }

  static Hash256 hash(String hex) {
    return Hash256.of(Numeric.hexStringToByteArray(hex));
  }

  @Override
  public void close() {
    web3j.shutdown();
  }
}

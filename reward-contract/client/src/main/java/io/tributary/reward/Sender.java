package io.tributary.reward;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.ChainException.Reason;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * One account that sends transactions, one after the other.
 *
 * <p>Thread-safe: a transaction takes the next nonce only when no other of this sender is between
 * taking one and being sent.
 */
final class Sender {
  private final Chain chain;
  private final SigningKey key;

  Sender(Chain chain, SigningKey key) {
    this.chain = chain;
    this.key = key;
  }

  /** A transaction that is signed, and may be sent any number of times. */
  record Signed(long nonce, byte[] raw) {
    Hash256 hash() {
      return Hash256.hashing(raw);
    }
  }

  EvmAddress address() {
    return key.address();
  }

  Chain chain() {
    return chain;
  }

  /** What a call would cost; asks the contract whether it would take it at all. */
  Fees fees(String to, String data) throws ChainException {
    return Fees.of(chain.estimate(address(), to, data), chain.head().baseFeeWei(), chain.options());
  }

  Signed sign(long nonce, String to, String data, Fees fees) {
    RawTransaction transaction =
        RawTransaction.createTransaction(
            chain.id(),
            BigInteger.valueOf(nonce),
            fees.gas(),
            to,
            BigInteger.ZERO,
            data,
            fees.tipWei(),
            fees.maxFeeWei());
    byte[] secret = key.toBytes();
    try {
      Credentials credentials = Credentials.create(ECKeyPair.create(secret));
      return new Signed(nonce, TransactionEncoder.signMessage(transaction, credentials));
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /**
   * Sends a call and waits until it is in a block.
   *
   * @param to the contract; empty text to create one
   * @throws ChainException with REVERTED if the contract refuses it
   */
  TransactionReceipt call(String to, String data) throws ChainException {
    Fees fees = fees(to, data);
    Signed signed;
    synchronized (this) {
      signed = sign(chain.nextNonce(address()), to, data, fees);
      chain.send(signed.raw());
    }
    TransactionReceipt receipt = await(signed.hash());
    if (!receipt.isStatusOK()) {
      // Fine when it was estimated: something came in between. The contract says what, asked again.
      chain.estimate(address(), to, data);
      throw new ChainException(
          Reason.REVERTED, "transaction " + signed.hash() + " was reverted in its block");
    }
    return receipt;
  }

  private TransactionReceipt await(Hash256 hash) throws ChainException {
    long deadline = System.nanoTime() + chain.options().mineTimeout().toNanos();
    while (true) {
      Optional<TransactionReceipt> receipt = chain.receipt(hash);
      if (receipt.isPresent()) {
        return receipt.get();
      }
      if (System.nanoTime() > deadline) {
        throw new ChainException(
            Reason.NOT_MINED,
            "transaction "
                + hash
                + " is in no block after "
                + chain.options().mineTimeout().toSeconds()
                + " s; it may still get there");
      }
      try {
        TimeUnit.NANOSECONDS.sleep(chain.options().pollInterval().toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ChainException(
            Reason.NOT_MINED, "the wait for transaction " + hash + " was interrupted", e);
      }
    }
  }
}

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

  SignedTransaction sign(long nonce, String to, String data, Fees fees) {
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
      return new SignedTransaction(nonce, TransactionEncoder.signMessage(transaction, credentials));
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /**
   * Sends a call for fees that are agreed, and waits until it is in a block.
   *
   * @param to the contract; empty text to create one
   * @throws ChainException with REVERTED if the contract refuses it, with NOT_MINED if nobody knows
   *     yet what becomes of it
   */
  TransactionReceipt call(String to, String data, Fees fees) throws ChainException {
    SignedTransaction signed;
    Optional<ChainException> silence;
    synchronized (this) {
      signed = sign(chain.nextNonce(address()), to, data, fees);
      silence = submit(signed);
    }
    TransactionReceipt receipt = await(signed, silence);
    if (!receipt.isStatusOK()) {
      // Fine when it was estimated: something came in between. The contract says what, asked again.
      chain.estimate(address(), to, data);
      throw new ChainException(
          Reason.REVERTED, "transaction " + signed.hash() + " was reverted in its block");
    }
    return receipt;
  }

  /** Sends; a request or an answer that is lost is no failure, since the wait sends again. */
  private Optional<ChainException> submit(SignedTransaction signed) throws ChainException {
    try {
      chain.send(signed.toBytes());
      return Optional.empty();
    } catch (ChainException e) {
      if (e.reason() != Reason.UNREACHABLE) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  private TransactionReceipt await(SignedTransaction signed, Optional<ChainException> silence)
      throws ChainException {
    Optional<ChainException> unsent = silence;
    long deadline = System.nanoTime() + chain.options().mineTimeout().toNanos();
    while (true) {
      try {
        Optional<TransactionReceipt> receipt = chain.receipt(signed.hash());
        if (receipt.isPresent()) {
          return receipt.get();
        }
        if (unsent.isPresent()) {
          unsent = resend(signed);
        }
      } catch (ChainException e) {
        if (e.reason() != Reason.UNREACHABLE) {
          throw e;
        }
      }
      if (System.nanoTime() > deadline) {
        throw notMined(signed.hash(), unsent);
      }
      pause(signed.hash());
    }
  }

  /** Sends again what may have arrived: its nonce may be used by then, by itself. */
  private Optional<ChainException> resend(SignedTransaction signed) throws ChainException {
    try {
      return submit(signed);
    } catch (ChainException e) {
      if (chain.minedNonce(address()) > signed.nonce()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private ChainException notMined(Hash256 hash, Optional<ChainException> unsent) {
    String message =
        "transaction "
            + hash
            + " is in no block after "
            + chain.options().mineTimeout().toSeconds()
            + " s; it may still get there, so look for it before you send another";
    return unsent.isPresent()
        ? new ChainException(Reason.NOT_MINED, message, unsent.get())
        : new ChainException(Reason.NOT_MINED, message);
  }

  private void pause(Hash256 hash) throws ChainException {
    try {
      TimeUnit.NANOSECONDS.sleep(chain.options().pollInterval().toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChainException(
          Reason.NOT_MINED, "the wait for transaction " + hash + " was interrupted", e);
    }
  }
}

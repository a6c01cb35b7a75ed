package io.tributary.origin.chain.extrinsic;

import io.tributary.content.AccountId;
import io.tributary.origin.chain.Call;
import java.math.BigInteger;

/**
 * A signed call as it was received, immutable; whether the signature holds is for the reader to
 * check, against {@link #message}.
 */
public final class SignedExtrinsic {
  private final AccountId signer;
  private final byte[] signature;
  private final long nonce;
  private final BigInteger tip;
  private final Call call;
  private final byte[] callBytes;

  SignedExtrinsic(
      AccountId signer, byte[] signature, long nonce, BigInteger tip, Call call, byte[] callBytes) {
    this.signer = signer;
    this.signature = signature;
    this.nonce = nonce;
    this.tip = tip;
    this.call = call;
    this.callBytes = callBytes;
  }

  /** Returns the account that claims to have signed. */
  public AccountId signer() {
    return signer;
  }

  /** Returns the 64 bytes of the sr25519 signature in a new array. */
  public byte[] signature() {
    return signature.clone();
  }

  /** Returns the number of calls the signer made before this one. */
  public long nonce() {
    return nonce;
  }

  /** Returns what the signer adds to the fee, in the smallest unit of the token. */
  public BigInteger tip() {
    return tip;
  }

  /** Returns what is asked of the chain. */
  public Call call() {
    return call;
  }

  /** Returns the bytes the signature must hold for, on the chain of the context. */
  public byte[] message(SigningContext context) {
    return ExtrinsicCodec.message(callBytes, nonce, tip, context);
  }
}

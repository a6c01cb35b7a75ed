package io.tributary.ledger.receipt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.PublicKey;
import io.tributary.ledger.signature.Signature;
import io.tributary.ledger.signature.SigningKey;
import java.util.List;
import java.util.Optional;

/**
 * The receipts of one download, in order, signed by who downloaded.
 *
 * <p>Signed is {@code keccak256("tributary receipts 1" | root)}, where the root folds all receipts
 * into one hash, so none can be left out, added, changed or moved.
 *
 * @param signer the address of who downloaded
 * @param receipts what was delivered; at most {@value #MAX_RECEIPTS}
 * @param signature the signer's
 */
public record SignedReceipts(EvmAddress signer, List<Receipt> receipts, Signature signature) {
  /** The most receipts of one list: a file of half a tebibyte has 16 Ki segments of 12 columns. */
  public static final int MAX_RECEIPTS = 1 << 18;

  private static final byte[] PREFIX = "tributary receipts 1".getBytes(US_ASCII);

  public SignedReceipts {
    if (receipts.size() > MAX_RECEIPTS) {
      throw new IllegalArgumentException(receipts.size() + " receipts");
    }
    receipts = List.copyOf(receipts);
  }

  /** Signs a list. */
  public static SignedReceipts sign(List<Receipt> receipts, SigningKey key) {
    return new SignedReceipts(key.address(), receipts, key.sign(digest(receipts)));
  }

  private static Hash256 digest(List<Receipt> receipts) {
    Hash256 root = Hash256.ZERO;
    for (Receipt receipt : receipts) {
      root = receipt.after(root);
    }
    return Hash256.hashing(PREFIX, root.toBytes());
  }

  /** Whether the signer signed just these receipts in this order. */
  public boolean isGenuine(Curve curve) {
    return curve
        .recover(signature, digest(receipts).toBytes())
        .map(PublicKey::address)
        .equals(Optional.of(signer));
  }

  /** The bytes of all receipts with an outcome. */
  public long bytes(Outcome outcome) {
    return receipts.stream().filter(r -> r.outcome() == outcome).mapToLong(Receipt::bytes).sum();
  }
}

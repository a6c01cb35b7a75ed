package io.tributary.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * The one contract on the one chain for which a signature counts: the domain of EIP-712.
 *
 * <pre>
 *  keccak256( typeHash | keccak256(name) | keccak256(version) | chainId | 0..0 contract )
 *             32         32                32                  32        12    20
 * </pre>
 *
 * @param chainId the chain's number; positive
 * @param contract the settlement contract
 * @see <a href="https://eips.ethereum.org/EIPS/eip-712#definition-of-domainseparator">EIP-712</a>
 */
public record SettlementDomain(long chainId, EvmAddress contract) {
  /** The name in the domain. */
  public static final String NAME = "CessCdnLedger";

  /** The version in the domain. */
  public static final String VERSION = "1";

  private static final byte[] TYPE_HASH =
      hash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

  private static final int WORD_BYTES = 32;

  /**
   * Checks the number.
   *
   * @throws MalformedLedgerValueException if it is not positive
   */
  public SettlementDomain {
    if (chainId <= 0) {
      throw new MalformedLedgerValueException("chainId " + chainId + " is not positive");
    }
  }

  /** The domain's hash, which begins every signed digest. */
  public Hash256 separator() {
    ByteBuffer words = ByteBuffer.allocate(5 * WORD_BYTES);
    words.put(TYPE_HASH).put(hash(NAME)).put(hash(VERSION));
    words.position(words.position() + WORD_BYTES - Long.BYTES).putLong(chainId);
    words.position(words.position() + WORD_BYTES - EvmAddress.BYTES).put(contract.toBytes());
    return Hash256.hashing(words.array());
  }

  private static byte[] hash(String text) {
    return Keccak256.hash(text.getBytes(US_ASCII));
  }
}

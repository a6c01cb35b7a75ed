package io.tributary.reward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.SettlementDomain;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What a node's own key says of it: who its operator is, and where it stands.
 *
 * <pre>
 *  digest = keccak256( 0x19 0x01 | domain separator | keccak256(words) )
 *
 *  words, of 32 bytes:
 *   0  keccak256("NodeAttestation(address operator,bytes32 peerKey,bytes32 region)")
 *   1  operator, on the right       2  peerKey       3  region, ASCII, zeros on the right
 * </pre>
 *
 * The digest is signed with Ed25519. It is computed here, and never taken from an endpoint, which
 * could have the key sign anything.
 *
 * @param operator whose stake vouches for the node
 * @param peerKey the Ed25519 public key of its libp2p identity
 * @param region where it says it is: 1 to 32 characters of a-z, 0-9 and -
 * @param signatureR the first half of the Ed25519 signature
 * @param signatureS the second half
 */
public record NodeAttestation(
    EvmAddress operator, Hash256 peerKey, String region, Hash256 signatureR, Hash256 signatureS) {
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");
  private static final byte[] PREFIX = {0x19, 0x01};
  private static final Hash256 TYPE =
      Hash256.hashing(
          "NodeAttestation(address operator,bytes32 peerKey,bytes32 region)".getBytes(US_ASCII));
  private static final int WORD_BYTES = 32;

  /**
   * What a node's key signs.
   *
   * @throws IllegalArgumentException if the region is none
   */
  public static Hash256 digest(
      SettlementDomain domain, EvmAddress operator, Hash256 peerKey, String region) {
    byte[] padded = new byte[WORD_BYTES];
    operator.copyTo(padded, WORD_BYTES - EvmAddress.BYTES);
    Hash256 words = Hash256.hashing(TYPE.toBytes(), padded, peerKey.toBytes(), regionWord(region));
    return Hash256.hashing(PREFIX, domain.separator().toBytes(), words.toBytes());
  }

  /**
   * An attestation of a signature of {@link #digest}.
   *
   * @param signature 64 bytes
   */
  public static NodeAttestation of(
      EvmAddress operator, Hash256 peerKey, String region, byte[] signature) {
    if (signature.length != 2 * Hash256.BYTES) {
      throw new IllegalArgumentException(
          "an Ed25519 signature has 64 bytes, not " + signature.length);
    }
    return new NodeAttestation(
        operator,
        peerKey,
        region,
        Hash256.of(Arrays.copyOfRange(signature, 0, Hash256.BYTES)),
        Hash256.of(Arrays.copyOfRange(signature, Hash256.BYTES, signature.length)));
  }

  /** Returns the 64 bytes of the signature, in a new array. */
  public byte[] signature() {
    byte[] both = new byte[2 * Hash256.BYTES];
    signatureR.copyTo(both, 0);
    signatureS.copyTo(both, Hash256.BYTES);
    return both;
  }

  static byte[] regionWord(String region) {
    if (!REGION.matcher(region).matches()) {
      throw new IllegalArgumentException(
          "the region \"" + region + "\" is not 1 to 32 characters of a-z, 0-9 and -");
    }
    return Arrays.copyOf(region.getBytes(US_ASCII), WORD_BYTES);
  }

  /** The text of a region on the chain, whoever wrote it: what is no ASCII shows as '?'. */
  static String regionText(byte[] word) {
    int length = word.length;
    while (length > 0 && word[length - 1] == 0) {
      length--;
    }
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char each = (char) (word[i] & 0xff);
      text.append(each > ' ' && each < 0x7f ? each : '?');
    }
    return text.toString();
  }
}

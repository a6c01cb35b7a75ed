package io.tributary.ledger.signature;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/** Bouncy Castle's secp256k1. */
final class BouncyCastleCurve implements Curve {
  static final BouncyCastleCurve INSTANCE = new BouncyCastleCurve();

  private static final byte COMPRESSED_EVEN = 2;

  private final ECDomainParameters domain =
      new ECDomainParameters(CustomNamedCurves.getByName("secp256k1"));
  private final FixedPointCombMultiplier comb = new FixedPointCombMultiplier();

  private BouncyCastleCurve() {}

  @Override
  public String name() {
    return "Bouncy Castle";
  }

  @Override
  public byte[] multiplyGenerator(byte[] scalar) {
    return encode(comb.multiply(domain.getG(), new BigInteger(1, scalar)));
  }

  @Override
  public boolean verify(Signature signature, byte[] digest, PublicKey key) {
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, new ECPublicKeyParameters(decode(key), domain));
    return verifier.verifySignature(digest, signature.r(), signature.s());
  }

  @Override
  public Optional<PublicKey> recover(Signature signature, byte[] digest) {
    byte[] compressed = new byte[1 + SCALAR_BYTES];
    compressed[0] = (byte) (COMPRESSED_EVEN + (signature.isYOdd() ? 1 : 0));
    System.arraycopy(
        BigIntegers.asUnsignedByteArray(SCALAR_BYTES, signature.r()),
        0,
        compressed,
        1,
        SCALAR_BYTES);
    ECPoint point;
    try {
      point = domain.getCurve().decodePoint(compressed);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    BigInteger inverse = BigIntegers.modOddInverse(ORDER, signature.r());
    BigInteger minusHash = ORDER.subtract(new BigInteger(1, digest).mod(ORDER));
    ECPoint key =
        ECAlgorithms.sumOfTwoMultiplies(
            domain.getG(),
            minusHash.multiply(inverse).mod(ORDER),
            point,
            signature.s().multiply(inverse).mod(ORDER));
    return key.isInfinity() ? Optional.empty() : Optional.of(PublicKey.trusted(encode(key)));
  }

  /** Whether 64 bytes are a point of the curve. */
  boolean isPoint(byte[] raw) {
    byte[] uncompressed = new byte[1 + raw.length];
    uncompressed[0] = 4;
    System.arraycopy(raw, 0, uncompressed, 1, raw.length);
    try {
      return domain.getCurve().decodePoint(uncompressed).isValid();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private ECPoint decode(PublicKey key) {
    byte[] raw = key.toBytes();
    return domain
        .getCurve()
        .createPoint(
            new BigInteger(1, Arrays.copyOfRange(raw, 0, SCALAR_BYTES)),
            new BigInteger(1, Arrays.copyOfRange(raw, SCALAR_BYTES, raw.length)));
  }

  private static byte[] encode(ECPoint point) {
    byte[] uncompressed = point.normalize().getEncoded(false);
    return Arrays.copyOfRange(uncompressed, 1, uncompressed.length);
  }
}

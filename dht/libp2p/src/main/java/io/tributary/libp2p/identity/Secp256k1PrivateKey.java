package io.tributary.libp2p.identity;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;

import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.multiformats.Multihash;
import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/** A number below the order of Bitcoin's curve. */
final class Secp256k1PrivateKey extends PrivateKey {
  private static final int NUMBER_BYTES = 32;

  private final ECPrivateKeyParameters key;

  private Secp256k1PrivateKey(BigInteger number) {
    super(
        Secp256k1PublicKey.of(
            new FixedPointCombMultiplier()
                .multiply(Secp256k1.CURVE.getG(), number)
                .getEncoded(true)));
    this.key = new ECPrivateKeyParameters(number, Secp256k1.CURVE);
  }

  static Secp256k1PrivateKey of(byte[] data) {
    BigInteger number = new BigInteger(1, data);
    if (data.length != NUMBER_BYTES
        || number.signum() == 0
        || number.compareTo(Secp256k1.CURVE.getN()) >= 0) {
      throw new MalformedMessageException(
          BAD_VALUE,
          "a secp256k1 private key has "
              + NUMBER_BYTES
              + " bytes and is between 0 and the order of the curve");
    }
    return new Secp256k1PrivateKey(number);
  }

  /** Signs with the nonce of RFC 6979 and the lower of the two values of s, as Bitcoin demands. */
  @Override
  public byte[] sign(byte[] message) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, key);
    BigInteger[] rs = signer.generateSignature(Multihash.sha256(message).digest());
    BigInteger order = Secp256k1.CURVE.getN();
    BigInteger low = rs[1].compareTo(Secp256k1.HALF_ORDER) > 0 ? order.subtract(rs[1]) : rs[1];
    try {
      return Secp256k1.SIGNATURE_FORM.encode(order, rs[0], low);
    } catch (IOException e) {
      throw new IllegalStateException("two numbers have a DER form", e);
    }
  }

  @Override
  byte[] data() {
    return BigIntegers.asUnsignedByteArray(NUMBER_BYTES, key.getD());
  }
}

package io.tributary.libp2p.identity;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;

import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.multiformats.Multihash;
import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/** A compressed point on Bitcoin's curve. */
final class Secp256k1PublicKey extends PublicKey {
  private static final int COMPRESSED_BYTES = 33;

  private final ECPublicKeyParameters key;

  private Secp256k1PublicKey(ECPublicKeyParameters key, byte[] data) {
    super(KeyType.SECP256K1, data);
    this.key = key;
  }

  static Secp256k1PublicKey of(byte[] data) {
    if (data.length == COMPRESSED_BYTES && (data[0] == 2 || data[0] == 3)) {
      try {
        ECPoint point = Secp256k1.CURVE.getCurve().decodePoint(data);
        return new Secp256k1PublicKey(
            new ECPublicKeyParameters(point, Secp256k1.CURVE), data.clone());
      } catch (IllegalArgumentException e) {
        throw malformed(e);
      }
    }
    throw malformed(null);
  }

  private static MalformedMessageException malformed(@Nullable Throwable cause) {
    String message =
        "a secp256k1 key is a compressed point on the curve, of " + COMPRESSED_BYTES + " bytes";
    return cause == null
        ? new MalformedMessageException(BAD_VALUE, message)
        : new MalformedMessageException(BAD_VALUE, message, cause);
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    BigInteger[] rs;
    try {
      rs = Secp256k1.SIGNATURE_FORM.decode(Secp256k1.CURVE.getN(), signature);
    } catch (IOException | IllegalArgumentException e) {
      return false; // not a signature at all
    }
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, key);
    return verifier.verifySignature(Multihash.sha256(message).digest(), rs[0], rs[1]);
  }
}

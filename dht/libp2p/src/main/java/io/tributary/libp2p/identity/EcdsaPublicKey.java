package io.tributary.libp2p.identity;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;

import io.tributary.libp2p.multiformats.MalformedMessageException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECCurve;

/** A point on P-256. */
final class EcdsaPublicKey extends PublicKey {
  static final JdkSignature SCHEME = new JdkSignature("SHA256withECDSA");

  /**
   * What stands before the point in the DER form of every key on P-256: the algorithm
   * id-ecPublicKey with the curve prime256v1, and a bit string that begins with an uncompressed
   * point's 04.
   */
  private static final byte[] DER_HEAD =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

  private static final ECCurve CURVE = CustomNamedCurves.getByName("P-256").getCurve();

  private static final int DER_BYTES = DER_HEAD.length + 64;

  private final ECPublicKey key;

  private EcdsaPublicKey(ECPublicKey key, byte[] data) {
    super(KeyType.ECDSA, data);
    this.key = key;
  }

  static EcdsaPublicKey of(byte[] data) {
    if (data.length != DER_BYTES
        || !Arrays.equals(data, 0, DER_HEAD.length, DER_HEAD, 0, DER_HEAD.length)) {
      throw new MalformedMessageException(
          BAD_VALUE, "an ECDSA key is an uncompressed point on P-256 in DER");
    }
    try {
      // The JDK takes any two numbers for a point; this checks that it is on the curve.
      CURVE.decodePoint(Arrays.copyOfRange(data, DER_HEAD.length - 1, DER_BYTES));
      return new EcdsaPublicKey(
          (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(data)),
          data.clone());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new MalformedMessageException(BAD_VALUE, "an ECDSA key is not a point on P-256", e);
    }
  }

  /** Makes the key of an uncompressed point, of 65 bytes. */
  static EcdsaPublicKey ofPoint(byte[] point) {
    byte[] data = Arrays.copyOf(DER_HEAD, DER_BYTES);
    System.arraycopy(point, 1, data, DER_HEAD.length, 64);
    return of(data);
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return SCHEME.verify(key, message, signature);
  }
}

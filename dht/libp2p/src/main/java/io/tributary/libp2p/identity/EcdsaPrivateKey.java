package io.tributary.libp2p.identity;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;

import io.tributary.libp2p.multiformats.MalformedMessageException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** A number below the order of P-256. */
final class EcdsaPrivateKey extends PrivateKey {
  private static final X9ECParameters P256 = CustomNamedCurves.getByName("P-256");

  private final java.security.PrivateKey key;
  private final byte[] data;

  private EcdsaPrivateKey(EcdsaPublicKey publicKey, java.security.PrivateKey key, byte[] data) {
    super(publicKey);
    this.key = key;
    this.data = data;
  }

  static EcdsaPrivateKey of(byte[] data) {
    try {
      BigInteger number = ECPrivateKey.getInstance(ASN1Primitive.fromByteArray(data)).getKey();
      if (number.signum() <= 0 || number.compareTo(P256.getN()) >= 0) {
        throw malformed(new IllegalArgumentException("the number is outside the curve's order"));
      }
      byte[] point = new FixedPointCombMultiplier().multiply(P256.getG(), number).getEncoded(false);
      ECPrivateKey der =
          new ECPrivateKey(
              P256.getN().bitLength(),
              number,
              new DERBitString(point),
              SECObjectIdentifiers.secp256r1);
      if (!Arrays.equals(data, der.getEncoded(ASN1Encoding.DER))) {
        throw malformed(new IllegalArgumentException("curve or public key do not belong to it"));
      }
      PrivateKeyInfo pkcs8 =
          new PrivateKeyInfo(
              new AlgorithmIdentifier(
                  X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
              der);
      return new EcdsaPrivateKey(
          EcdsaPublicKey.ofPoint(point),
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8.getEncoded())),
          data.clone());
    } catch (MalformedMessageException e) {
      throw e;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw malformed(e);
    }
  }

  private static MalformedMessageException malformed(Exception cause) {
    return new MalformedMessageException(
        BAD_VALUE, "an ECDSA private key is an ECPrivateKey on P-256 in DER", cause);
  }

  @Override
  public byte[] sign(byte[] message) {
    return EcdsaPublicKey.SCHEME.sign(key, message);
  }

  @Override
  byte[] data() {
    return data.clone();
  }
}

package io.tributary.libp2p.identity;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;

import io.tributary.libp2p.multiformats.MalformedMessageException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** The factors of a modulus. */
final class RsaPrivateKey extends PrivateKey {
  private final java.security.PrivateKey key;
  private final byte[] data;

  private RsaPrivateKey(RsaPublicKey publicKey, java.security.PrivateKey key, byte[] data) {
    super(publicKey);
    this.key = key;
    this.data = data;
  }

  static RsaPrivateKey of(byte[] data) {
    try {
      RSAPrivateKey pkcs1 = RSAPrivateKey.getInstance(ASN1Primitive.fromByteArray(data));
      if (!pkcs1.getPrime1().multiply(pkcs1.getPrime2()).equals(pkcs1.getModulus())) {
        throw new IllegalArgumentException("the primes are not those of the modulus");
      }
      KeyFactory rsa = KeyFactory.getInstance("RSA");
      RsaPublicKey publicKey =
          RsaPublicKey.of(
              (RSAPublicKey)
                  rsa.generatePublic(
                      new RSAPublicKeySpec(pkcs1.getModulus(), pkcs1.getPublicExponent())));
      PrivateKeyInfo pkcs8 =
          new PrivateKeyInfo(
              new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
              pkcs1);
      return new RsaPrivateKey(
          publicKey,
          rsa.generatePrivate(new PKCS8EncodedKeySpec(pkcs8.getEncoded())),
          data.clone());
    } catch (MalformedMessageException e) {
      throw e;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new MalformedMessageException(
          BAD_VALUE, "an RSA private key is an RSAPrivateKey of PKCS #1 in DER", e);
    }
  }

  @Override
  public byte[] sign(byte[] message) {
    return RsaPublicKey.SCHEME.sign(key, message);
  }

  @Override
  byte[] data() {
    return data.clone();
  }
}

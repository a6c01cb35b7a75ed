package io.tributary.libp2p.identity;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.NOT_CANONICAL;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TOO_LONG;

import io.tributary.libp2p.multiformats.MalformedMessageException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/** A modulus and an exponent, both bounded: verifying costs more with each bit of either. */
final class RsaPublicKey extends PublicKey {
  static final int MIN_BITS = 2048;
  static final int MAX_BITS = 8192;
  static final int MAX_EXPONENT_BITS = 32;
  static final JdkSignature SCHEME = new JdkSignature("SHA256withRSA");

  private final RSAPublicKey key;

  private RsaPublicKey(RSAPublicKey key, byte[] data) {
    super(KeyType.RSA, data);
    this.key = key;
  }

  static RsaPublicKey of(byte[] data) {
    if (data.length > MAX_ENCODED_BYTES) {
      throw new MalformedMessageException(TOO_LONG, "an RSA key has " + data.length + " bytes");
    }
    RSAPublicKey key;
    try {
      key =
          (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(data));
    } catch (GeneralSecurityException e) {
      throw new MalformedMessageException(BAD_VALUE, "an RSA key is not in PKIX form", e);
    }
    int bits = key.getModulus().bitLength();
    if (bits < MIN_BITS || bits > MAX_BITS) {
      throw new MalformedMessageException(
          BAD_VALUE, "an RSA key has " + MIN_BITS + " to " + MAX_BITS + " bits, this has " + bits);
    }
    boolean usable =
        key.getModulus().testBit(0)
            && key.getPublicExponent().testBit(0)
            && key.getPublicExponent().bitLength() > 1
            && key.getPublicExponent().bitLength() <= MAX_EXPONENT_BITS;
    if (!usable) {
      throw new MalformedMessageException(
          BAD_VALUE, "an RSA key has an odd modulus and an odd exponent from 3 to 2^32");
    }
    if (!Arrays.equals(data, key.getEncoded())) {
      throw new MalformedMessageException(NOT_CANONICAL, "an RSA key is not in DER");
    }
    return new RsaPublicKey(key, data.clone());
  }

  static RsaPublicKey of(RSAPublicKey key) {
    return of(key.getEncoded());
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return SCHEME.verify(key, message, signature);
  }
}

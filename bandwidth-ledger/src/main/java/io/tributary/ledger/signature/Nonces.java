package io.tributary.ledger.signature;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.BigIntegers;

/**
 * The nonces of RFC 6979, section 3.2, with HMAC-SHA-256, by the JDK's HMAC: it uses the
 * processor's instructions for SHA-256, and Bouncy Castle's does not. Confined to one signature.
 */
final class Nonces {
  private static final String HMAC = "HmacSHA256";
  private static final byte[] ZERO = {0};
  private static final byte[] ONE = {1};

  private final Mac mac;
  private byte[] v = new byte[Curve.SCALAR_BYTES];
  private boolean isFirst = true;

  Nonces(byte[] key, byte[] digest) {
    try {
      mac = Mac.getInstance(HMAC);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + HMAC, e);
    }
    byte[] hash =
        BigIntegers.asUnsignedByteArray(
            Curve.SCALAR_BYTES, new BigInteger(1, digest).mod(Curve.ORDER));
    Arrays.fill(v, (byte) 1);
    rekey(new byte[Curve.SCALAR_BYTES]);
    rekey(hmac(v, ZERO, key, hash));
    v = hmac(v);
    rekey(hmac(v, ONE, key, hash));
    v = hmac(v);
  }

  /** The next nonce, from 1 to the order - 1. */
  BigInteger next() {
    while (true) {
      if (!isFirst) {
        rekey(hmac(v, ZERO));
        v = hmac(v);
      }
      isFirst = false;
      v = hmac(v);
      BigInteger k = new BigInteger(1, v);
      if (k.signum() > 0 && k.compareTo(Curve.ORDER) < 0) {
        return k;
      }
    }
  }

  private void rekey(byte[] key) {
    try {
      mac.init(new SecretKeySpec(key, HMAC));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("any key will do", e);
    }
  }

  private byte[] hmac(byte[]... parts) {
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }
}

package io.tributary.libp2p.security.noise;

import io.tributary.libp2p.security.SecureChannelException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/** An X25519 key pair computed by a provider's native library. */
final class NativeDhKey implements DhKey {
  private static final String ALGORITHM = "XDH";

  /** What precedes the 32 bytes of a key in a SubjectPublicKeyInfo: RFC 8410, section 4. */
  private static final byte[] SPKI_PREFIX = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00
  };

  private final Provider provider;
  private final PrivateKey privateKey;
  private final byte[] publicKey;

  private NativeDhKey(Provider provider, KeyPair pair) {
    this.provider = provider;
    this.privateKey = pair.getPrivate();
    byte[] encoded = pair.getPublic().getEncoded();
    this.publicKey = Arrays.copyOfRange(encoded, encoded.length - PUBLIC_KEY_BYTES, encoded.length);
  }

  static Generator generator(Provider provider) {
    return () -> {
      try {
        return new NativeDhKey(
            provider, KeyPairGenerator.getInstance(ALGORITHM, provider).generateKeyPair());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(provider + " was chosen and has no " + ALGORITHM, e);
      }
    };
  }

  @Override
  public byte[] publicKey() {
    return publicKey;
  }

  @Override
  public byte[] agree(byte[] otherPublicKey) throws SecureChannelException {
    try {
      byte[] encoded = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + PUBLIC_KEY_BYTES);
      System.arraycopy(otherPublicKey, 0, encoded, SPKI_PREFIX.length, PUBLIC_KEY_BYTES);
      PublicKey other =
          KeyFactory.getInstance(ALGORITHM, provider)
              .generatePublic(new X509EncodedKeySpec(encoded));
      KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM, provider);
      agreement.init(privateKey);
      if (agreement.doPhase(other, true) != null) {
        throw new IllegalStateException("an agreement of two has no further phase");
      }
      byte[] secret = agreement.generateSecret();
      if (isZero(secret)) {
        throw DhKey.smallOrder();
      }
      return secret;
    } catch (GeneralSecurityException | IllegalStateException e) {
      throw DhKey.smallOrder();
    }
  }

  private static boolean isZero(byte[] secret) {
    int all = 0;
    for (byte b : secret) {
      all |= b;
    }
    return all == 0;
  }
}

package io.tributary.libp2p.security.noise;

import io.tributary.libp2p.security.SecureChannelException;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** An X25519 key pair computed in Java, for platforms without a native library. */
final class PortableDhKey implements DhKey {
  private final byte[] privateKey;
  private final byte[] publicKey = new byte[PUBLIC_KEY_BYTES];

  PortableDhKey(byte[] privateKey) {
    this.privateKey = privateKey.clone();
    X25519.generatePublicKey(this.privateKey, 0, publicKey, 0);
  }

  static Generator generator(SecureRandom random) {
    return () -> {
      byte[] privateKey = new byte[X25519.SCALAR_SIZE];
      X25519.generatePrivateKey(random, privateKey);
      return new PortableDhKey(privateKey);
    };
  }

  @Override
  public byte[] publicKey() {
    return publicKey;
  }

  @Override
  public byte[] agree(byte[] otherPublicKey) throws SecureChannelException {
    byte[] secret = new byte[X25519.POINT_SIZE];
    if (!X25519.calculateAgreement(privateKey, 0, otherPublicKey, 0, secret, 0)) {
      throw DhKey.smallOrder();
    }
    return secret;
  }
}

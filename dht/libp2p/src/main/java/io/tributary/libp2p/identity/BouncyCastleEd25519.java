package io.tributary.libp2p.identity;

import java.util.Optional;

/** Ed25519 by Bouncy Castle: pure Java, so it is there on every platform. */
final class BouncyCastleEd25519 implements Ed25519 {

  @Override
  public byte[] publicKey(byte[] seed) {
    byte[] publicKey = new byte[KEY_BYTES];
    org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    return publicKey;
  }

  @Override
  public Signer signer(byte[] seed, byte[] publicKey) {
    return message -> {
      byte[] signature = new byte[SIGNATURE_BYTES];
      org.bouncycastle.math.ec.rfc8032.Ed25519.sign(
          seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
      return signature;
    };
  }

  @Override
  public Optional<Verifier> verifier(byte[] publicKey) {
    return Optional.ofNullable(
            org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyPartialExport(publicKey, 0))
        .map(
            point ->
                (message, signature) ->
                    org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
                        signature, 0, point, message, 0, message.length));
  }
}

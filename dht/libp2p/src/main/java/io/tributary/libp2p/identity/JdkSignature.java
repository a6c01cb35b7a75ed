package io.tributary.libp2p.identity;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.SignatureException;

/** Signing and verifying by an algorithm that every JDK has. */
final class JdkSignature {
  private final String algorithm;

  JdkSignature(String algorithm) {
    this.algorithm = algorithm;
  }

  byte[] sign(java.security.PrivateKey key, byte[] message) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a checked key signs with " + algorithm, e);
    }
  }

  boolean verify(java.security.PublicKey key, byte[] message, byte[] signed) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(signed);
    } catch (SignatureException e) {
      return false; // not a signature at all
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a checked key verifies with " + algorithm, e);
    }
  }
}

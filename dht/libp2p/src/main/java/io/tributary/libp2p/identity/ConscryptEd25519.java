package io.tributary.libp2p.identity;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.conscrypt.Conscrypt;

/**
 * Ed25519 by Conscrypt, which is BoringSSL's native code.
 *
 * <p>Conscrypt signs and verifies; keys are made and checked by Bouncy Castle, since Conscrypt
 * takes any 32 bytes as a key and cannot derive one from a seed.
 */
final class ConscryptEd25519 implements Ed25519 {
  /** What stands before a seed in PKCS #8, RFC 8410. */
  private static final byte[] PKCS8_HEAD =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  /** What stands before a public key in SubjectPublicKeyInfo, RFC 8410. */
  private static final byte[] SPKI_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final String ALGORITHM = "EdDSA";

  private final Ed25519 keys = new BouncyCastleEd25519();
  private final Provider provider;
  private final KeyFactory factory;

  /**
   * @throws GeneralSecurityException if this Conscrypt has no Ed25519
   * @throws LinkageError if there is no Conscrypt for this platform
   */
  ConscryptEd25519() throws GeneralSecurityException {
    this.provider = Conscrypt.newProvider();
    this.factory = KeyFactory.getInstance(ALGORITHM, provider);
    Signature.getInstance(ALGORITHM, provider);
  }

  @Override
  public byte[] publicKey(byte[] seed) {
    return keys.publicKey(seed);
  }

  @Override
  public Signer signer(byte[] seed, byte[] publicKey) {
    PrivateKey key;
    try {
      key = factory.generatePrivate(new PKCS8EncodedKeySpec(join(PKCS8_HEAD, seed)));
    } catch (GeneralSecurityException e) {
      throw broken(e);
    }
    return message -> {
      try {
        Signature signature = Signature.getInstance(ALGORITHM, provider);
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw broken(e);
      }
    };
  }

  @Override
  public Optional<Verifier> verifier(byte[] publicKey) {
    return keys.verifier(publicKey).map(checked -> nativeVerifier(publicKey));
  }

  private Verifier nativeVerifier(byte[] publicKey) {
    PublicKey key;
    try {
      key = factory.generatePublic(new X509EncodedKeySpec(join(SPKI_HEAD, publicKey)));
    } catch (GeneralSecurityException e) {
      throw broken(e);
    }
    return (message, signed) -> {
      try {
        Signature signature = Signature.getInstance(ALGORITHM, provider);
        signature.initVerify(key);
        signature.update(message);
        return signature.verify(signed);
      } catch (SignatureException e) {
        return false; // how Conscrypt reports some signatures that are merely wrong
      } catch (GeneralSecurityException e) {
        throw broken(e);
      }
    };
  }

  private static IllegalStateException broken(GeneralSecurityException e) {
    return new IllegalStateException("Conscrypt does not take a checked Ed25519 key", e);
  }

  private static byte[] join(byte[] head, byte[] key) {
    byte[] all = Arrays.copyOf(head, head.length + key.length);
    System.arraycopy(key, 0, all, head.length, key.length);
    return all;
  }
}

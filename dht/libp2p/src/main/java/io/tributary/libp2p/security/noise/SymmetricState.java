package io.tributary.libp2p.security.noise;

import io.tributary.libp2p.security.SecureChannelException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What both sides of a handshake have in common so far: the chaining key, the hash of everything
 * said, and the key that follows from them.
 *
 * @see <a href="https://noiseprotocol.org/noise.html#the-symmetricstate-object">The SymmetricState
 *     object</a>
 */
final class SymmetricState {
  private static final String HMAC = "HmacSHA256";

  private final AeadProvider provider;
  private final MessageDigest sha256;
  private final Mac hmac;
  private byte[] chainingKey;
  private byte[] hash;

  /** The key of payloads; empty before the first Diffie-Hellman. */
  private byte[] key = {};

  private long counter;

  SymmetricState(AeadProvider provider, String protocolName) {
    this.provider = provider;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
      hmac = Mac.getInstance(HMAC);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
    hash = name.length <= 32 ? Arrays.copyOf(name, 32) : sha256.digest(name);
    chainingKey = hash.clone();
  }

  void mixHash(byte[] data) {
    sha256.update(hash);
    hash = sha256.digest(data);
  }

  void mixKey(byte[] secret) {
    byte[][] outputs = derive(secret);
    chainingKey = outputs[0];
    key = outputs[1];
    counter = 0;
  }

  /** Encrypts if there is a key yet, and hashes what goes over the wire. */
  byte[] encryptAndHash(byte[] plain) throws SecureChannelException {
    byte[] sent =
        key.length == 0 ? plain : CipherState.sealing(provider, key, counter++).apply(hash, plain);
    mixHash(sent);
    return sent;
  }

  /** Undoes {@link #encryptAndHash}. */
  byte[] decryptAndHash(byte[] received) throws SecureChannelException {
    byte[] plain =
        key.length == 0
            ? received
            : CipherState.opening(provider, key, counter++).apply(hash, received);
    mixHash(received);
    return plain;
  }

  /** Whether payloads are encrypted by now, and so carry a tag. */
  boolean hasKey() {
    return key.length > 0;
  }

  /** Returns the keys of the two directions, the initiator's sending key first. */
  byte[][] split() {
    return derive(new byte[0]);
  }

  /** A value that is the same on both sides and belongs to no other session. */
  byte[] handshakeHash() {
    return hash.clone();
  }

  /** Noise's HKDF with two outputs. */
  private byte[][] derive(byte[] inputKeyMaterial) {
    try {
      byte[] temporary = hmac(chainingKey, inputKeyMaterial);
      byte[] first = hmac(temporary, new byte[] {1});
      byte[] second = hmac(temporary, concat(first, (byte) 2));
      return new byte[][] {first, second};
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC takes any key", e);
    }
  }

  private byte[] hmac(byte[] macKey, byte[] data) throws InvalidKeyException {
    hmac.init(new SecretKeySpec(macKey, HMAC));
    return hmac.doFinal(data);
  }

  private static byte[] concat(byte[] head, byte last) {
    byte[] all = Arrays.copyOf(head, head.length + 1);
    all[head.length] = last;
    return all;
  }
}

package io.tributary.libp2p.security.noise;

import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The three messages of Noise XX, by which two peers that know nothing of each other agree on keys:
 * {@code Noise_XX_25519_ChaChaPoly_SHA256}, with an empty prologue.
 *
 * <pre>
 *   initiator                                responder
 *      |  1   e (32)                             |
 *      | --------------------------------------&gt; |
 *      |  2   e (32)  s (32+16)  payload (n+16)  |
 *      | &lt;-------------------------------------- |
 *      |  3   s (32+16)  payload (n+16)          |
 *      | --------------------------------------&gt; |
 * </pre>
 *
 * {@code e} is an ephemeral public key, {@code s} a static one, encrypted; +16 is a tag. The
 * payload of message 1 would travel in the clear: this side sends none and ignores the peer's.
 *
 * <p>Knows nothing of channels and frames. Not thread-safe; after an exception it is of no use.
 *
 * @see <a href="https://noiseprotocol.org/noise.html#interactive-handshake-patterns-fundamental">
 *     Interactive handshake patterns</a>
 */
final class XxHandshake {
  static final String PROTOCOL_NAME = "Noise_XX_25519_ChaChaPoly_SHA256";

  private static final int MESSAGES = 3;

  private final Role role;
  private final SymmetricState symmetric;
  private final DhKey staticKey;
  private final DhKey ephemeralKey;
  private byte @Nullable [] remoteEphemeral;
  private byte @Nullable [] remoteStatic;
  private int done;

  XxHandshake(AeadProvider provider, Role role, DhKey staticKey, DhKey ephemeralKey) {
    this.role = role;
    this.staticKey = staticKey;
    this.ephemeralKey = ephemeralKey;
    this.symmetric = new SymmetricState(provider, PROTOCOL_NAME);
    symmetric.mixHash(new byte[0]); // the prologue
  }

  /** Whether the next message is this side's to write. */
  boolean isOurTurn() {
    return done < MESSAGES && (done % 2 == 0) == (role == Role.INITIATOR);
  }

  /** Whether the next message is the first of all, whose payload travels in the clear. */
  boolean isFirst() {
    return done == 0;
  }

  /** Whether all messages have been exchanged. */
  boolean isDone() {
    return done == MESSAGES;
  }

  /** Writes the next message, with a payload inside. */
  byte[] write(byte[] payload) throws SecureChannelException {
    if (!isOurTurn()) {
      throw new IllegalStateException("message " + (done + 1) + " is the peer's");
    }
    byte[] first;
    byte[] second = {};
    switch (done) {
      case 0 -> first = writeEphemeral();
      case 1 -> {
        first = writeEphemeral();
        symmetric.mixKey(ephemeralKey.agree(remoteEphemeral()));
        second = symmetric.encryptAndHash(staticKey.publicKey());
        symmetric.mixKey(staticKey.agree(remoteEphemeral()));
      }
      default -> {
        first = symmetric.encryptAndHash(staticKey.publicKey());
        symmetric.mixKey(staticKey.agree(remoteEphemeral()));
      }
    }
    byte[] last = symmetric.encryptAndHash(payload);
    done++;
    byte[] message = Arrays.copyOf(first, first.length + second.length + last.length);
    System.arraycopy(second, 0, message, first.length, second.length);
    System.arraycopy(last, 0, message, first.length + second.length, last.length);
    return message;
  }

  /**
   * Reads the peer's next message and returns its payload.
   *
   * @throws SecureChannelException with {@link Reason#MALFORMED} if it is too short or holds an
   *     impossible key, {@link Reason#DECRYPT_FAILED} if it does not authenticate
   */
  byte[] read(byte[] message) throws SecureChannelException {
    if (isOurTurn() || isDone()) {
      throw new IllegalStateException("message " + (done + 1) + " is not the peer's");
    }
    int at = 0;
    switch (done) {
      case 0 -> at = readEphemeral(message);
      case 1 -> {
        at = readEphemeral(message);
        symmetric.mixKey(ephemeralKey.agree(remoteEphemeral()));
        at = readStatic(message, at);
        symmetric.mixKey(ephemeralKey.agree(remoteStatic()));
      }
      default -> {
        at = readStatic(message, at);
        symmetric.mixKey(ephemeralKey.agree(remoteStatic()));
      }
    }
    int tag = symmetric.hasKey() ? CipherState.TAG_BYTES : 0;
    requireLength(message, at + tag);
    byte[] payload = symmetric.decryptAndHash(Arrays.copyOfRange(message, at, message.length));
    done++;
    return payload;
  }

  /** The peer's static key; known once the message that carries it has been read. */
  byte[] remoteStatic() {
    byte[] key = remoteStatic;
    if (key == null) {
      throw new IllegalStateException("the peer's static key is not known yet");
    }
    return key;
  }

  /** Returns the cipher for what this side sends after the handshake. */
  CipherState sender(AeadProvider provider) {
    return CipherState.sealing(provider, symmetric.split()[role == Role.INITIATOR ? 0 : 1], 0);
  }

  /** Returns the cipher for what the peer sends after the handshake. */
  CipherState receiver(AeadProvider provider) {
    return CipherState.opening(provider, symmetric.split()[role == Role.INITIATOR ? 1 : 0], 0);
  }

  byte[] handshakeHash() {
    return symmetric.handshakeHash();
  }

  private byte[] writeEphemeral() {
    symmetric.mixHash(ephemeralKey.publicKey());
    return ephemeralKey.publicKey();
  }

  private int readEphemeral(byte[] message) throws SecureChannelException {
    requireLength(message, DhKey.PUBLIC_KEY_BYTES);
    byte[] key = Arrays.copyOf(message, DhKey.PUBLIC_KEY_BYTES);
    remoteEphemeral = key;
    symmetric.mixHash(key);
    return key.length;
  }

  private int readStatic(byte[] message, int at) throws SecureChannelException {
    int end = at + DhKey.PUBLIC_KEY_BYTES + CipherState.TAG_BYTES;
    requireLength(message, end);
    remoteStatic = symmetric.decryptAndHash(Arrays.copyOfRange(message, at, end));
    return end;
  }

  private byte[] remoteEphemeral() {
    byte[] key = remoteEphemeral;
    if (key == null) {
      throw new IllegalStateException("the peer's ephemeral key is not known yet");
    }
    return key;
  }

  private void requireLength(byte[] message, int atLeast) throws SecureChannelException {
    if (message.length < atLeast) {
      throw new SecureChannelException(
          Reason.MALFORMED,
          "handshake message "
              + (done + 1)
              + " has "
              + message.length
              + " bytes, it needs "
              + atLeast);
    }
  }
}

package io.tributary.libp2p.security.noise;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/**
 * One direction's key and message counter: Noise's CipherState over ChaCha20-Poly1305.
 *
 * <p>The nonce of a message is its number:
 *
 * <pre>
 *   0        4                     12
 *  +--------+-----------------------+
 *  | 0 (4)  | counter (8, LITTLE)   |
 *  +--------+-----------------------+
 * </pre>
 *
 * Not thread-safe. It encrypts or decrypts, not both.
 *
 * @see <a href="https://noiseprotocol.org/noise.html#the-cipherstate-object">The CipherState
 *     object</a>
 */
final class CipherState {
  static final int KEY_BYTES = 32;
  static final int TAG_BYTES = 16;

  /** Reserved by Noise; the message before it is the last one. */
  private static final long LAST_COUNTER = -1L;

  private static final byte[] NO_DATA = {};

  private final Cipher cipher;
  private final int mode;
  private final RawKey key;
  private final LiveNonce nonce = new LiveNonce();
  private final boolean onDirectBuffers;
  private long counter;

  private CipherState(AeadProvider provider, byte[] key, int mode, long firstCounter) {
    this.cipher = provider.newCipher();
    this.key = new RawKey(key, !provider.worksOnDirectBuffers());
    this.mode = mode;
    this.onDirectBuffers = provider.worksOnDirectBuffers();
    this.counter = firstCounter;
  }

  /** Encrypts messages from number {@code firstCounter}, which is unsigned. */
  static CipherState sealing(AeadProvider provider, byte[] key, long firstCounter) {
    return new CipherState(provider, key, Cipher.ENCRYPT_MODE, firstCounter);
  }

  /** Decrypts messages from number {@code firstCounter}, which is unsigned. */
  static CipherState opening(AeadProvider provider, byte[] key, long firstCounter) {
    return new CipherState(provider, key, Cipher.DECRYPT_MODE, firstCounter);
  }

  /**
   * Encrypts or decrypts the next message.
   *
   * @param in holds the message; one piece of direct memory
   * @param at where it begins
   * @param length its bytes
   * @param out one piece of direct memory, where the result is appended; has room for {@code
   *     length} and {@value #TAG_BYTES} bytes
   * @throws SecureChannelException with {@link Reason#DECRYPT_FAILED} or {@link
   *     Reason#NONCES_EXHAUSTED}
   */
  void apply(ByteBuf in, int at, int length, ByteBuf out) throws SecureChannelException {
    try {
      begin();
      if (onDirectBuffers) {
        int room = Math.min(out.writableBytes(), length + TAG_BYTES);
        int made =
            cipher.doFinal(
                NioView.ofThread().of(in, at, length),
                out.internalNioBuffer(out.writerIndex(), room));
        out.writerIndex(out.writerIndex() + made);
      } else {
        ArrayPair scratch = ArrayPair.OF_THREAD.get();
        in.getBytes(at, scratch.in, 0, length);
        out.writeBytes(scratch.out, 0, cipher.doFinal(scratch.in, 0, length, scratch.out, 0));
      }
      counter++;
    } catch (GeneralSecurityException e) {
      throw failed(e);
    }
  }

  /** Encrypts or decrypts the next message, which is short, together with associated data. */
  byte[] apply(byte[] associatedData, byte[] in) throws SecureChannelException {
    try {
      begin();
      cipher.updateAAD(associatedData);
      byte[] made = cipher.doFinal(in);
      counter++;
      return made == null ? NO_DATA : made;
    } catch (GeneralSecurityException e) {
      throw failed(e);
    }
  }

  /** Forgets the key. */
  void destroy() {
    Arrays.fill(key.bytes, (byte) 0);
  }

  private void begin() throws GeneralSecurityException, SecureChannelException {
    if (counter == LAST_COUNTER) {
      throw new SecureChannelException(
          Reason.NONCES_EXHAUSTED, "2^64 - 1 messages were sent under one key");
    }
    nonce.set(counter);
    cipher.init(mode, key, nonce);
  }

  private SecureChannelException failed(GeneralSecurityException cause) {
    return mode == Cipher.DECRYPT_MODE
        ? new SecureChannelException(
            Reason.DECRYPT_FAILED,
            "message " + Long.toUnsignedString(counter) + " does not authenticate",
            cause)
        : new SecureChannelException(
            Reason.INTERNAL_ERROR, "cannot encrypt with " + cipher.getProvider(), cause);
  }

  /** Arrays for ciphers that work on arrays; one pair a thread, since no cipher call nests. */
  private static final class ArrayPair {
    static final FastThreadLocal<ArrayPair> OF_THREAD =
        new FastThreadLocal<>() {
          @Override
          protected ArrayPair initialValue() {
            return new ArrayPair();
          }
        };

    final byte[] in = new byte[NoiseFrame.MAX_MESSAGE_BYTES];
    final byte[] out = new byte[NoiseFrame.MAX_MESSAGE_BYTES];
  }

  /**
   * A key that gives out its own bytes, where that saves a copy for each frame and does no harm.
   * The JDK's cipher wipes the bytes it was given when it is initialised again, so it gets a copy.
   */
  private static final class RawKey implements SecretKey {
    private static final long serialVersionUID = 1L;
    private final byte[] bytes;
    private final boolean copied;

    RawKey(byte[] bytes, boolean copied) {
      this.bytes = bytes;
      this.copied = copied;
    }

    @Override
    public String getAlgorithm() {
      return "ChaCha20";
    }

    @Override
    public String getFormat() {
      return "RAW";
    }

    @Override
    public byte[] getEncoded() {
      return copied ? bytes.clone() : bytes;
    }
  }

  /**
   * A nonce that changes in place. It alternates between two arrays, since a cipher keeps the last
   * one to see that no nonce repeats.
   */
  private static final class LiveNonce extends IvParameterSpec {
    private static final int BYTES = 12;
    private final byte[] even = new byte[BYTES];
    private final byte[] odd = new byte[BYTES];
    private byte[] current = even;

    LiveNonce() {
      super(new byte[BYTES]);
    }

    void set(long counter) {
      current = current == even ? odd : even;
      for (int i = 0; i < Long.BYTES; i++) {
        current[4 + i] = (byte) (counter >>> (8 * i));
      }
    }

    @Override
    public byte[] getIV() {
      return current;
    }
  }
}

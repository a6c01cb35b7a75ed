package io.tributary.libp2p.identity;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.NOT_CANONICAL;

import com.google.protobuf.ByteString;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.wire.KeyMessages;
import io.tributary.libp2p.wire.MessageReader;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The secret half of a peer's identity, with its public half.
 *
 * <p>The encoded form is like that of {@link PublicKey}, with other data, and never goes over a
 * wire:
 *
 * <pre>
 *  data   Ed25519    64 bytes: seed, public key  (read also: seed, public key, public key)
 *         secp256k1  32 bytes, the number
 *         ECDSA      ECPrivateKey in DER, P-256, with the public key  (RFC 5915)
 *         RSA        RSAPrivateKey in DER  (PKCS #1)
 * </pre>
 *
 * Immutable. Never shows the secret in {@link #toString}.
 */
public abstract sealed class PrivateKey
    permits Ed25519PrivateKey, Secp256k1PrivateKey, EcdsaPrivateKey, RsaPrivateKey {
  /** The longest encoded form: of RSA with 8192 bits. */
  public static final int MAX_ENCODED_BYTES = 5000;

  private static final MessageReader<KeyMessages.PrivateKey> READER =
      new MessageReader<>("a private key", KeyMessages.PrivateKey.parser(), MAX_ENCODED_BYTES);

  private final PublicKey publicKey;

  PrivateKey(PublicKey publicKey) {
    this.publicKey = publicKey;
  }

  /** Makes a new Ed25519 key. */
  public static PrivateKey generate(SecureRandom random) {
    byte[] seed = new byte[Ed25519PrivateKey.SEED_BYTES];
    random.nextBytes(seed);
    return ofEd25519Seed(seed);
  }

  /**
   * Makes the Ed25519 key of a seed.
   *
   * @param seed 32 bytes; copied
   * @throws IllegalArgumentException if there are not exactly 32
   */
  public static PrivateKey ofEd25519Seed(byte[] seed) {
    return Ed25519PrivateKey.ofSeed(seed.clone());
  }

  /**
   * Reads an encoded form that fills an array.
   *
   * @throws MalformedMessageException if it is not the encoded form of a usable key, or if its two
   *     halves do not belong together
   */
  public static PrivateKey decode(byte[] encoded) {
    KeyMessages.PrivateKey message = READER.read(encoded);
    byte[] data = message.getData().toByteArray();
    PrivateKey key =
        switch (message.getType()) {
          case ED25519 -> Ed25519PrivateKey.of(data);
          case SECP256K1 -> Secp256k1PrivateKey.of(data);
          case ECDSA -> EcdsaPrivateKey.of(data);
          case RSA -> RsaPrivateKey.of(data);
        };
    byte[] canonical =
        KeyMessages.PrivateKey.newBuilder()
            .setType(message.getType())
            .setData(message.getData())
            .build()
            .toByteArray();
    if (!Arrays.equals(encoded, canonical)) {
      throw new MalformedMessageException(
          NOT_CANONICAL, "a private key is not in its one encoded form");
    }
    return key;
  }

  /**
   * Signs a message as the type of this key prescribes. Pure computing, which waits for nothing.
   */
  public abstract byte[] sign(byte[] message);

  /** Returns the key in its type's own form, in a new array. */
  abstract byte[] data();

  /** Returns the scheme. */
  public final KeyType type() {
    return publicKey.type();
  }

  /** Returns the other half. */
  public final PublicKey publicKey() {
    return publicKey;
  }

  /** Returns the name of the peer that has this key. */
  public final PeerId peerId() {
    return publicKey.peerId();
  }

  /** Returns the encoded form in a new array: a secret. */
  public final byte[] encode() {
    return KeyMessages.PrivateKey.newBuilder()
        .setType(type().wire())
        .setData(ByteString.copyFrom(data()))
        .build()
        .toByteArray();
  }

  /** Returns the type and the peer's name, nothing secret. */
  @Override
  public final String toString() {
    return "private " + publicKey;
  }
}

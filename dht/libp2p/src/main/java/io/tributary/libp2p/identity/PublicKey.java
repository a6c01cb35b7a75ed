package io.tributary.libp2p.identity;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.NOT_CANONICAL;

import com.google.protobuf.UnsafeByteOperations;
import io.tributary.libp2p.multiformats.MalformedMessageException;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.wire.KeyMessages;
import io.tributary.libp2p.wire.MessageReader;
import java.util.Arrays;
import java.util.Optional;

/**
 * The key that a peer's signatures are checked with, and from which its {@link PeerId} follows.
 *
 * <p>The encoded form is one certain sequence of bytes for each key, because the peer id is made of
 * it:
 *
 * <pre>
 *  +----+------+----+----------------+------+
 *  | 08 | type | 12 | length, varint | data |    type: 0 RSA, 1 Ed25519, 2 secp256k1, 3 ECDSA
 *  +----+------+----+----------------+------+
 *
 *  data   Ed25519    32 bytes
 *         secp256k1  33 bytes, the compressed point
 *         ECDSA      SubjectPublicKeyInfo in DER, P-256
 *         RSA        SubjectPublicKeyInfo in DER
 * </pre>
 *
 * Immutable, and equal by the encoded form.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#keys">Keys</a>
 */
public abstract sealed class PublicKey
    permits Ed25519PublicKey, Secp256k1PublicKey, EcdsaPublicKey, RsaPublicKey {
  /** The longest encoded form: of RSA with 8192 bits, with room for the DER around it. */
  public static final int MAX_ENCODED_BYTES = 1200;

  private static final MessageReader<KeyMessages.PublicKey> READER =
      new MessageReader<>("a public key", KeyMessages.PublicKey.parser(), MAX_ENCODED_BYTES);

  private final KeyType type;
  private final byte[] data;
  private final byte[] encoded;
  private final PeerId peerId;

  PublicKey(KeyType type, byte[] data) {
    this.type = type;
    this.data = data;
    this.encoded =
        KeyMessages.PublicKey.newBuilder()
            .setType(type.wire())
            .setData(UnsafeByteOperations.unsafeWrap(data))
            .build()
            .toByteArray();
    this.peerId = PeerId.ofKey(encoded);
  }

  /**
   * Reads an encoded form that fills an array.
   *
   * @throws MalformedMessageException if it is not the encoded form of a usable key
   */
  public static PublicKey decode(byte[] encoded) {
    KeyMessages.PublicKey message = READER.read(encoded);
    PublicKey key = of(KeyType.of(message.getType()), message.getData().toByteArray());
    if (!Arrays.equals(encoded, key.encoded)) {
      throw new MalformedMessageException(
          NOT_CANONICAL, "a public key is not in its one encoded form");
    }
    return key;
  }

  /**
   * Takes a key out of a peer id that holds one.
   *
   * @throws MalformedMessageException if what it holds is not a usable key
   */
  public static Optional<PublicKey> inlineIn(PeerId peer) {
    return peer.inlineKey().map(PublicKey::decode);
  }

  /**
   * Makes a key of its type's own form.
   *
   * @param data as drawn above; copied
   * @throws MalformedMessageException if it is not a usable key of that type
   */
  public static PublicKey of(KeyType type, byte[] data) {
    return switch (type) {
      case ED25519 -> Ed25519PublicKey.of(data);
      case SECP256K1 -> Secp256k1PublicKey.of(data);
      case ECDSA -> EcdsaPublicKey.of(data);
      case RSA -> RsaPublicKey.of(data);
    };
  }

  /**
   * Tells whether a signature of a message was made with the other half of this key. Pure
   * computing, which waits for nothing; a signature that cannot even be read is just a wrong one.
   */
  public abstract boolean verify(byte[] message, byte[] signature);

  /** Returns the scheme. */
  public final KeyType type() {
    return type;
  }

  /** Returns the key in its type's own form, in a new array. */
  public final byte[] data() {
    return data.clone();
  }

  /** Returns the encoded form in a new array. */
  public final byte[] encode() {
    return encoded.clone();
  }

  /** Returns the name of the peer that has this key. */
  public final PeerId peerId() {
    return peerId;
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof PublicKey that && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public final int hashCode() {
    return peerId.hashCode();
  }

  /** Returns the type and the peer's name. */
  @Override
  public final String toString() {
    return type + " key of " + peerId;
  }
}

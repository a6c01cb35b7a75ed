package io.tributary.libp2p.identity;

import io.tributary.libp2p.wire.KeyMessages;

/**
 * A signature scheme that identifies a peer.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#key-types">Key
 *     Types</a>
 */
public enum KeyType {
  /** RSASSA-PKCS1-v1_5 with SHA-256, 2048 to 8192 bits. */
  RSA(KeyMessages.KeyType.RSA),
  /** Ed25519, the default and the only one that every peer understands. */
  ED25519(KeyMessages.KeyType.ED25519),
  /** ECDSA with SHA-256 on secp256k1. */
  SECP256K1(KeyMessages.KeyType.SECP256K1),
  /** ECDSA with SHA-256 on P-256. */
  ECDSA(KeyMessages.KeyType.ECDSA);

  private final KeyMessages.KeyType wire;

  KeyType(KeyMessages.KeyType wire) {
    this.wire = wire;
  }

  static KeyType of(KeyMessages.KeyType wire) {
    return switch (wire) {
      case RSA -> RSA;
      case ED25519 -> ED25519;
      case SECP256K1 -> SECP256K1;
      case ECDSA -> ECDSA;
    };
  }

  KeyMessages.KeyType wire() {
    return wire;
  }

  /** Returns the number that stands for this in encoded keys. */
  public int code() {
    return wire.getNumber();
  }
}

package io.tributary.libp2p.identity;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;

import io.tributary.libp2p.multiformats.MalformedMessageException;
import java.util.Optional;

/** A key of RFC 8032. */
final class Ed25519PublicKey extends PublicKey {
  private final Ed25519.Verifier verifier;

  private Ed25519PublicKey(byte[] data, Ed25519.Verifier verifier) {
    super(KeyType.ED25519, data);
    this.verifier = verifier;
  }

  static Ed25519PublicKey of(byte[] data) {
    byte[] point = data.clone();
    return Optional.of(point)
        .filter(bytes -> bytes.length == Ed25519.KEY_BYTES)
        .flatMap(Ed25519Provider.FASTEST::verifier)
        .map(verifier -> new Ed25519PublicKey(point, verifier))
        .orElseThrow(
            () ->
                new MalformedMessageException(
                    BAD_VALUE,
                    "an Ed25519 key is " + Ed25519.KEY_BYTES + " bytes of a point on the curve"));
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return signature.length == Ed25519.SIGNATURE_BYTES && verifier.verify(message, signature);
  }
}

package io.tributary.libp2p.security.noise;

import com.google.protobuf.UnsafeByteOperations;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import io.tributary.libp2p.wire.MessageReader;
import io.tributary.libp2p.wire.NoiseMessages.NoiseExtensions;
import io.tributary.libp2p.wire.NoiseMessages.NoiseHandshakePayload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a peer says of itself in message 2 or 3: its identity key, the proof that the Noise static
 * key of this handshake belongs to it, and the muxers it supports.
 *
 * <pre>
 *  NoiseHandshakePayload (protobuf)
 *    1 identity_key   bytes     the encoded public key
 *    2 identity_sig   bytes     by that key, over "noise-libp2p-static-key:" + static key (32)
 *    4 extensions     message
 *        1 webtransport_certhashes  repeated bytes    not sent, ignored
 *        2 stream_muxers            repeated string   in order of preference
 * </pre>
 *
 * @param identity the peer's key, by which the signature has been verified
 * @param muxers the peer's muxers; empty if it named none
 * @see <a
 *     href="https://github.com/libp2p/specs/blob/master/noise/README.md#the-libp2p-handshake-payload">The
 *     libp2p Handshake Payload</a>
 */
record HandshakePayload(PublicKey identity, List<String> muxers) {
  /** The most muxers a peer may name; more is no honest list. */
  static final int MAX_MUXERS = 32;

  private static final byte[] SIGNATURE_PREFIX =
      "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);

  private static final MessageReader<NoiseHandshakePayload> READER =
      new MessageReader<>(
          "a Noise handshake payload",
          NoiseHandshakePayload.parser(),
          NoiseHandshakeHandler.MAX_MESSAGE_BYTES);

  HandshakePayload {
    muxers = List.copyOf(muxers);
  }

  /** Returns the encoded payload of a peer, signed by its identity key. */
  static byte[] encode(PrivateKey identity, byte[] staticKey, List<String> muxers) {
    NoiseHandshakePayload.Builder payload =
        NoiseHandshakePayload.newBuilder()
            .setIdentityKey(UnsafeByteOperations.unsafeWrap(identity.publicKey().encode()))
            .setIdentitySig(UnsafeByteOperations.unsafeWrap(identity.sign(signed(staticKey))));
    if (!muxers.isEmpty()) {
      payload.setExtensions(NoiseExtensions.newBuilder().addAllStreamMuxers(muxers));
    }
    return payload.build().toByteArray();
  }

  /**
   * Reads the peer's payload and verifies its signature.
   *
   * @param staticKey the static key that the peer used in this handshake
   * @throws SecureChannelException with {@link Reason#MALFORMED}, {@link Reason#UNSUPPORTED_KEY} or
   *     {@link Reason#BAD_SIGNATURE}
   */
  static HandshakePayload decode(byte[] encoded, byte[] staticKey) throws SecureChannelException {
    NoiseHandshakePayload payload;
    PublicKey identity;
    try {
      payload = READER.read(encoded);
      identity = PublicKey.decode(payload.getIdentityKey().toByteArray());
    } catch (MalformedFormatException e) {
      throw switch (e.reason()) {
        case UNKNOWN_CODE, REFUSED_CODE ->
            new SecureChannelException(Reason.UNSUPPORTED_KEY, "the peer's identity key", e);
        default -> new SecureChannelException(Reason.MALFORMED, "the peer's payload", e);
      };
    }
    List<String> muxers = payload.getExtensions().getStreamMuxersList();
    if (muxers.size() > MAX_MUXERS) {
      throw new SecureChannelException(
          Reason.MALFORMED, muxers.size() + " muxers are named, at most " + MAX_MUXERS + " may be");
    }
    if (!identity.verify(signed(staticKey), payload.getIdentitySig().toByteArray())) {
      throw new SecureChannelException(
          Reason.BAD_SIGNATURE,
          "the static key is not signed by the identity key of " + identity.peerId());
    }
    return new HandshakePayload(identity, muxers);
  }

  private static byte[] signed(byte[] staticKey) {
    byte[] message = Arrays.copyOf(SIGNATURE_PREFIX, SIGNATURE_PREFIX.length + staticKey.length);
    System.arraycopy(staticKey, 0, message, SIGNATURE_PREFIX.length, staticKey.length);
    return message;
  }
}

package io.tributary.libp2p.identity;

import static io.tributary.libp2p.identity.InvalidEnvelopeException.Reason.MALFORMED;
import static io.tributary.libp2p.identity.InvalidEnvelopeException.Reason.OTHER_TYPE;
import static io.tributary.libp2p.identity.InvalidEnvelopeException.Reason.WRONG_SIGNATURE;

import com.google.protobuf.ByteString;
import io.tributary.libp2p.multiformats.MalformedFormatException;
import io.tributary.libp2p.multiformats.Varint;
import io.tributary.libp2p.wire.EnvelopeMessages.Envelope;
import io.tributary.libp2p.wire.MessageReader;
import java.util.Arrays;

/**
 * A payload with the key and the signature of the peer who vouches for it, which anybody can check
 * without having met that peer.
 *
 * <pre>
 *   sent     protobuf: 1 public key, 2 payload type, 3 payload, 5 signature
 *
 *   signed   +--------+--------+--------+--------------+--------+---------+
 *            | length | domain | length | payload type | length | payload |   lengths are varints
 *            +--------+--------+--------+--------------+--------+---------+
 * </pre>
 *
 * Every instance carries a right signature: one is made only by {@link #seal} and {@link #open}.
 * Immutable.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/RFC/0002-signed-envelopes.md">RFC
 *     0002</a>
 */
public final class SignedEnvelope {
  /** The longest envelope that is read, enough for a peer with over a hundred addresses. */
  public static final int MAX_BYTES = 16 * 1024;

  private static final MessageReader<Envelope> READER =
      new MessageReader<>("a signed envelope", Envelope.parser(), MAX_BYTES);

  private final EnvelopeKind kind;
  private final PublicKey signer;
  private final byte[] payload;
  private final byte[] signature;

  private SignedEnvelope(EnvelopeKind kind, PublicKey signer, byte[] payload, byte[] signature) {
    this.kind = kind;
    this.signer = signer;
    this.payload = payload;
    this.signature = signature;
  }

  /** Signs a payload, which is copied. */
  public static SignedEnvelope seal(PrivateKey signer, EnvelopeKind kind, byte[] payload) {
    byte[] signature = signer.sign(signedBytes(kind, payload));
    return new SignedEnvelope(kind, signer.publicKey(), payload.clone(), signature);
  }

  /**
   * Reads an envelope of a certain kind that fills an array, and checks its signature.
   *
   * @throws InvalidEnvelopeException if it is not one
   */
  public static SignedEnvelope open(byte[] bytes, EnvelopeKind kind) {
    Envelope message;
    PublicKey signer;
    try {
      message = READER.read(bytes);
      if (!Arrays.equals(message.getPayloadType().toByteArray(), kind.payloadType())) {
        throw new InvalidEnvelopeException(
            OTHER_TYPE, "an envelope of " + kind + " was expected, this holds another type");
      }
      signer = PublicKey.decode(message.getPublicKey().toByteArray());
    } catch (MalformedFormatException e) {
      throw new InvalidEnvelopeException(MALFORMED, "an envelope cannot be read", e);
    }
    byte[] payload = message.getPayload().toByteArray();
    byte[] signature = message.getSignature().toByteArray();
    if (!signer.verify(signedBytes(kind, payload), signature)) {
      throw new InvalidEnvelopeException(
          WRONG_SIGNATURE,
          "an envelope of " + kind + " was not signed by " + signer.peerId() + ", as it says");
    }
    return new SignedEnvelope(kind, signer, payload, signature);
  }

  private static byte[] signedBytes(EnvelopeKind kind, byte[] payload) {
    byte[] domain = kind.domainBytes();
    byte[] type = kind.payloadType();
    byte[] out = new byte[prefixedBytes(domain) + prefixedBytes(type) + prefixedBytes(payload)];
    int at = putPrefixed(domain, out, 0);
    at = putPrefixed(type, out, at);
    putPrefixed(payload, out, at);
    return out;
  }

  private static int prefixedBytes(byte[] part) {
    return Varint.size(part.length) + part.length;
  }

  private static int putPrefixed(byte[] part, byte[] out, int offset) {
    int at = Varint.write(part.length, out, offset);
    System.arraycopy(part, 0, out, at, part.length);
    return at + part.length;
  }

  /** Returns what it is for. */
  public EnvelopeKind kind() {
    return kind;
  }

  /** Returns the key it was signed with. */
  public PublicKey signer() {
    return signer;
  }

  /** Returns the payload in a new array. */
  public byte[] payload() {
    return payload.clone();
  }

  /** Returns the form that is sent, in a new array. */
  public byte[] toBytes() {
    return Envelope.newBuilder()
        .setPublicKey(ByteString.copyFrom(signer.encode()))
        .setPayloadType(ByteString.copyFrom(kind.payloadType()))
        .setPayload(ByteString.copyFrom(payload))
        .setSignature(ByteString.copyFrom(signature))
        .build()
        .toByteArray();
  }

  /** Returns the kind and the signer. */
  @Override
  public String toString() {
    return kind + " signed by " + signer.peerId();
  }
}

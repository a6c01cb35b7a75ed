package io.tributary.kademlia.value;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.ValueRecord;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.libp2p.identity.EnvelopeKind;
import io.tributary.libp2p.identity.InvalidEnvelopeException;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.multiformats.PeerId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * A value that its peer vouches for, for a time; of two, the one with the higher sequence holds.
 *
 * <pre>
 *  key      / namespace / peer id [ / name ]
 *
 *  value    a signed envelope, whose payload is
 *
 *  +----------+----------+-----------+---------+-------------+---------------+-------+
 *  | sequence | made     | lives for | name    | namespace   | name          | body  |
 *  | 8 bytes  | 8, ms    | 8, ms     | len, 2  | length, 1   | and namespace |       |
 *  +----------+----------+-----------+---------+-------------+---------------+-------+
 * </pre>
 *
 * Numbers are big-endian and signed, so that a negative one is seen. Namespace and name stand in
 * the payload too, or a value could be moved under another key of its peer. Immutable.
 *
 * @param namespace where it stands
 * @param peer who vouches for it
 * @param name which of the peer's values it is; empty for the only one
 * @param sequence higher is newer
 * @param made when
 * @param life how long it holds from then
 * @param body what it says; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record SignedValue(
    String namespace,
    PeerId peer,
    String name,
    long sequence,
    Instant made,
    Duration life,
    byte[] body) {

  /** The purpose of the envelope. */
  public static final EnvelopeKind KIND =
      EnvelopeKind.of(
          "tributary-dht-value", "/tributary/dht-value".getBytes(StandardCharsets.US_ASCII));

  /** The longest name. */
  public static final int MAX_NAME_BYTES = 256;

  /** The longest body; envelope and key must fit with it. */
  public static final int MAX_BODY_BYTES = 8 * 1024;

  /** Says that a value is refused. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final RefusalReason reason;

    Refused(RefusalReason reason, String message) {
      super(message);
      this.reason = reason;
    }

    /** Why. */
    public RefusalReason reason() {
      return reason;
    }
  }

  public SignedValue {
    if (body.length > MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "a body has at most " + MAX_BODY_BYTES + " bytes, this has " + body.length);
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException("a name has at most " + MAX_NAME_BYTES + " bytes");
    }
  }

  /** The key of a value. */
  public static DhtKey key(String namespace, PeerId peer, String name) {
    byte[] id = peer.toBytes();
    byte[] text = (name.isEmpty() ? "" : "/" + name).getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(id, id.length + text.length);
    System.arraycopy(text, 0, bytes, id.length, text.length);
    return DhtKey.ofValue(namespace, bytes);
  }

  /** The key of this value. */
  public DhtKey key() {
    return key(namespace, peer, name);
  }

  /**
   * Signs it.
   *
   * @throws IllegalArgumentException if the key is another peer's
   */
  public ValueRecord seal(PrivateKey signer) {
    if (!signer.peerId().equals(peer)) {
      throw new IllegalArgumentException(
          "a value of " + peer + " cannot be signed by " + signer.peerId());
    }
    byte[] space = namespace.getBytes(StandardCharsets.UTF_8);
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer payload =
        ByteBuffer.allocate(3 * Long.BYTES + 3 + text.length + space.length + body.length)
            .putLong(sequence)
            .putLong(made.toEpochMilli())
            .putLong(life.toMillis())
            .putShort((short) text.length)
            .put((byte) space.length)
            .put(text)
            .put(space)
            .put(body);
    return new ValueRecord(key(), SignedEnvelope.seal(signer, KIND, payload.array()).toBytes());
  }

  /**
   * Reads a value and checks its signature and that it belongs under its key; not its times.
   *
   * @throws Refused if it does not
   */
  public static SignedValue open(DhtKey key, byte[] bytes) throws Refused {
    SignedEnvelope envelope;
    try {
      envelope = SignedEnvelope.open(bytes, KIND);
    } catch (InvalidEnvelopeException e) {
      throw new Refused(
          e.reason() == InvalidEnvelopeException.Reason.WRONG_SIGNATURE
              ? RefusalReason.WRONG_SIGNATURE
              : RefusalReason.MALFORMED_VALUE,
          String.valueOf(e.getMessage()));
    }
    SignedValue value = decode(envelope);
    if (!value.key().equals(key)) {
      throw new Refused(
          RefusalReason.OTHER_SIGNER, "a value of " + value.peer + " stands under another key");
    }
    return value;
  }

  private static SignedValue decode(SignedEnvelope envelope) throws Refused {
    try {
      ByteBuffer payload = ByteBuffer.wrap(envelope.payload());
      long sequence = payload.getLong();
      Instant made = Instant.ofEpochMilli(payload.getLong());
      Duration life = Duration.ofMillis(payload.getLong());
      byte[] text = new byte[Short.toUnsignedInt(payload.getShort())];
      byte[] space = new byte[Byte.toUnsignedInt(payload.get())];
      payload.get(text).get(space);
      byte[] body = new byte[payload.remaining()];
      payload.get(body);
      return new SignedValue(
          new String(space, StandardCharsets.UTF_8),
          envelope.signer().peerId(),
          new String(text, StandardCharsets.UTF_8),
          sequence,
          made,
          life,
          body);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new Refused(RefusalReason.MALFORMED_VALUE, "the payload ends too early or is too long");
    }
  }
}

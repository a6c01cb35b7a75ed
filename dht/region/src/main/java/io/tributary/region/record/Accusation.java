package io.tributary.region.record;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tributary.libp2p.identity.EnvelopeKind;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.multiformats.Varint;
import io.tributary.region.wire.RecordMessages;
import java.time.Instant;
import java.util.Arrays;

/**
 * A member's signed testimony that another member, as described by a certain record, does not
 * answer. The accused answers it with a newer record.
 *
 * <pre>
 *  protobuf, inside a signed envelope of domain "tributary-accusation" and payload type
 *  82 99 c0 01 (the varint of 0x300c82, of the codes for private use)
 *
 *   1 fixed64 key of the accused       first 8 bytes, big-endian, of the SHA-256 of its peer id
 *   2 int64   sequence of its record   from 1
 *   3 int64   made at, Unix seconds
 * </pre>
 *
 * Every instance carries a right signature. Immutable.
 */
public final class Accusation {
  /** The purpose and the type of the envelope around testimony. */
  public static final EnvelopeKind KIND =
      EnvelopeKind.of("tributary-accusation", Varint.encode(0x300c82));

  /** The longest envelope. */
  public static final int MAX_BYTES = 256;

  private final long accused;
  private final long sequence;
  private final Instant madeAt;
  private final PeerId witness;
  private final long witnessKey;
  private final byte[] envelope;

  private Accusation(long accused, long sequence, Instant madeAt, PeerId witness, byte[] envelope) {
    this.accused = accused;
    this.sequence = sequence;
    this.madeAt = madeAt;
    this.witness = witness;
    this.witnessKey = MemberKey.of(witness);
    this.envelope = envelope;
  }

  /** Testifies against the peer of a record. */
  public static Accusation seal(SignedRecord accused, Instant now, PrivateKey witness) {
    long sequence = accused.record().sequence();
    byte[] payload =
        RecordMessages.Accusation.newBuilder()
            .setAccused(accused.key())
            .setSequence(sequence)
            .setMadeAtSeconds(now.getEpochSecond())
            .build()
            .toByteArray();
    byte[] envelope = SignedEnvelope.seal(witness, KIND, payload).toBytes();
    requireLength(envelope);
    return new Accusation(
        accused.key(),
        sequence,
        Instant.ofEpochSecond(now.getEpochSecond()),
        witness.peerId(),
        envelope);
  }

  /**
   * Reads an envelope that fills an array, and checks its signature.
   *
   * @throws RefusedException if it is no testimony
   */
  public static Accusation open(byte[] bytes) {
    requireLength(bytes);
    SignedEnvelope envelope = Envelopes.open(bytes, KIND);
    RecordMessages.Accusation message;
    try {
      message =
          RecordMessages.Accusation.parser()
              .parseFrom(CodedInputStream.newInstance(envelope.payload()));
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(Refusal.MALFORMED, "testimony cannot be read", e);
    }
    if (message.getSequence() <= 0) {
      throw new RefusedException(
          Refusal.BAD_SEQUENCE, "a sequence begins with 1: " + message.getSequence());
    }
    Validity made = Validity.ofSeconds(message.getMadeAtSeconds(), Validity.MIN_LIFE.toSeconds());
    return new Accusation(
        message.getAccused(),
        message.getSequence(),
        made.issuedAt(),
        envelope.signer().peerId(),
        bytes.clone());
  }

  private static void requireLength(byte[] envelope) {
    if (envelope.length > MAX_BYTES) {
      throw new RefusedException(
          Refusal.TOO_LONG,
          "testimony has at most " + MAX_BYTES + " bytes, this has " + envelope.length);
    }
  }

  /** Returns the {@linkplain MemberKey key} of the accused. */
  public long accused() {
    return accused;
  }

  /** Returns the sequence of the record that the accused was reached by. */
  public long sequence() {
    return sequence;
  }

  /** Returns when it was made, by the witness's clock. */
  public Instant madeAt() {
    return madeAt;
  }

  /** Returns who testifies. */
  public PeerId witness() {
    return witness;
  }

  /** Returns the {@linkplain MemberKey key} of the witness. */
  public long witnessKey() {
    return witnessKey;
  }

  /** Returns the form that is sent, in a new array. */
  public byte[] toBytes() {
    return envelope.clone();
  }

  /** Returns how many bytes are sent. */
  public int sizeBytes() {
    return envelope.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Accusation that && Arrays.equals(envelope, that.envelope);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(envelope);
  }

  /** Returns who accuses whom. */
  @Override
  public String toString() {
    return witness + " accuses " + Long.toHexString(accused) + " #" + sequence;
  }
}

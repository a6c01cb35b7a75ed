package io.tributary.region.record;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import java.util.Arrays;

/**
 * A cacher record with the envelope its own peer has sealed, which can be shown to others.
 *
 * <p>Every instance carries a right signature: one is made only by {@link #seal} and {@link #open}.
 * Immutable.
 */
public final class SignedRecord {
  /**
   * The longest envelope. Five thousand of this length, with what a snapshot adds to each, are less
   * than 2.5 MB.
   */
  public static final int MAX_BYTES = 480;

  private final CacherRecord record;
  private final byte[] envelope;
  private final long key;

  private SignedRecord(CacherRecord record, byte[] envelope, long key) {
    this.record = record;
    this.envelope = envelope;
    this.key = key;
  }

  /**
   * Signs a record.
   *
   * @throws IllegalArgumentException if the key is another peer's
   * @throws RefusedException if the envelope is too long
   */
  public static SignedRecord seal(CacherRecord record, PrivateKey signer) {
    if (!signer.peerId().equals(record.peer())) {
      throw new IllegalArgumentException(
          "a record of " + record.peer() + " cannot be signed by " + signer.peerId());
    }
    byte[] envelope = SignedEnvelope.seal(signer, CacherRecord.KIND, record.encode()).toBytes();
    requireLength(envelope);
    return new SignedRecord(record, envelope, MemberKey.of(record.peer()));
  }

  /**
   * Reads an envelope that fills an array, and checks its signature; not whether it holds now.
   *
   * @throws RefusedException if it is not a record that its own peer has signed
   */
  public static SignedRecord open(byte[] bytes) {
    requireLength(bytes);
    SignedEnvelope envelope = Envelopes.open(bytes, CacherRecord.KIND);
    CacherRecord record = CacherRecord.decode(envelope.payload());
    if (!record.peer().equals(envelope.signer().peerId())) {
      throw new RefusedException(
          Refusal.OTHER_SIGNER,
          "a record of " + record.peer() + " was signed by " + envelope.signer().peerId());
    }
    return new SignedRecord(record, bytes.clone(), MemberKey.of(record.peer()));
  }

  private static void requireLength(byte[] envelope) {
    if (envelope.length > MAX_BYTES) {
      throw new RefusedException(
          Refusal.TOO_LONG,
          "a signed record has at most " + MAX_BYTES + " bytes, this has " + envelope.length);
    }
  }

  /** Returns this with only those addresses that a network can reach. */
  SignedRecord reachableIn(AddressScope scope) {
    if (record.addresses().stream().allMatch(scope::isRoutable)) {
      return this;
    }
    return new SignedRecord(
        record.withAddresses(record.addresses().stream().filter(scope::isRoutable).toList()),
        envelope,
        key);
  }

  /** Returns what is signed; addresses that cannot be reached may be missing from it. */
  public CacherRecord record() {
    return record;
  }

  /** Returns the {@linkplain MemberKey key} of the peer. */
  public long key() {
    return key;
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
    return other instanceof SignedRecord that && Arrays.equals(envelope, that.envelope);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(envelope);
  }

  /** Returns the peer and the sequence. */
  @Override
  public String toString() {
    return record.peer() + " #" + record.sequence();
  }
}

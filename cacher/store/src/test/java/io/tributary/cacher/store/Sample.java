package io.tributary.cacher.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.cacher.store.Fill.Completion;
import io.tributary.content.FragmentHash;
import io.tributary.content.Sha256;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Bytes that a number makes, and their hash. */
public final class Sample {
  private final FragmentHash hash;
  private final byte[] bytes;

  private Sample(FragmentHash hash, byte[] bytes) {
    this.hash = hash;
    this.bytes = bytes;
  }

  /** Makes random bytes from a number. */
  public static Sample of(long number, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(number).nextBytes(bytes);
    return new Sample(new FragmentHash(Sha256.of(bytes)), bytes);
  }

  public FragmentHash hash() {
    return hash;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public int length() {
    return bytes.length;
  }

  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes);
  }

  /** Fills it into a store, where there must be room. */
  public StoredFragment storeIn(FragmentStore store) {
    Fill fill = reserveIn(store);
    fill.write(buffer());
    return ((Completion.Stored) fill.complete()).fragment();
  }

  public Fill reserveIn(FragmentStore store) {
    Reservation reservation = store.reserve(hash, bytes.length);
    assertThat(reservation).isInstanceOf(Reservation.Granted.class);
    return ((Reservation.Granted) reservation).fill();
  }

  public static Refusal refusal(Reservation reservation) {
    assertThat(reservation).isInstanceOf(Reservation.Refused.class);
    return ((Reservation.Refused) reservation).why();
  }
}

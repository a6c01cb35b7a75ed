package io.tributary.cacher.store;

import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A fragment that arrives: room that is filled from the start, hashed as it goes.
 *
 * <p>One thread at a time writes; any may read. Ends with {@link #complete} or {@link #abort}, and
 * only then is the room free for others or the fragment there to be found.
 */
public interface Fill {
  /** What the bytes are to hash to. */
  FragmentHash hash();

  /** How many bytes there will be. */
  int length();

  /** How many bytes have been written; those may be read through a {@link #pin}. */
  int written();

  /**
   * Appends and hashes the remaining bytes of a buffer, which are consumed.
   *
   * @throws IllegalArgumentException if they are more than are still to come; nothing is written
   * @throws IllegalStateException if the fill has ended
   */
  void write(ByteBuffer bytes);

  /**
   * Keeps the room as it is until the pin is closed, for readers who join while it fills: they read
   * below {@link #written} and learn at the end whether the bytes were right. The pin stays good
   * whatever becomes of the fill.
   *
   * @return nothing if the fill has ended or the store is closed
   */
  Optional<Pin> pin();

  /**
   * Ends the fill: stores the fragment if all bytes are there and right, gives up the room if not.
   */
  Completion complete();

  /** Ends the fill and gives up the room. Does nothing if it has ended. */
  void abort();

  /** How a fill ended. */
  sealed interface Completion {
    /**
     * The fragment is stored.
     *
     * @param fragment the fragment
     */
    record Stored(StoredFragment fragment) implements Completion {}

    /** The bytes are right, but it was decided that other fragments are worth more. */
    record Declined() implements Completion {}

    /**
     * The source sent other bytes.
     *
     * @param actual what they hash to
     */
    record WrongHash(Digest actual) implements Completion {}

    /**
     * The source sent too few bytes.
     *
     * @param written how many came
     */
    record Incomplete(int written) implements Completion {}

    /** The fill had ended before. */
    record Ended() implements Completion {}
  }
}

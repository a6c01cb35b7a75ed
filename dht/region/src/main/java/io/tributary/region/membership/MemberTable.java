package io.tributary.region.membership;

import io.tributary.region.record.SignedRecord;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The members by their keys, with the testimony against some of them.
 *
 * <p>An open-addressed table, a few bytes for each member, because a simulation holds thousands of
 * it. A key lies beside the sequence of its record, since most questions are about no more than
 * these. Keys are mixed with a secret number, so that nobody can choose keys that meet. Not
 * thread-safe.
 */
final class MemberTable {
  /** The slot of nobody. */
  static final int NOBODY = -1;

  private static final int INITIAL_SLOTS = 32;
  private static final int RANDOM_TRIES = 32;

  private final long secret;

  /** For each slot a key and a sequence; the sequence is 0 if the slot is free. */
  private long[] index = new long[2 * INITIAL_SLOTS];

  private @Nullable SignedRecord[] records = new SignedRecord[INITIAL_SLOTS];
  private @Nullable Doubt @Nullable [] doubts;
  private int size;
  private int doubted;

  MemberTable(long secret) {
    this.secret = secret;
  }

  int size() {
    return size;
  }

  /** How many have testimony against them. */
  int doubted() {
    return doubted;
  }

  private int home(long key) {
    return (int) Digests.mix(key ^ secret) & (records.length - 1);
  }

  /** The slot of a member, or {@link #NOBODY}. It holds until the next change. */
  int find(long key) {
    int slot = place(key);
    return isTaken(slot) ? slot : NOBODY;
  }

  /** The slot of a key, or the free one where it would go. */
  private int place(long key) {
    int mask = records.length - 1;
    int slot = home(key);
    while (isTaken(slot) && index[2 * slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** The record in a slot that {@link #find} gave. */
  SignedRecord record(int slot) {
    SignedRecord there = records[slot];
    if (there == null) {
      throw new IllegalStateException("no member in slot " + slot);
    }
    return there;
  }

  /** The key of the member in a slot that is taken. */
  long key(int slot) {
    return index[2 * slot];
  }

  /** The sequence of the record in a slot that is taken. */
  long sequence(int slot) {
    return index[2 * slot + 1];
  }

  /** The testimony against the member in a slot, if there is any. */
  @Nullable Doubt doubt(int slot) {
    @Nullable Doubt[] all = doubts;
    return all == null ? null : all[slot];
  }

  boolean isCondemned(int slot) {
    Doubt doubt = doubt(slot);
    return doubt != null && doubt.isCondemned();
  }

  /** Sets the testimony against the member in a slot. */
  void doubt(int slot, Doubt doubt) {
    @Nullable Doubt[] all = doubts;
    if (all == null) {
      all = new Doubt[records.length];
      doubts = all;
    }
    if (all[slot] == null) {
      doubted++;
    }
    all[slot] = doubt;
  }

  /** Adds a record, or puts it in the place of the member's former one, cleared of testimony. */
  void put(SignedRecord record) {
    int slot = place(record.key());
    if (isTaken(slot)) {
      clearDoubt(slot);
    } else {
      if ((size + 1) * 4 > records.length * 3) {
        grow();
        slot = place(record.key());
      }
      size++;
    }
    set(slot, record);
  }

  private void set(int slot, SignedRecord record) {
    index[2 * slot] = record.key();
    index[2 * slot + 1] = record.record().sequence();
    records[slot] = record;
  }

  private void clearDoubt(int slot) {
    @Nullable Doubt[] all = doubts;
    if (all != null && all[slot] != null) {
      all[slot] = null;
      doubted--;
    }
  }

  private void grow() {
    @Nullable SignedRecord[] oldRecords = records;
    @Nullable Doubt[] oldDoubts = doubts;
    records = new SignedRecord[oldRecords.length * 2];
    index = new long[2 * records.length];
    doubts = null;
    doubted = 0;
    for (int slot = 0; slot < oldRecords.length; slot++) {
      SignedRecord record = oldRecords[slot];
      if (record != null) {
        int at = place(record.key());
        set(at, record);
        Doubt doubt = oldDoubts == null ? null : oldDoubts[slot];
        if (doubt != null) {
          doubt(at, doubt);
        }
      }
    }
  }

  /** Removes the member in a slot, and closes the gap so that searches need no tombstones. */
  void remove(int slot) {
    int mask = records.length - 1;
    clearDoubt(slot);
    size--;
    int gap = slot;
    for (int next = (slot + 1) & mask; isTaken(next); next = (next + 1) & mask) {
      if (((next - home(key(next))) & mask) >= ((next - gap) & mask)) {
        set(gap, record(next));
        @Nullable Doubt[] all = doubts;
        if (all != null) {
          all[gap] = all[next];
          all[next] = null;
        }
        gap = next;
      }
    }
    index[2 * gap] = 0;
    index[2 * gap + 1] = 0;
    records[gap] = null;
  }

  /** How many slots there are, to walk over them with {@link #isTaken}. */
  int slots() {
    return records.length;
  }

  boolean isTaken(int slot) {
    return index[2 * slot + 1] != 0;
  }

  void forEach(Consumer<SignedRecord> action) {
    for (SignedRecord record : records) {
      if (record != null) {
        action.accept(record);
      }
    }
  }

  /** The slot of any one member that fits, each with about the same chance, or {@link #NOBODY}. */
  int random(SplittableRandom random, IntPredicate fits) {
    for (int i = 0; i < RANDOM_TRIES; i++) {
      int slot = random.nextInt(records.length);
      if (isTaken(slot) && fits.test(slot)) {
        return slot;
      }
    }
    int chosen = NOBODY;
    int seen = 0;
    for (int slot = 0; slot < records.length; slot++) {
      if (isTaken(slot) && fits.test(slot) && random.nextInt(++seen) == 0) {
        chosen = slot;
      }
    }
    return chosen;
  }
}

package io.tributary.region.membership;

import io.tributary.region.record.SignedRecord;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The members by their keys, with the testimony against some of them.
 *
 * <p>An open-addressed table of references, a few bytes for each member, because a simulation holds
 * thousands of it. Keys are mixed with a secret number, so that nobody can choose keys that meet.
 * Not thread-safe.
 */
final class MemberTable {
  /** The slot of nobody. */
  static final int NOBODY = -1;

  private static final int INITIAL_SLOTS = 32;
  private static final int RANDOM_TRIES = 32;

  private final long secret;
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
    int mask = records.length - 1;
    for (int slot = home(key); ; slot = (slot + 1) & mask) {
      SignedRecord there = records[slot];
      if (there == null) {
        return NOBODY;
      }
      if (there.key() == key) {
        return slot;
      }
    }
  }

  /** The record in a slot that {@link #find} gave. */
  SignedRecord record(int slot) {
    SignedRecord there = records[slot];
    if (there == null) {
      throw new IllegalStateException("no member in slot " + slot);
    }
    return there;
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
    int slot = find(record.key());
    if (slot != NOBODY) {
      records[slot] = record;
      clearDoubt(slot);
      return;
    }
    if ((size + 1) * 4 > records.length * 3) {
      grow();
    }
    records[free(record.key())] = record;
    size++;
  }

  private int free(long key) {
    int mask = records.length - 1;
    int slot = home(key);
    while (records[slot] != null) {
      slot = (slot + 1) & mask;
    }
    return slot;
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
    doubts = null;
    doubted = 0;
    for (int slot = 0; slot < oldRecords.length; slot++) {
      SignedRecord record = oldRecords[slot];
      if (record != null) {
        int at = free(record.key());
        records[at] = record;
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
    records[slot] = null;
    size--;
    int gap = slot;
    for (int next = (slot + 1) & mask; ; next = (next + 1) & mask) {
      SignedRecord record = records[next];
      if (record == null) {
        return;
      }
      int home = home(record.key());
      if (((next - home) & mask) >= ((next - gap) & mask)) {
        records[gap] = record;
        records[next] = null;
        @Nullable Doubt[] all = doubts;
        if (all != null) {
          all[gap] = all[next];
          all[next] = null;
        }
        gap = next;
      }
    }
  }

  /** How many slots there are, to walk over them with {@link #isTaken}. */
  int slots() {
    return records.length;
  }

  boolean isTaken(int slot) {
    return records[slot] != null;
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
      if (records[slot] != null && fits.test(slot)) {
        return slot;
      }
    }
    int chosen = NOBODY;
    int seen = 0;
    for (int slot = 0; slot < records.length; slot++) {
      if (records[slot] != null && fits.test(slot) && random.nextInt(++seen) == 0) {
        chosen = slot;
      }
    }
    return chosen;
  }
}

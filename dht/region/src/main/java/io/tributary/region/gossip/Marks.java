package io.tributary.region.gossip;

import java.util.Arrays;

/**
 * What a node holds about some members: for each its key, the sequence of its record, and a
 * fingerprint of the testimony against that record.
 *
 * <p>In a want, sequence 0 says that nothing is held. Immutable.
 */
public final class Marks {
  /** The most members one message tells of. */
  public static final int MAX = 1024;

  /** The fingerprint of no testimony. */
  public static final int NO_DOUBT = 0;

  /** Nothing. */
  public static final Marks NONE = new Marks(new long[0], new long[0], new int[0]);

  private final long[] keys;
  private final long[] sequences;
  private final int[] doubts;

  private Marks(long[] keys, long[] sequences, int[] doubts) {
    this.keys = keys;
    this.sequences = sequences;
    this.doubts = doubts;
  }

  /** Returns how many members these tell of. */
  public int size() {
    return keys.length;
  }

  /** Returns the key of a member. */
  public long key(int index) {
    return keys[index];
  }

  /** Returns the sequence of a member's record. */
  public long sequence(int index) {
    return sequences[index];
  }

  /** Returns the fingerprint of the testimony against a member. */
  public int doubt(int index) {
    return doubts[index];
  }

  boolean hasDoubts() {
    for (int doubt : doubts) {
      if (doubt != NO_DOUBT) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Marks that
        && Arrays.equals(keys, that.keys)
        && Arrays.equals(sequences, that.sequences)
        && Arrays.equals(doubts, that.doubts);
  }

  @Override
  public int hashCode() {
    return (Arrays.hashCode(keys) * 31 + Arrays.hashCode(sequences)) * 31 + Arrays.hashCode(doubts);
  }

  /** Returns how many there are. */
  @Override
  public String toString() {
    return size() + " marks";
  }

  /** Collects marks up to a limit. Not thread-safe. */
  public static final class Builder {
    private final int limit;
    private long[] keys = new long[8];
    private long[] sequences = new long[8];
    private int[] doubts = new int[8];
    private int size;

    /**
     * @param limit how many are taken, at most {@value Marks#MAX}
     */
    public Builder(int limit) {
      if (limit < 0 || limit > MAX) {
        throw new IllegalArgumentException("at most " + MAX + " marks, not " + limit);
      }
      this.limit = limit;
    }

    /** Adds one, unless the limit is reached. */
    public void add(long key, long sequence, int doubt) {
      if (size == limit) {
        return;
      }
      if (size == keys.length) {
        keys = Arrays.copyOf(keys, size * 2);
        sequences = Arrays.copyOf(sequences, size * 2);
        doubts = Arrays.copyOf(doubts, size * 2);
      }
      keys[size] = key;
      sequences[size] = sequence;
      doubts[size] = doubt;
      size++;
    }

    /** Tells whether no more are taken. */
    public boolean isFull() {
      return size == limit;
    }

    /** Returns how many were added. */
    public int size() {
      return size;
    }

    /** Returns what was added. */
    public Marks build() {
      return size == 0
          ? NONE
          : new Marks(
              Arrays.copyOf(keys, size),
              Arrays.copyOf(sequences, size),
              Arrays.copyOf(doubts, size));
    }
  }
}

package io.tributary.cacher.store;

import io.tributary.cacher.store.Fill.Completion;
import io.tributary.cacher.store.StoredFragment.Verdict;
import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import io.tributary.content.Sha256;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The plainest fragment store: direct buffers and one lock. It forgets everything at the end. */
final class DirectFragmentStore implements FragmentStore {
  private final long limitBytes;
  private final int maxLength;
  private final Map<FragmentHash, Entry> entries = new HashMap<>();
  private boolean isClosed;
  private long pins;

  DirectFragmentStore(long limitBytes, int maxLength) {
    this.limitBytes = limitBytes;
    this.maxLength = maxLength;
  }

  private enum State {
    FILLING,
    STORED,
    REMOVED
  }

  private final class Entry implements StoredFragment, Fill {
    private final FragmentHash hash;
    private final ByteBuffer memory;
    private State state = State.FILLING;
    private boolean hasEnded;
    private int openPins;

    Entry(FragmentHash hash, int length) {
      this.hash = hash;
      this.memory = ByteBuffer.allocateDirect(length);
    }

    @Override
    public FragmentHash hash() {
      return hash;
    }

    @Override
    public int length() {
      return memory.capacity();
    }

    /** As if everything took the same room. */
    @Override
    public long footprint() {
      return maxLength;
    }

    @Override
    public boolean isChecked() {
      return state == State.STORED;
    }

    @Override
    public Optional<Pin> pin() {
      synchronized (entries) {
        if (isClosed || state == State.REMOVED) {
          return Optional.empty();
        }
        openPins++;
        pins++;
        return Optional.of(new EntryPin(this));
      }
    }

    void unpin() {
      synchronized (entries) {
        openPins--;
        pins--;
        if (state == State.REMOVED && openPins == 0) {
          entries.remove(hash, this);
        }
      }
    }

    @Override
    public Verdict check() {
      synchronized (entries) {
        return state == State.STORED && !isClosed ? Verdict.RIGHT : Verdict.GONE;
      }
    }

    @Override
    public boolean remove() {
      synchronized (entries) {
        return !isClosed && state == State.STORED && end();
      }
    }

    private boolean end() {
      state = State.REMOVED;
      if (openPins == 0) {
        entries.remove(hash, this);
      }
      return true;
    }

    @Override
    public int written() {
      return memory.position();
    }

    @Override
    public void write(ByteBuffer bytes) {
      if (hasEnded) {
        throw new IllegalStateException("ended");
      }
      if (bytes.remaining() > memory.remaining()) {
        throw new IllegalArgumentException("too many bytes");
      }
      memory.put(bytes);
    }

    @Override
    public Completion complete() {
      synchronized (entries) {
        if (hasEnded) {
          return new Completion.Ended();
        }
        hasEnded = true;
        if (memory.hasRemaining()) {
          end();
          return new Completion.Incomplete(memory.position());
        }
        Digest actual = Sha256.of(memory.duplicate().flip());
        if (!actual.equals(hash.digest())) {
          end();
          return new Completion.WrongHash(actual);
        }
        state = State.STORED;
        return new Completion.Stored(this);
      }
    }

    @Override
    public void abort() {
      synchronized (entries) {
        if (!hasEnded) {
          hasEnded = true;
          end();
        }
      }
    }
  }

  private static final class EntryPin implements Pin {
    private final Entry entry;
    private boolean isOpen = true;

    EntryPin(Entry entry) {
      this.entry = entry;
    }

    @Override
    public FragmentHash hash() {
      return entry.hash();
    }

    @Override
    public int length() {
      return entry.length();
    }

    @Override
    public ByteBuffer bytes() {
      return entry.memory.asReadOnlyBuffer().clear();
    }

    @Override
    public Optional<FileSpan> file() {
      return Optional.empty();
    }

    @Override
    public synchronized void close() {
      if (isOpen) {
        isOpen = false;
        entry.unpin();
      }
    }
  }

  @Override
  public Reservation reserve(FragmentHash hash, int length) {
    synchronized (entries) {
      if (isClosed) {
        return new Reservation.Refused(Refusal.CLOSED);
      }
      if (length < 1 || length > maxLength) {
        return new Reservation.Refused(Refusal.SIZE);
      }
      Entry present = entries.get(hash);
      if (present != null) {
        return new Reservation.Refused(
            switch (present.state) {
              case FILLING -> Refusal.IN_PROGRESS;
              case STORED -> Refusal.PRESENT;
              case REMOVED -> Refusal.STILL_PINNED;
            });
      }
      if ((entries.size() + 1L) * maxLength > limitBytes) {
        return new Reservation.Refused(Refusal.QUOTA);
      }
      Entry entry = new Entry(hash, length);
      entries.put(hash, entry);
      return new Reservation.Granted(entry);
    }
  }

  @Override
  public List<StoredFragment> fragments() {
    synchronized (entries) {
      return entries.values().stream()
          .filter(entry -> entry.state == State.STORED)
          .<StoredFragment>map(entry -> entry)
          .toList();
    }
  }

  @Override
  public Occupancy occupancy() {
    synchronized (entries) {
      return new Occupancy(
          limitBytes,
          (long) entries.size() * maxLength,
          count(State.REMOVED) * (long) maxLength,
          count(State.STORED),
          count(State.FILLING),
          pins);
    }
  }

  private int count(State state) {
    return (int) entries.values().stream().filter(entry -> entry.state == state).count();
  }

  @Override
  public void close() {
    synchronized (entries) {
      isClosed = true;
    }
  }
}

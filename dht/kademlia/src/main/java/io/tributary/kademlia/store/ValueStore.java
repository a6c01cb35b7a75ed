package io.tributary.kademlia.store;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.key.Position;
import io.tributary.kademlia.message.ValueRecord;
import io.tributary.kademlia.network.RefusalReason;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The values that others have put at this node, each until it expires unless it is put again.
 * Bounded by count and bytes, as {@link ProviderStore} is: near keys before far ones.
 *
 * <p>Knows no rules of values; who puts one here has judged it. Not thread-safe.
 */
public final class ValueStore {

  private static final Duration SLOT = Duration.ofMinutes(1);
  private static final int SLOTS = 512;

  private final Position self;
  private final ValueLimits limits;
  private final Shelf shelf;
  private final InstantSource clock;
  private final TreeMap<Position, Kept> values = new TreeMap<>();
  private final TimingWheel<Kept> wheel;
  private long bytes;

  private static final class Kept extends TimingWheel.Waiting {
    final ValueRecord record;

    Kept(ValueRecord record) {
      this.record = record;
    }

    long bytes() {
      return (long) record.key().length() + record.value().length;
    }
  }

  /**
   * A store with what is on its shelf. Blocks if that is a file.
   *
   * @param self the position of this node
   */
  public ValueStore(Position self, ValueLimits limits, Shelf shelf, InstantSource clock) {
    this.self = self;
    this.limits = limits;
    this.shelf = shelf;
    this.clock = clock;
    this.wheel = new TimingWheel<>(Kept.class, SLOT, SLOTS, clock.millis());
    Records.load(shelf, "values", this::load);
  }

  private void load(DataInputStream in) throws IOException {
    long expiry = in.readLong();
    DhtKey key = DhtKey.of(Records.readBytes(in, DhtKey.MAX_BYTES));
    byte[] value = Records.readBytes(in, ValueRecord.MAX_VALUE_BYTES);
    Kept kept = new Kept(new ValueRecord(key, value));
    if (makeRoom(kept)) {
      keep(kept, Math.min(expiry, clock.millis() + limits.expiry().toMillis()));
    }
  }

  /**
   * Keeps a value in place of the one under its key, for the usual time.
   *
   * @return why not, if it is refused
   */
  public Optional<RefusalReason> put(ValueRecord record) {
    Kept before = values.get(distance(record.key()));
    if (before != null) {
      drop(before);
    }
    Kept kept = new Kept(record);
    if (!makeRoom(kept)) {
      if (before != null) {
        shelf.remove(record.key().toBytes());
      }
      return Optional.of(RefusalReason.STORE_FULL);
    }
    keep(kept, clock.millis() + limits.expiry().toMillis());
    shelf.put(record.key().toBytes(), encode(kept));
    return Optional.empty();
  }

  private boolean makeRoom(Kept wanted) {
    Position distance = distance(wanted.record.key());
    while (values.size() >= limits.values() || bytes + wanted.bytes() > limits.bytes()) {
      Map.Entry<Position, Kept> farthest = values.lastEntry();
      if (farthest == null || farthest.getKey().compareTo(distance) <= 0) {
        return false;
      }
      forget(farthest.getValue());
    }
    return true;
  }

  private void keep(Kept kept, long expiryMillis) {
    values.put(distance(kept.record.key()), kept);
    bytes += kept.bytes();
    wheel.put(kept, expiryMillis);
  }

  private void drop(Kept kept) {
    wheel.remove(kept);
    values.remove(distance(kept.record.key()));
    bytes -= kept.bytes();
  }

  private void forget(Kept kept) {
    drop(kept);
    shelf.remove(kept.record.key().toBytes());
  }

  /** The value under a key. */
  public Optional<ValueRecord> get(DhtKey key) {
    Kept kept = values.get(distance(key));
    return kept == null || kept.dueMillis() <= clock.millis()
        ? Optional.empty()
        : Optional.of(kept.record);
  }

  /** Takes a value away. */
  public void remove(DhtKey key) {
    Kept kept = values.get(distance(key));
    if (kept != null) {
      forget(kept);
    }
  }

  /** Forgets what has expired. To be called about once a minute. */
  public void expire() {
    wheel.turn(clock.millis(), this::forget);
  }

  /** How many values there are. */
  public int size() {
    return values.size();
  }

  /** Bytes of all keys and values. */
  public long bytes() {
    return bytes;
  }

  private Position distance(DhtKey key) {
    return self.distanceTo(key.position());
  }

  private static byte[] encode(Kept kept) {
    return Records.write(
        out -> {
          out.writeLong(kept.dueMillis());
          Records.writeBytes(out, kept.record.key().toBytes());
          Records.writeBytes(out, kept.record.value());
        });
  }
}

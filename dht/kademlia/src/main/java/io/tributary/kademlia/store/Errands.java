package io.tributary.kademlia.store;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.ValueRecord;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this node itself announces or puts again and again, and when each is due next. Not
 * thread-safe.
 */
public final class Errands {

  /** The most of them; more are refused. */
  public static final int MAX_ERRANDS = 1_000_000;

  private static final Duration SLOT = Duration.ofSeconds(10);
  private static final int SLOTS = 512;
  private static final byte PROVIDE = 'p';
  private static final byte PUT = 'v';

  private final Shelf shelf;
  private final Map<DhtKey, Errand> provided = new HashMap<>();
  private final Map<DhtKey, Errand> put = new HashMap<>();
  private final TimingWheel<Errand> wheel;
  private final InstantSource clock;

  /** One thing to do again and again. */
  public static final class Errand extends TimingWheel.Waiting {
    private final DhtKey key;
    private final Optional<byte[]> value;

    Errand(DhtKey key, Optional<byte[]> value) {
      this.key = key;
      this.value = value;
    }

    /** The key to announce or put under. */
    public DhtKey key() {
      return key;
    }

    /** The value to put; empty if the node is to be announced as a provider. */
    public Optional<byte[]> value() {
      return value;
    }
  }

  /** Errands as they are on a shelf. Blocks if that is a file. */
  public Errands(Shelf shelf, InstantSource clock) {
    this.shelf = shelf;
    this.clock = clock;
    this.wheel = new TimingWheel<>(Errand.class, SLOT, SLOTS, clock.millis());
    Records.load(shelf, "announcements", this::load);
  }

  private void load(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    long due = in.readLong();
    DhtKey key = DhtKey.of(Records.readBytes(in, DhtKey.MAX_BYTES));
    if (kind == PROVIDE) {
      enter(provided, new Errand(key, Optional.empty()), due);
    } else if (kind == PUT) {
      byte[] value = Records.readBytes(in, ValueRecord.MAX_VALUE_BYTES);
      enter(put, new Errand(key, Optional.of(value)), due);
    } else {
      throw new IOException("kind " + kind);
    }
  }

  private void enter(Map<DhtKey, Errand> kind, Errand errand, long dueMillis) {
    Errand before = kind.put(errand.key, errand);
    if (before != null) {
      wheel.remove(before);
    }
    wheel.put(errand, dueMillis);
  }

  /**
   * Has content announced from now on.
   *
   * @param next when to do it again
   * @throws IllegalStateException beyond {@link #MAX_ERRANDS}
   */
  public void provide(DhtKey key, Duration next) {
    requireRoom(provided, key);
    Errand errand = new Errand(key, Optional.empty());
    enter(provided, errand, clock.millis() + next.toMillis());
    write(errand);
  }

  /**
   * Has a value put from now on.
   *
   * @param next when to do it again
   * @throws IllegalStateException beyond {@link #MAX_ERRANDS}
   */
  public void put(DhtKey key, byte[] value, Duration next) {
    requireRoom(put, key);
    Errand errand = new Errand(key, Optional.of(value));
    enter(put, errand, clock.millis() + next.toMillis());
    write(errand);
  }

  private void requireRoom(Map<DhtKey, Errand> kind, DhtKey key) {
    if (!kind.containsKey(key) && provided.size() + put.size() >= MAX_ERRANDS) {
      throw new IllegalStateException("more than " + MAX_ERRANDS + " announcements");
    }
  }

  /** Has content announced no more. */
  public void stopProviding(DhtKey key) {
    stop(provided.remove(key));
  }

  /** Has a value put no more. */
  public void stopPutting(DhtKey key) {
    stop(put.remove(key));
  }

  private void stop(@Nullable Errand errand) {
    if (errand != null) {
      wheel.remove(errand);
      shelf.remove(id(errand));
    }
  }

  /** Whether content is announced. */
  public boolean isProvided(DhtKey key) {
    return provided.containsKey(key);
  }

  /** Hands out what is due; each comes again after a time unless it is stopped. */
  public void due(Duration again, Consumer<Errand> each) {
    long now = clock.millis();
    wheel.turn(
        now,
        errand -> {
          wheel.put(errand, now + again.toMillis());
          write(errand);
          each.accept(errand);
        });
  }

  /** Has an errand done soon, as after it failed. */
  public void again(Errand errand, Duration soon) {
    Map<DhtKey, Errand> kind = errand.value.isPresent() ? put : provided;
    if (kind.get(errand.key) == errand) {
      wheel.put(errand, clock.millis() + soon.toMillis());
      write(errand);
    }
  }

  /** How many there are. */
  public int size() {
    return provided.size() + put.size();
  }

  private void write(Errand errand) {
    shelf.put(
        id(errand),
        Records.write(
            out -> {
              out.writeByte(errand.value.isPresent() ? PUT : PROVIDE);
              out.writeLong(errand.dueMillis());
              Records.writeBytes(out, errand.key.toBytes());
              if (errand.value.isPresent()) {
                Records.writeBytes(out, errand.value.get());
              }
            }));
  }

  private static byte[] id(Errand errand) {
    byte[] key = errand.key.toBytes();
    byte[] id = Arrays.copyOf(key, key.length + 1);
    id[key.length] = errand.value.isPresent() ? PUT : PROVIDE;
    return id;
  }
}

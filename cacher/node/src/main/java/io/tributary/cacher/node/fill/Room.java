package io.tributary.cacher.node.fill;

import io.netty.util.IllegalReferenceCountException;
import io.tributary.cacher.node.upstream.Upstream;
import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Pin;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.server.FragmentBody.Progress;
import io.tributary.exchange.server.PinnedBuf;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The room that one fill writes into, and those who read from it meanwhile. Written by one thread
 * at a time, under its flight's lock; read by any.
 */
final class Room {
  /** How many bytes must have come before readers are told again, but for the last. */
  static final int NOTIFY_BYTES = 64 << 10;

  private final Fill fill;
  private final ByteBuffer view;
  private final PinnedBuf bytes;
  private final Consumer<Room> onLeft;
  private final Set<RoomBody> bodies = ConcurrentHashMap.newKeySet();
  private final Set<Upstream> writers = new LinkedHashSet<>();
  private volatile int written;
  private volatile Progress progress = new Progress.Filling();
  private int notifiedBytes;

  /**
   * Room under a pin of its fill.
   *
   * @param onLeft told when a reader has left
   * @param onGone told when nobody reads any more and the flight has let go
   */
  Room(Fill fill, Pin pin, Consumer<Room> onLeft, Runnable onGone) {
    this.fill = fill;
    this.view = pin.bytes();
    this.bytes =
        new PinnedBuf(
            view,
            () -> {
              pin.close();
              onGone.run();
            });
    this.onLeft = onLeft;
  }

  Fill fill() {
    return fill;
  }

  int length() {
    return fill.length();
  }

  int written() {
    return written;
  }

  Progress progress() {
    return progress;
  }

  PinnedBuf bytes() {
    return bytes;
  }

  boolean isFilling() {
    return progress instanceof Progress.Filling;
  }

  boolean hasReaders() {
    return !bodies.isEmpty();
  }

  /** Those whose bytes are in here. */
  Set<Upstream> writers() {
    return writers;
  }

  /** Tells whether bytes are those that are here already, as far as there are any. */
  boolean matches(int position, ByteBuffer others) {
    return view.slice(position, others.remaining()).mismatch(others) < 0;
  }

  /** Appends bytes of an upstream; returns whether readers should be told. */
  boolean write(Upstream writer, ByteBuffer more) {
    writers.add(writer);
    fill.write(more);
    written = fill.written();
    boolean isWorthTelling = written == length() || written - notifiedBytes >= NOTIFY_BYTES;
    if (isWorthTelling) {
      notifiedBytes = written;
    }
    return isWorthTelling;
  }

  /** Says how it ended; readers are to be told. */
  void end(Progress last) {
    progress = last;
  }

  /** Begins to read; nothing if the bytes have been let go of. */
  Optional<RoomBody> open(CacheOutcome outcome) {
    try {
      bytes.retain();
    } catch (IllegalReferenceCountException e) {
      return Optional.empty();
    }
    RoomBody body = new RoomBody(this, outcome);
    bodies.add(body);
    return Optional.of(body);
  }

  void leave(RoomBody body) {
    if (bodies.remove(body)) {
      onLeft.accept(this);
      bytes.release();
    }
  }

  /** Wakes readers who wait. */
  void tell() {
    bodies.forEach(RoomBody::wake);
  }

  /** The flight lets go of the bytes; readers still hold them. */
  void release() {
    bytes.release();
  }
}

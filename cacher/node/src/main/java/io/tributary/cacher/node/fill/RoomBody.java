package io.tributary.cacher.node.fill;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.server.FragmentBody;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** One who reads a fragment while it is filled. Read on one event loop, woken by any thread. */
final class RoomBody implements FragmentBody {
  private final Room room;
  private final CacheOutcome outcome;
  private final AtomicReference<Optional<Runnable>> waiting =
      new AtomicReference<>(Optional.empty());

  /** How many bytes there were when none could be read; not looked at while the reader has some. */
  private int dryBytes = Integer.MAX_VALUE;

  RoomBody(Room room, CacheOutcome outcome) {
    this.room = room;
    this.outcome = outcome;
  }

  @Override
  public CacheOutcome outcome() {
    return outcome;
  }

  @Override
  public int fragmentBytes() {
    return room.length();
  }

  @Override
  public int readable(int offset) {
    int written = room.written();
    // Bytes that are known to be wrong are not worth sending.
    int readable = room.progress() instanceof Progress.Aborted ? 0 : Math.max(0, written - offset);
    dryBytes = readable == 0 ? written : Integer.MAX_VALUE;
    return readable;
  }

  @Override
  public ByteBuf read(int offset, int bytes) {
    return room.bytes().retainedSlice(offset, bytes);
  }

  @Override
  public Progress progress() {
    return room.progress();
  }

  @Override
  public void onProgress(Runnable task) {
    waiting.set(Optional.of(task));
    if (!room.isFilling() || room.written() > dryBytes) {
      wake();
    }
  }

  void wake() {
    waiting.getAndSet(Optional.empty()).ifPresent(Runnable::run);
  }

  @Override
  public void close() {
    waiting.set(Optional.empty());
    room.leave(this);
  }
}

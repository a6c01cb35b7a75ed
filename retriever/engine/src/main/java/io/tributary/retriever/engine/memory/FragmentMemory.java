package io.tributary.retriever.engine.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.tributary.content.Layout;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The direct memory of an engine: room is granted before a byte is asked of anybody, first come
 * first served, and comes back when the last reader has released what was made in it. Thread-safe.
 */
public final class FragmentMemory {

  /*
   * Why there are three pools
   * -------------------------
   * A column that is fetched directly takes room for itself. Who has to decode needs room for several
   * columns at once, while it may hold some already: if all room were one pool, some who hold a part
   * and wait for the rest could wait for each other for ever. So
   *
   *   DIRECT   gives room to columns that are fetched directly. They wait for sources and readers only.
   *   DECODING gives who begins to decode all that it needs for that, as one. Who holds of DIRECT may
   *            wait for it; who holds of it waits for nothing but sources.
   *   RESCUE   gives who decodes and finds that it needs more, since sources failed, as much as anybody
   *            can need. It is as large as that, so one is always at work.
   */

  /** What room is taken for. */
  public enum Pool {
    /** A column that is fetched. */
    DIRECT,
    /** Others from which to decode, and what is decoded. */
    DECODING,
    /** What is missing while decoding, because sources failed. */
    RESCUE
  }

  /**
   * The most that one segment can need to decode: four columns to decode from, and four decoded.
   */
  public static final long MAX_NEED_BYTES = 2L * Layout.DATA_COLUMNS * Layout.FRAGMENT_BYTES;

  private final Room direct;
  private final Room decoders;
  private final Room rescue;
  private final ArrayDeque<ByteBuffer> spare = new ArrayDeque<>();
  private final long maxBytes;

  /**
   * Empty memory.
   *
   * @param maxBytes all that is ever taken; at least twice {@link #MAX_NEED_BYTES}
   */
  public FragmentMemory(long maxBytes) {
    if (maxBytes < 2 * MAX_NEED_BYTES) {
      throw new IllegalArgumentException(maxBytes + " bytes are too few");
    }
    this.maxBytes = maxBytes;
    long decoding = Math.max(MAX_NEED_BYTES / 2, (maxBytes - MAX_NEED_BYTES) / 3);
    this.rescue = new Room(MAX_NEED_BYTES);
    this.decoders = new Room(decoding);
    this.direct = new Room(maxBytes - MAX_NEED_BYTES - decoding);
  }

  private Room room(Pool pool) {
    return switch (pool) {
      case DIRECT -> direct;
      case DECODING -> decoders;
      case RESCUE -> rescue;
    };
  }

  /**
   * Takes room.
   *
   * @param bytes how much; more than the pool has is cut to that
   * @return completed when it is there, on the thread that gave it back; to cancel it waits no
   *     longer, and who finds that it cannot be cancelled any more has the lease to close
   */
  public CompletableFuture<Lease> take(Pool pool, long bytes) {
    return room(pool).take(bytes);
  }

  /** Takes room if it is there and nobody waits for it. */
  public Optional<Lease> tryTake(Pool pool, long bytes) {
    return room(pool).tryTake(bytes);
  }

  /** How much is taken. */
  public long heldBytes() {
    return direct.held() + decoders.held() + rescue.held();
  }

  /** How much may be taken. */
  public long maxBytes() {
    return maxBytes;
  }

  /** How many wait for room. */
  public int waiting() {
    return direct.waiting() + decoders.waiting() + rescue.waiting();
  }

  private ByteBuf allocate(int bytes, Runnable onFreed) {
    if (bytes != Layout.FRAGMENT_BYTES) {
      ByteBuf pooled = PooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
      return new CountedBuf(
          pooled.nioBuffer(0, bytes),
          () -> {
            pooled.release();
            onFreed.run();
          });
    }
    ByteBuffer reused;
    synchronized (spare) {
      reused = spare.poll();
    }
    ByteBuffer memory = reused == null ? ByteBuffer.allocateDirect(bytes) : reused;
    return new CountedBuf(
        memory.duplicate(),
        () -> {
          // Room is counted, so there are never more spare ones than may be held at once.
          synchronized (spare) {
            spare.push(memory);
          }
          onFreed.run();
        });
  }

  /** Room that was granted. Thread-safe. */
  public final class Lease implements AutoCloseable {
    private final Room room;
    private long freeBytes;
    private boolean isClosed;

    private Lease(Room room, long bytes) {
      this.room = room;
      this.freeBytes = bytes;
    }

    /**
     * Makes a buffer in it.
     *
     * @return nothing if there is no room for it left, or this is closed
     */
    public Optional<ByteBuf> buffer(int bytes) {
      synchronized (this) {
        if (isClosed || freeBytes < bytes) {
          return Optional.empty();
        }
        freeBytes -= bytes;
      }
      return Optional.of(allocate(bytes, () -> giveBack(bytes)));
    }

    private void giveBack(int bytes) {
      synchronized (this) {
        if (!isClosed) {
          freeBytes += bytes;
          return;
        }
      }
      room.giveBack(bytes);
    }

    /** How much of it is free. */
    public synchronized long freeBytes() {
      return freeBytes;
    }

    /** Gives back what is free now, and the rest as its buffers are released. */
    @Override
    public void close() {
      long free;
      synchronized (this) {
        if (isClosed) {
          return;
        }
        isClosed = true;
        free = freeBytes;
      }
      room.giveBack(free);
    }
  }

  /** One pool. */
  private final class Room {
    private final long capacity;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private long free;

    private record Waiting(long bytes, CompletableFuture<Lease> lease) {}

    Room(long capacity) {
      this.capacity = capacity;
      this.free = capacity;
    }

    CompletableFuture<Lease> take(long wanted) {
      long bytes = Math.min(wanted, capacity);
      CompletableFuture<Lease> granted = new CompletableFuture<>();
      synchronized (this) {
        if (!queue.isEmpty() || free < bytes) {
          queue.add(new Waiting(bytes, granted));
        } else {
          free -= bytes;
          granted.complete(new Lease(this, bytes));
        }
      }
      // One that waits no longer may have kept smaller ones waiting.
      var unused =
          granted.whenComplete(
              (lease, failure) -> {
                if (failure != null) {
                  serve();
                }
              });
      return granted;
    }

    synchronized Optional<Lease> tryTake(long wanted) {
      long bytes = Math.min(wanted, capacity);
      if (!queue.isEmpty() || free < bytes) {
        return Optional.empty();
      }
      free -= bytes;
      return Optional.of(new Lease(this, bytes));
    }

    void giveBack(long bytes) {
      synchronized (this) {
        free += bytes;
      }
      serve();
    }

    private void serve() {
      List<Waiting> served = new ArrayList<>();
      synchronized (this) {
        while (true) {
          Waiting first = queue.peek();
          if (first == null) {
            break;
          }
          if (first.lease().isDone()) {
            queue.remove();
          } else if (first.bytes() <= free) {
            queue.remove();
            free -= first.bytes();
            served.add(first);
          } else {
            break;
          }
        }
      }
      for (Waiting next : served) {
        Lease lease = new Lease(this, next.bytes());
        if (!next.lease().complete(lease)) {
          lease.close();
        }
      }
    }

    synchronized long held() {
      return capacity - free;
    }

    synchronized int waiting() {
      return (int) queue.stream().filter(each -> !each.lease().isDone()).count();
    }
  }

  /** Bytes that are not Netty's to free. */
  private static final class CountedBuf extends UnpooledDirectByteBuf {
    private @Nullable Runnable onFreed;

    CountedBuf(ByteBuffer bytes, Runnable onFreed) {
      super(UnpooledByteBufAllocator.DEFAULT, bytes, bytes.remaining());
      this.onFreed = onFreed;
    }

    @Override
    protected void deallocate() {
      super.deallocate();
      Runnable freed = onFreed;
      onFreed = null;
      if (freed != null) {
        freed.run();
      }
    }
  }
}

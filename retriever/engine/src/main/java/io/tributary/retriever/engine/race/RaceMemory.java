package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.content.Layout;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.engine.memory.FragmentMemory.Lease;
import io.tributary.retriever.engine.memory.FragmentMemory.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The memory that one race holds or waits for: a buffer for each column that is fetched for itself,
 * and a lease for all that decoding takes. Confined to its race.
 */
final class RaceMemory {
  private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

  /** How often those who wait for columns are told that memory for them is short. */
  private static final Duration SHORT_EACH = Duration.ofMillis(250);

  private final Board board;
  private @Nullable CompletableFuture<Lease> decodeMemory;
  private @Nullable Lease decodeLease;
  private @Nullable Lease rescueLease;

  RaceMemory(Board board) {
    this.board = board;
  }

  private int length() {
    return board.key().length();
  }

  // For a column that is fetched for itself

  /** Whether a column's memory is waited for. */
  boolean isAwaited(Column column) {
    return column.memory != null && !column.memory.isDone();
  }

  /** Begins to wait for a column's memory, unless that was begun; returns whether it is there. */
  boolean isThere(Column column) {
    if (column.memory == null) {
      CompletableFuture<Lease> memory = board.parts().memory().take(Pool.DIRECT, length());
      column.memory = memory;
      await(memory, "memory for a fragment");
    }
    return !isAwaited(column);
  }

  /** The buffer that was waited for; the column holds no memory afterwards. */
  Optional<ByteBuf> take(Column column) {
    Lease lease = lease(column.memory);
    Optional<ByteBuf> buffer = lease == null ? Optional.empty() : lease.buffer(length());
    giveBack(column);
    return buffer;
  }

  /** Neither holds nor waits for memory for a column. */
  void giveBack(Column column) {
    CompletableFuture<Lease> memory = column.memory;
    column.memory = null;
    giveBack(memory);
  }

  /** A buffer for what is fetched besides, if there is room without waiting. */
  Optional<ByteBuf> tryTake() {
    return board.parts().memory().tryTake(Pool.DIRECT, length()).flatMap(this::only);
  }

  /** The one buffer of a lease, which ends with it. */
  private Optional<ByteBuf> only(Lease lease) {
    try (lease) {
      return lease.buffer(length());
    }
  }

  // For decoding

  /** Whether memory to decode is waited for. */
  boolean isDecodingAwaited() {
    return decodeMemory != null;
  }

  /**
   * Whether there is room for decoding; if not, the race goes on when there is.
   *
   * @param buffers how many are needed if nothing fails
   */
  boolean hasRoomToDecode(int buffers) {
    if (decodeLease != null) {
      return true;
    }
    if (decodeMemory == null) {
      decodeMemory = board.parts().memory().take(Pool.DECODING, (long) buffers * length());
      await(decodeMemory, "memory to decode");
    }
    Lease lease = lease(decodeMemory);
    if (lease == null) {
      return false;
    }
    decodeMemory = null;
    decodeLease = lease;
    return true;
  }

  /** A buffer to decode from or into; empty if the race has to wait for it. */
  Optional<ByteBuf> decodeBuffer() {
    Optional<ByteBuf> buffer =
        decodeLease == null ? Optional.empty() : decodeLease.buffer(length());
    if (buffer.isPresent()) {
      return buffer;
    }
    if (rescueLease == null) {
      if (decodeMemory == null) {
        decodeMemory =
            board.parts().memory().take(Pool.RESCUE, 2L * Layout.DATA_COLUMNS * length());
        await(decodeMemory, "memory to decode after failures");
      }
      rescueLease = lease(decodeMemory);
      if (rescueLease != null) {
        decodeMemory = null;
      }
    }
    return rescueLease == null ? Optional.empty() : rescueLease.buffer(length());
  }

  /** Waits no longer for memory to decode. */
  void stopWaitingToDecode() {
    giveBack(decodeMemory);
    decodeMemory = null;
  }

  /** Gives back what is left of the memory to decode. */
  void closeDecoding() {
    if (decodeLease != null) {
      decodeLease.close();
      decodeLease = null;
    }
    if (rescueLease != null) {
      rescueLease.close();
      rescueLease = null;
    }
  }

  // Waiting

  /** Has the race go on when memory is there, and fail if it takes too long. */
  private void await(CompletableFuture<Lease> memory, String what) {
    if (memory.isDone()) {
      return;
    }
    tellOfShortness(memory);
    board.after(
        board.parts().memoryWait(),
        () -> {
          if (!memory.isDone()) {
            board.failAll(
                new RetrievalException(
                    RetrievalReason.BUSY,
                    "no " + what + " within " + board.parts().memoryWait(),
                    BUSY_RETRY));
            board.advance();
          }
        });
    var unused = memory.whenComplete((lease, failure) -> board.inTurn(() -> onMemory(memory)));
  }

  /**
   * Tells again and again: what need not give way now may be in the way when its reader is here.
   */
  private void tellOfShortness(CompletableFuture<Lease> memory) {
    board.after(
        SHORT_EACH,
        () -> {
          if (!memory.isDone()) {
            for (Column column : board.columns()) {
              List.copyOf(column.waiters).forEach(Waiter::onMemoryShort);
            }
            tellOfShortness(memory);
          }
        });
  }

  private void onMemory(CompletableFuture<Lease> memory) {
    boolean isMine = decodeMemory == memory || board.mask(column -> column.memory == memory) != 0;
    if (!isMine) {
      Lease late = lease(memory);
      if (late != null) {
        late.close();
      }
    } else if (!board.isLanded()) {
      board.advance();
    }
  }

  private static @Nullable Lease lease(@Nullable CompletableFuture<Lease> taken) {
    return taken != null && taken.isDone() && !taken.isCompletedExceptionally()
        ? taken.join()
        : null;
  }

  private static void giveBack(@Nullable CompletableFuture<Lease> memory) {
    if (memory != null && !memory.cancel(false)) {
      Lease lease = lease(memory);
      if (lease != null) {
        lease.close();
      }
    }
  }
}

package io.tributary.kademlia.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A ring of slots, each for one stretch of time, in which things wait until their time has come.
 *
 * <p>Adding, moving and removing take constant time, and a turn touches only the slots that it
 * passes. What lies farther ahead than the ring is long stays in its slot for another round. Not
 * thread-safe.
 *
 * @param <T> what waits
 */
final class TimingWheel<T extends TimingWheel.Waiting> {

  /** Something that can wait in one wheel at a time. */
  abstract static class Waiting {
    private @Nullable Waiting previous;
    private @Nullable Waiting next;
    private long dueMillis;

    /** When its time comes, in milliseconds of the clock. */
    long dueMillis() {
      return dueMillis;
    }

    private boolean isWaiting() {
      return next != null;
    }

    private void unlink() {
      Waiting before = previous;
      Waiting after = next;
      if (before != null && after != null) {
        before.next = after;
        after.previous = before;
      }
      previous = null;
      next = null;
    }
  }

  private static final class Head extends Waiting {}

  private final long slotMillis;
  private final @Nullable Waiting[] slots;
  private final Class<T> type;
  private long turnedTo;

  /**
   * A wheel that stands at a time.
   *
   * @param slot how long each slot is; what waits comes out up to this much late
   * @param slots how many there are
   */
  TimingWheel(Class<T> type, Duration slot, int slots, long nowMillis) {
    this.type = type;
    this.slotMillis = slot.toMillis();
    this.slots = new @Nullable Waiting[slots];
    this.turnedTo = nowMillis / slotMillis;
  }

  private static void link(Waiting before, Waiting item, Waiting after) {
    item.previous = before;
    item.next = after;
    before.next = item;
    after.previous = item;
  }

  /** Lets something wait, or wait for another time than before. */
  void put(T item, long dueMillis) {
    Waiting waiting = item;
    if (waiting.isWaiting()) {
      waiting.unlink();
    }
    waiting.dueMillis = dueMillis;
    // The slot that is being turned past is over; what is due already comes with the next one.
    long slot = Math.max(turnedTo + 1, Math.floorDiv(dueMillis, slotMillis) + 1);
    int place = place(slot);
    Waiting head = slots[place];
    if (head == null) {
      head = new Head();
      link(head, head, head);
      slots[place] = head;
    }
    Waiting last = head.previous == null ? head : head.previous;
    link(last, waiting, head);
  }

  private int place(long slot) {
    return (int) Math.floorMod(slot, (long) slots.length);
  }

  /** Lets something wait no more. */
  void remove(T item) {
    ((Waiting) item).unlink();
  }

  /** Turns the wheel to a time and hands out what is due, taken out of it. */
  void turn(long nowMillis, Consumer<T> due) {
    long target = nowMillis / slotMillis;
    // After a long sleep one round passes every slot.
    for (long slot = Math.max(turnedTo + 1, target - slots.length + 1); slot <= target; slot++) {
      turnedTo = slot;
      Waiting head = slots[place(slot)];
      if (head != null) {
        empty(head, nowMillis, due);
      }
    }
    turnedTo = Math.max(turnedTo, target);
  }

  private void empty(Waiting head, long nowMillis, Consumer<T> due) {
    List<T> out = new ArrayList<>();
    for (Waiting item = head.next; item != null && item != head; item = item.next) {
      if (item.dueMillis <= nowMillis) {
        out.add(type.cast(item));
      }
    }
    // First all of them, for what is done with one may take another one out.
    out.forEach(this::remove);
    out.forEach(due);
  }
}

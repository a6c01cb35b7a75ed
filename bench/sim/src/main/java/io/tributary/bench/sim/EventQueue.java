package io.tributary.bench.sim;

import io.tributary.libp2p.time.Timekeeper;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is still to happen, in the order of its time and, at one time, of its scheduling.
 *
 * <p>A heap that knows where each event sits, so that a cancelled one leaves at once: most timers
 * are deadlines that are called off.
 */
final class EventQueue {

  /** One thing to happen. */
  static final class Event implements Timekeeper.Timer {
    private static final int GONE = -1;

    private final EventQueue queue;
    final long atNanos;
    private final long number;
    final Runnable task;
    private int place;

    Event(EventQueue queue, long atNanos, long number, Runnable task) {
      this.queue = queue;
      this.atNanos = atNanos;
      this.number = number;
      this.task = task;
    }

    private boolean before(Event other) {
      return atNanos != other.atNanos ? atNanos < other.atNanos : number < other.number;
    }

    @Override
    public void cancel() {
      queue.remove(this);
    }
  }

  private @Nullable Event[] heap = new @Nullable Event[1024];
  private int size;
  private long scheduled;

  Event add(long atNanos, Runnable task) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    Event event = new Event(this, atNanos, scheduled++, task);
    up(event, size++);
    return event;
  }

  Optional<Event> peek() {
    return size == 0 ? Optional.empty() : Optional.of(at(0));
  }

  void remove(Event event) {
    int place = event.place;
    if (place == Event.GONE) {
      return;
    }
    event.place = Event.GONE;
    Event last = at(--size);
    heap[size] = null;
    if (last == event) {
      return;
    }
    if (place > 0 && last.before(at((place - 1) / 2))) {
      up(last, place);
    } else {
      down(last, place);
    }
  }

  int size() {
    return size;
  }

  private Event at(int place) {
    return Objects.requireNonNull(heap[place]);
  }

  private void up(Event event, int from) {
    int place = from;
    while (place > 0) {
      Event parent = at((place - 1) / 2);
      if (!event.before(parent)) {
        break;
      }
      put(parent, place);
      place = (place - 1) / 2;
    }
    put(event, place);
  }

  private void down(Event event, int from) {
    int place = from;
    for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && at(child + 1).before(at(child))) {
        child++;
      }
      if (!at(child).before(event)) {
        break;
      }
      put(at(child), place);
      place = child;
    }
    put(event, place);
  }

  private void put(Event event, int place) {
    heap[place] = event;
    event.place = place;
  }
}

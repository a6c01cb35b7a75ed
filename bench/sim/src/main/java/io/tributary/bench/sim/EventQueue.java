package io.tributary.bench.sim;

import io.tributary.libp2p.time.Timekeeper;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is still to happen, in the order of its time and, at one time, of its scheduling. */
final class EventQueue {

  /*
   * A calendar
   * ----------
   * Time is cut into slices of about a millisecond. Events of the present slice (and of the past, if
   * somebody schedules one there) lie in a small heap; those of the next minute or so in one
   * unordered list per slice, in a ring; later ones in another heap. When the small heap is empty,
   * the ring turns to the next slice with events, whose list is poured into the heap, and what has
   * come within reach of the ring moves there from the heap of later ones.
   *
   * Nearly all events are messages and deadlines that are called off, so they are put into a list
   * and taken out of it at constant cost, where one heap of all would walk down through memory that
   * no cache holds. The order is that of time and number alone, so it does not depend on slices.
   */

  private static final int SLICE_BITS = 20;
  private static final int SLICES = 1 << 16;

  /** One thing to happen. */
  static final class Event implements Timekeeper.Timer {
    private static final int GONE = -1;
    private static final int LISTED = -2;

    private final EventQueue queue;
    final long atNanos;
    private final long number;
    final Runnable task;
    private int place = GONE;
    private @Nullable Event previous;
    private @Nullable Event next;

    Event(EventQueue queue, long atNanos, long number, Runnable task) {
      this.queue = queue;
      this.atNanos = atNanos;
      this.number = number;
      this.task = task;
    }

    private boolean before(Event other) {
      return atNanos != other.atNanos ? atNanos < other.atNanos : number < other.number;
    }

    private long slice() {
      return atNanos >> SLICE_BITS;
    }

    @Override
    public void cancel() {
      queue.remove(this);
    }
  }

  private final Heap present = new Heap();
  private final @Nullable Event[] ring = new @Nullable Event[SLICES];
  private final Heap later = new Heap();
  private long slice;
  private int listed;
  private long scheduled;

  Event add(long atNanos, Runnable task) {
    Event event = new Event(this, atNanos, scheduled++, task);
    if (event.slice() <= slice) {
      present.add(event);
    } else if (event.slice() < slice + SLICES) {
      list(event);
    } else {
      later.add(event);
    }
    return event;
  }

  Optional<Event> peek() {
    if (present.size == 0) {
      turn();
    }
    return present.size == 0 ? Optional.empty() : Optional.of(present.at(0));
  }

  void remove(Event event) {
    if (event.place == Event.LISTED) {
      unlist(event);
    } else if (event.place != Event.GONE) {
      (event.slice() <= slice ? present : later).remove(event);
    }
  }

  int size() {
    return present.size + listed + later.size;
  }

  /** Goes on to the next slice with events, if there is one. */
  private void turn() {
    if (listed > 0) {
      do {
        slice++;
      } while (ring[place(slice)] == null);
    } else if (later.size > 0) {
      slice = later.at(0).slice();
    } else {
      return;
    }
    for (Event event = ring[place(slice)]; event != null; event = ring[place(slice)]) {
      unlist(event);
      present.add(event);
    }
    while (later.size > 0 && later.at(0).slice() < slice + SLICES) {
      Event event = later.at(0);
      later.remove(event);
      if (event.slice() == slice) {
        present.add(event);
      } else {
        list(event);
      }
    }
  }

  private static int place(long slice) {
    return (int) slice & (SLICES - 1);
  }

  private void list(Event event) {
    int place = place(event.slice());
    Event first = ring[place];
    event.place = Event.LISTED;
    event.next = first;
    if (first != null) {
      first.previous = event;
    }
    ring[place] = event;
    listed++;
  }

  private void unlist(Event event) {
    Event previous = event.previous;
    Event next = event.next;
    if (previous == null) {
      ring[place(event.slice())] = next;
    } else {
      previous.next = next;
    }
    if (next != null) {
      next.previous = previous;
    }
    event.previous = null;
    event.next = null;
    event.place = Event.GONE;
    listed--;
  }

  /** A binary heap that knows where each event sits, so that a cancelled one leaves at once. */
  private static final class Heap {
    private @Nullable Event[] events = new @Nullable Event[256];
    private int size;

    void add(Event event) {
      if (size == events.length) {
        events = Arrays.copyOf(events, 2 * size);
      }
      up(event, size++);
    }

    Event at(int place) {
      return Objects.requireNonNull(events[place]);
    }

    void remove(Event event) {
      int place = event.place;
      event.place = Event.GONE;
      Event last = at(--size);
      events[size] = null;
      if (last == event) {
        return;
      }
      if (place > 0 && last.before(at((place - 1) / 2))) {
        up(last, place);
      } else {
        down(last, place);
      }
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
      events[place] = event;
      event.place = place;
    }
  }
}

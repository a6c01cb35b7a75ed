package io.tributary.cacher.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/** Every order in which actors can take their steps, each actor's own in a row. */
final class Orders {
  private Orders() {}

  /**
   * Shows each order, as the actor of each step.
   *
   * @param steps how many steps each actor takes
   * @return how many orders there are
   */
  static int forEach(int[] steps, Consumer<int[]> visitor) {
    int all = 0;
    for (int count : steps) {
      all += count;
    }
    return forEach(steps.clone(), new int[all], 0, visitor);
  }

  private static int forEach(int[] left, int[] order, int at, Consumer<int[]> visitor) {
    if (at == order.length) {
      visitor.accept(order);
      return 1;
    }
    int orders = 0;
    for (int actor = 0; actor < left.length; actor++) {
      if (left[actor] > 0) {
        left[actor]--;
        order[at] = actor;
        orders += forEach(left, order, at + 1, visitor);
        left[actor]++;
      }
    }
    return orders;
  }

  /** What becomes of one fragment in a store that is empty before and after. */
  static final class Story implements AutoCloseable {
    private static final int LENGTH = 200;
    private static final Sample WANTED = Sample.of(1, LENGTH);
    private static final Sample OTHER = Sample.of(2, LENGTH);

    private final FragmentStore store;
    private final Deque<Pin> pins = new ArrayDeque<>();
    private final int[] taken = new int[5];
    private Optional<Fill> fill = Optional.empty();
    private Optional<StoredFragment> stored = Optional.empty();
    private Optional<Pin> joined = Optional.empty();
    private Optional<Pin> read = Optional.empty();

    Story(FragmentStore store) {
      this.store = store;
    }

    /** Has an actor take its next step; it does nothing if there is nothing for it to do. */
    void step(int actor) {
      int number = taken[actor]++;
      switch (actor) {
        case 0 -> fill(number);
        case 1 -> join(number);
        case 2 -> read(number);
        case 3 -> stored.ifPresent(StoredFragment::remove);
        default -> useRoom();
      }
    }

    private void fill(int number) {
      switch (number) {
        case 0 -> fill = Optional.of(WANTED.reserveIn(store));
        case 1 -> fill.orElseThrow().write(WANTED.buffer());
        default ->
            stored =
                Optional.of(((Fill.Completion.Stored) fill.orElseThrow().complete()).fragment());
      }
    }

    private void join(int number) {
      if (number == 0) {
        joined = fill.flatMap(Fill::pin);
      }
      joined.ifPresent(pin -> assertRight(pin, fill.orElseThrow().written()));
      if (number == 1) {
        joined.ifPresent(Pin::close);
      }
    }

    private void read(int number) {
      if (number == 0) {
        read = store.fragments().stream().findFirst().flatMap(StoredFragment::pin);
      }
      read.ifPresent(pin -> assertRight(pin, LENGTH));
      if (number == 1) {
        read.ifPresent(Pin::close);
      }
    }

    /** Writes other bytes wherever there is room, and gives it back. */
    private void useRoom() {
      while (store.reserve(Sample.of(3 + pins.size(), LENGTH).hash(), LENGTH)
          instanceof Reservation.Granted granted) {
        granted.fill().write(OTHER.buffer());
        pins.push(granted.fill().pin().orElseThrow());
        granted.fill().abort();
      }
      pins.forEach(Pin::close);
      pins.clear();
    }

    private static void assertRight(Pin pin, int written) {
      ByteBuffer bytes = pin.bytes().limit(written);
      assertThat(bytes).isEqualTo(WANTED.buffer().limit(written));
    }

    @Override
    public void close() {
      joined.ifPresent(Pin::close);
      read.ifPresent(Pin::close);
      fill.ifPresent(Fill::abort);
      stored.ifPresent(StoredFragment::remove);
    }
  }
}

package io.tributary.libp2p.yamux;

import org.jspecify.annotations.Nullable;

/** The order in which streams with bytes to send get their turns. Not thread-safe. */
final class SendScheduler {

  /*
   * Short ones first, and nobody waits for ever
   * -------------------------------------------
   * Streams share the connection by deficit round robin [1]: at its turn a stream may send as many
   * bytes as its quantum, which is its weight's share of a frame; what it overdraws is taken from its
   * next turn. As in flow queueing [2], a stream that begins to send joins a second list, served
   * before the first, for one quantum. Thus a request of a few bytes never waits behind bulk, without
   * anybody having declared what is bulk. A stream that leaves the favoured list goes through the
   * other one before it can come back, even with nothing to send, so that dribbling does not buy
   * precedence.
   *
   * The lists are linked through the streams themselves; being in one costs no allocation.
   *
   * [1] Shreedhar, Varghese: Efficient Fair Queuing using Deficit Round Robin, 1995
   * [2] RFC 8290, section 4
   */

  private final Turns favoured = new Turns();
  private final Turns others = new Turns();
  private final int quantumBytes;

  /** A scheduler whose turns of default weight are this long. */
  SendScheduler(int quantumBytes) {
    this.quantumBytes = quantumBytes;
  }

  /** Enters a stream that has something to send. Does nothing if it is in. */
  void add(Flow flow) {
    if (flow.list == null) {
      flow.deficit = flow.quantum(quantumBytes);
      favoured.append(flow);
    }
  }

  /** Takes a stream out, as when it ends. */
  void remove(Flow flow) {
    if (flow.list != null) {
      flow.list.unlink(flow);
    }
  }

  /** The stream whose turn it is; null if none has anything to send. */
  @Nullable Flow next() {
    while (true) {
      Turns list = favoured.head != null ? favoured : others;
      Flow flow = list.head;
      if (flow == null) {
        return null;
      }
      if (!flow.hasWork()) {
        list.unlink(flow);
        if (list == favoured && others.head != null) {
          others.append(flow);
        }
      } else if (flow.deficit <= 0) {
        flow.deficit += flow.quantum(quantumBytes);
        list.unlink(flow);
        others.append(flow);
      } else {
        return flow;
      }
    }
  }

  /** Charges a stream for bytes it has sent in its turn. */
  void charge(Flow flow, int bytes) {
    flow.deficit -= bytes;
  }

  /** A stream as the scheduler sees it. */
  abstract static class Flow {
    private @Nullable Flow before;
    private @Nullable Flow after;
    private @Nullable Turns list;
    private long deficit;

    /** Whether something can be sent now. */
    abstract boolean hasWork();

    /** Bytes this flow may send in a turn, given those of default weight. */
    abstract long quantum(int defaultBytes);
  }

  private static final class Turns {
    private @Nullable Flow head;
    private @Nullable Flow tail;

    void append(Flow flow) {
      flow.list = this;
      flow.before = tail;
      flow.after = null;
      if (tail == null) {
        head = flow;
      } else {
        tail.after = flow;
      }
      tail = flow;
    }

    void unlink(Flow flow) {
      if (flow.before == null) {
        head = flow.after;
      } else {
        flow.before.after = flow.after;
      }
      if (flow.after == null) {
        tail = flow.before;
      } else {
        flow.after.before = flow.before;
      }
      flow.list = null;
      flow.before = null;
      flow.after = null;
    }
  }
}

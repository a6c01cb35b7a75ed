package io.tributary.libp2p.relay;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Two streams joined by a relay: what comes on one goes out on the other.
 *
 * <p>Bytes that come are passed on at once, but count as consumed, and give their sender new
 * credit, only while the other stream wants more; so a slow reader stops the writer beyond the
 * relay, which holds a window at most. The end of input is passed on as such, and the other
 * direction goes on. The two streams may live on different event loops.
 */
final class Circuit {

  /** Told how it ended, once both streams have. */
  interface Owner {
    void onEnded(Circuit circuit);
  }

  /** Why the relay ended a circuit, if it did. */
  enum Cut {
    NOT,
    DATA,
    TIME
  }

  private final CircuitLimit limit;
  private final LongAdder relayed;
  private final Owner owner;
  private final Leg fromSource;
  private final Leg fromDestination;
  private final AtomicInteger open = new AtomicInteger(2);
  private final AtomicBoolean broken = new AtomicBoolean();
  private volatile Cut cut = Cut.NOT;

  Circuit(Stream source, Stream destination, CircuitLimit limit, LongAdder relayed, Owner owner) {
    this.limit = limit;
    this.relayed = relayed;
    this.owner = owner;
    this.fromSource = new Leg(source, destination);
    this.fromDestination = new Leg(destination, source);
  }

  /** Who takes what the source sends. */
  StreamHandler fromSource() {
    return fromSource;
  }

  /** Who takes what the destination sends. */
  StreamHandler fromDestination() {
    return fromDestination;
  }

  Cut cut() {
    return cut;
  }

  /** Starts the clock. */
  void begin() {
    for (Leg leg : new Leg[] {fromSource, fromDestination}) {
      if (limit.duration().isZero()) {
        leg.from.clearDeadline();
      } else {
        leg.from.deadline(limit.duration());
      }
    }
  }

  private Leg other(Leg leg) {
    return leg == fromSource ? fromDestination : fromSource;
  }

  /** One direction. */
  private final class Leg implements StreamHandler {
    private final Stream from;
    private final Stream to;
    private final AtomicInteger uncreditedBytes = new AtomicInteger();
    private long movedBytes;

    Leg(Stream from, Stream to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void onData(ByteBuf data) {
      int bytes = data.readableBytes();
      movedBytes += bytes;
      if (limit.dataBytes() > 0 && movedBytes > limit.dataBytes()) {
        data.release();
        cut = Cut.DATA;
        from.abort(ResetReason.LIMIT_REACHED);
        return;
      }
      relayed.add(bytes);
      uncreditedBytes.addAndGet(bytes);
      to.write(data);
      credit();
    }

    /** Gives the sender credit for what has been passed on, if the receiver wants more. */
    void credit() {
      if (to.isWritable()) {
        int bytes = uncreditedBytes.getAndSet(0);
        if (bytes > 0) {
          from.credit(bytes);
        }
      }
    }

    @Override
    public void onWritable() {
      other(this).credit();
    }

    @Override
    public void onEndOfInput() {
      to.closeWrite();
    }

    @Override
    public void onReset(StreamReset reset) {
      if (broken.compareAndSet(false, true)) {
        if (reset.reason() == ResetReason.DEADLINE_PASSED) {
          cut = Cut.TIME;
        }
        to.reset(StreamReset.NO_CODE);
      }
      onGone();
    }

    @Override
    public void onClosed() {
      onGone();
    }

    private void onGone() {
      if (open.decrementAndGet() == 0) {
        owner.onEnded(Circuit.this);
      }
    }
  }
}

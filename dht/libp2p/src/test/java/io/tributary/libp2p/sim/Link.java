package io.tributary.libp2p.sim;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A connection between two channels. Bytes arrive in order, cut and joined anew, after delays; when
 * it is torn, what is under way is lost and both ends are closed.
 */
final class Link {
  private final Network network;
  private final MemoryChannel dialler;
  private final MemoryChannel listener;
  private boolean torn;

  Link(Network network, Multiaddr dialled, Multiaddr listening) {
    this.network = network;
    Way there = new Way();
    Way back = new Way();
    dialler = new MemoryChannel(network.simulation(), dialled, listening, there, back);
    listener = new MemoryChannel(network.simulation(), listening, dialled, back, there);
    there.sender = dialler;
    there.receiver = listener;
    back.sender = listener;
    back.receiver = dialler;
  }

  MemoryChannel dialler() {
    return dialler;
  }

  MemoryChannel listener() {
    return listener;
  }

  boolean isOpen() {
    return dialler.isOpen() || listener.isOpen();
  }

  /** Breaks it now. */
  void tear() {
    torn = true;
    dialler.lose();
    listener.lose();
  }

  /** One direction. */
  final class Way {
    private @Nullable MemoryChannel sender;
    private @Nullable MemoryChannel receiver;
    private byte[] underWay = {};
    private boolean scheduled;
    private boolean ended;

    private MemoryChannel receiver() {
      MemoryChannel current = receiver;
      if (current == null) {
        throw new IllegalStateException("a way to nowhere");
      }
      return current;
    }

    /** There is room again. */
    void peerMaySend() {
      MemoryChannel current = sender;
      if (current != null) {
        network.simulation().loop().execute(current::resume);
      }
    }

    /** Bytes it takes now. */
    int room() {
      return torn ? 0 : Math.max(0, Network.LINK_BYTES - underWay.length - receiver().unread());
    }

    void send(ByteBuf bytes, int count) {
      int taken = count;
      boolean breaks = network.breaksNow();
      if (breaks) {
        taken = network.simulation().dice().nextInt(count);
      }
      int before = underWay.length;
      underWay = Arrays.copyOf(underWay, before + taken);
      bytes.getBytes(bytes.readerIndex(), underWay, before, taken);
      schedule();
      if (breaks) {
        // Those before the break may still arrive.
        network.simulation().loop().schedule(Link.this::tear, network.delayNanos(), NANOSECONDS);
      }
    }

    /** No bytes follow. */
    void end() {
      ended = true;
      schedule();
    }

    private void schedule() {
      if (!scheduled) {
        scheduled = true;
        network.simulation().loop().schedule(this::arrive, network.delayNanos(), NANOSECONDS);
      }
    }

    private void arrive() {
      scheduled = false;
      if (torn || !receiver().isOpen()) {
        underWay = new byte[0];
        return;
      }
      if (underWay.length > 0) {
        int count = 1 + network.simulation().dice().nextInt(underWay.length);
        byte[] piece = Arrays.copyOf(underWay, count);
        underWay = Arrays.copyOfRange(underWay, count, underWay.length);
        receiver().arrive(piece);
        schedule();
      } else if (ended) {
        receiver().arriveEnd();
      }
    }
  }
}

package io.tributary.retriever.node.cache;

import io.netty.buffer.ByteBuf;
import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.Lookup;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.server.PinnedBuf;
import io.tributary.retriever.engine.cache.CachedFragment;
import io.tributary.retriever.engine.cache.FragmentCache;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The engine's cache on disk: the same store that cachers have, with a quota of its own.
 *
 * <p>What was stored before the process started is hashed before it is used: the first reader of
 * such a fragment does not wait for that but reads from elsewhere, and later ones find it here.
 * Thread-safe.
 */
public final class HotFragmentCache implements FragmentCache {
  private final HotFragments hot;

  /** A cache in a store, which stays its maker's. */
  public HotFragmentCache(HotFragments hot) {
    this.hot = hot;
  }

  @Override
  public Optional<CachedFragment> find(FragmentName name) {
    Lookup found = hot.find(name.hash());
    if (found instanceof Lookup.Hit hit) {
      return Optional.of(new Pinned(hit.pin()));
    }
    if (found instanceof Lookup.Unchecked) {
      check(name.hash());
    }
    return Optional.empty();
  }

  @Override
  public Optional<CachedFragment> pin(FragmentName name) {
    return hot.pinIfHere(name.hash()).map(Pinned::new);
  }

  /** Whether a fragment is here and may be read, without counting that as a use. */
  public boolean isHere(FragmentHash hash) {
    return hot.contains(hash);
  }

  private void check(FragmentHash hash) {
    var unused =
        hot.lookup(hash)
            .thenAccept(
                checked -> {
                  if (checked instanceof Lookup.Hit hit) {
                    hit.pin().close();
                  }
                });
  }

  @Override
  public void offer(FragmentName name, ByteBuf bytes) {
    Reservation reservation = hot.fill(name.hash(), bytes.readableBytes());
    if (!(reservation instanceof Reservation.Granted granted)) {
      return;
    }
    Fill fill = granted.fill();
    try {
      for (ByteBuffer part : bytes.nioBuffers()) {
        fill.write(part);
      }
    } finally {
      // Gives the room back if not all was written.
      Fill.Completion unused = fill.complete();
    }
  }

  /** A pin that is closed when this and all that was sliced from it is released. */
  private static final class Pinned implements CachedFragment {
    private final ByteBuf whole;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    Pinned(Pin pin) {
      this.whole = new PinnedBuf(pin.bytes(), pin::close);
    }

    @Override
    public ByteBuf slice(int offset, int length) {
      return whole.retainedSlice(offset, length);
    }

    @Override
    public void close() {
      if (!isClosed.getAndSet(true)) {
        whole.release();
      }
    }
  }
}

package io.tributary.retriever.engine.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.FragmentName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A cache in direct memory, for who embeds the engine: those used longest ago make room.
 * Thread-safe.
 */
public final class MemoryFragmentCache implements FragmentCache, AutoCloseable {
  private final long maxBytes;
  private final Map<FragmentHash, ByteBuf> held = new LinkedHashMap<>(16, 0.75f, true);
  private long heldBytes;
  private boolean isClosed;

  /**
   * An empty cache.
   *
   * @param maxBytes what it keeps at most; fragments that readers still use come on top
   */
  public MemoryFragmentCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public synchronized Optional<CachedFragment> find(FragmentName name) {
    ByteBuf bytes = held.get(name.hash());
    return bytes == null ? Optional.empty() : Optional.of(new Pinned(bytes.retain()));
  }

  @Override
  public void offer(FragmentName name, ByteBuf bytes) {
    int size = bytes.readableBytes();
    synchronized (this) {
      if (isClosed || size > maxBytes || held.containsKey(name.hash())) {
        return;
      }
    }
    ByteBuf copy = Unpooled.directBuffer(size, size);
    copy.writeBytes(bytes, bytes.readerIndex(), size);
    synchronized (this) {
      if (isClosed || held.putIfAbsent(name.hash(), copy) != null) {
        copy.release();
        return;
      }
      heldBytes += size;
      var eldest = held.values().iterator();
      while (heldBytes > maxBytes) {
        ByteBuf evicted = eldest.next();
        eldest.remove();
        heldBytes -= evicted.readableBytes();
        evicted.release();
      }
    }
  }

  /** Forgets a fragment. */
  public synchronized void evict(FragmentHash hash) {
    ByteBuf bytes = held.remove(hash);
    if (bytes != null) {
      heldBytes -= bytes.readableBytes();
      bytes.release();
    }
  }

  /** How much it keeps. */
  public synchronized long heldBytes() {
    return heldBytes;
  }

  /** Forgets all, and keeps nothing more. */
  @Override
  public synchronized void close() {
    isClosed = true;
    held.values().forEach(ByteBuf::release);
    held.clear();
    heldBytes = 0;
  }

  private static final class Pinned implements CachedFragment {
    private final ByteBuf bytes;
    private final AtomicBoolean isOpen = new AtomicBoolean(true);

    Pinned(ByteBuf bytes) {
      this.bytes = bytes;
    }

    @Override
    public ByteBuf slice(int offset, int length) {
      return bytes.retainedSlice(offset, length).asReadOnly();
    }

    @Override
    public void close() {
      if (isOpen.compareAndSet(true, false)) {
        bytes.release();
      }
    }
  }
}

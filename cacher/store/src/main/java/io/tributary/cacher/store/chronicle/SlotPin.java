package io.tributary.cacher.store.chronicle;

import io.tributary.cacher.store.Pin;
import io.tributary.content.FragmentHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A pin on a slot. */
final class SlotPin implements Pin {
  private static final VarHandle OPEN;

  static {
    try {
      OPEN = MethodHandles.lookup().findVarHandle(SlotPin.class, "isOpen", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ChronicleFragmentStore store;
  private final Slot slot;

  @SuppressWarnings("UnusedVariable") // by its VarHandle
  private volatile boolean isOpen = true;

  SlotPin(ChronicleFragmentStore store, Slot slot) {
    this.store = store;
    this.slot = slot;
  }

  @Override
  public FragmentHash hash() {
    return slot.hash();
  }

  @Override
  public int length() {
    return slot.length();
  }

  @Override
  public ByteBuffer bytes() {
    return slot.view().asReadOnlyBuffer();
  }

  @Override
  public Optional<FileSpan> file() {
    return Optional.of(store.span(slot));
  }

  @Override
  public Optional<FileSpan> sendable() {
    return store.sendable(slot);
  }

  @Override
  public void close() {
    if (OPEN.compareAndSet(this, true, false)) {
      store.closed(slot);
    }
  }
}

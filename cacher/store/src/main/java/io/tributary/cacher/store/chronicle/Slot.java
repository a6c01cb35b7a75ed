package io.tributary.cacher.store.chronicle;

import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.content.FragmentHash;
import io.tributary.content.Sha256;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A piece of the mapped file that one fragment has from its reservation to its end. */
final class Slot implements StoredFragment {
  private final ChronicleFragmentStore store;
  private final FragmentHash hash;
  private final int length;
  private final long footprint;
  private final long address;
  private final ByteBuffer view;
  private final PinCount pins;
  private volatile boolean isFilling;
  private volatile boolean isSent;

  Slot(
      ChronicleFragmentStore store,
      FragmentHash hash,
      int length,
      long footprint,
      long address,
      boolean isFilling) {
    this.store = store;
    this.hash = hash;
    this.length = length;
    this.footprint = footprint;
    this.address = address;
    this.view = MapFile.view(address, length);
    this.pins = isFilling ? PinCount.pinned() : PinCount.unchecked();
    this.isFilling = isFilling;
  }

  @Override
  public FragmentHash hash() {
    return hash;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public long footprint() {
    return footprint;
  }

  @Override
  public boolean isChecked() {
    return pins.isChecked();
  }

  @Override
  public Optional<Pin> pin() {
    return pins.pinIfChecked() ? Optional.of(store.opened(this)) : Optional.empty();
  }

  @Override
  public Verdict check() {
    if (isFilling || !pins.pin()) {
      return Verdict.GONE;
    }
    try {
      if (!hasRightBytes()) {
        remove();
        return Verdict.WRONG;
      }
      pins.setChecked();
      return Verdict.RIGHT;
    } finally {
      unpin();
    }
  }

  private boolean hasRightBytes() {
    try {
      return Sha256.of(view).equals(hash.digest());
    } catch (InternalError e) {
      // So the JVM tells of a page that the disk cannot deliver; these bytes are lost as well.
      return false;
    }
  }

  @Override
  public boolean remove() {
    return store.remove(this);
  }

  boolean isFilling() {
    return isFilling;
  }

  /** Writes the trailer of a slot again whose pages were renewed. */
  void setFilling() {
    Trailer.write(address, length, Trailer.State.FILLING);
  }

  /** Makes a filled slot a stored fragment. */
  void setStored() {
    Trailer.set(address, length, Trailer.State.STORED);
    pins.setChecked();
    isFilling = false;
  }

  void setRemoved() {
    Trailer.set(address, length, Trailer.State.REMOVED);
  }

  /** Tells whether the store knows that bytes may have been sent by reference. */
  boolean isSent() {
    return isSent;
  }

  void setSent() {
    isSent = true;
  }

  void unpin() {
    if (pins.unpin()) {
      store.settle(this);
    }
  }

  PinCount pins() {
    return pins;
  }

  long address() {
    return address;
  }

  ByteBuffer view() {
    return view;
  }
}

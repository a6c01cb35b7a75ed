package io.tributary.cacher.store.chronicle;

import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Pin;
import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import io.tributary.content.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The filling of a slot.
 *
 * <p>What is hashed is what stands in the slot after the copy, piece by piece while it is in the
 * processor's cache, so that no change of the source between the two can go unseen.
 */
final class SlotFill implements Fill {
  /** Small enough to be hashed from the second-level cache. */
  private static final int PIECE_BYTES = 128 << 10;

  private final ChronicleFragmentStore store;
  private final Slot slot;
  private final ByteBuffer target;
  private final ByteBuffer hashed;
  private final MessageDigest sha256 = Sha256.newDigest();
  private final AtomicBoolean hasEnded = new AtomicBoolean();
  private volatile int written;

  SlotFill(ChronicleFragmentStore store, Slot slot) {
    this.store = store;
    this.slot = slot;
    this.target = slot.view().duplicate();
    this.hashed = slot.view().duplicate();
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
  public int written() {
    return written;
  }

  @Override
  public void write(ByteBuffer bytes) {
    if (hasEnded.get()) {
      throw new IllegalStateException("the fill of " + hash() + " has ended");
    }
    if (bytes.remaining() > target.remaining()) {
      throw new IllegalArgumentException(
          bytes.remaining() + " bytes, but only " + target.remaining() + " are still to come");
    }
    int end = bytes.limit();
    while (bytes.position() < end) {
      bytes.limit(Math.min(end, bytes.position() + PIECE_BYTES));
      target.put(bytes);
      hashed.limit(target.position());
      sha256.update(hashed);
      written = target.position();
    }
  }

  @Override
  public Optional<Pin> pin() {
    return !hasEnded.get() && slot.pins().pin()
        ? Optional.of(store.opened(slot))
        : Optional.empty();
  }

  @Override
  public Completion complete() {
    if (!hasEnded.compareAndSet(false, true)) {
      return new Completion.Ended();
    }
    Completion end;
    if (written < slot.length()) {
      end = new Completion.Incomplete(written);
    } else {
      Digest actual = Digest.of(sha256.digest());
      end =
          actual.equals(slot.hash().digest())
              ? new Completion.Stored(slot)
              : new Completion.WrongHash(actual);
    }
    store.ended(slot, end instanceof Completion.Stored);
    return end;
  }

  @Override
  public void abort() {
    if (hasEnded.compareAndSet(false, true)) {
      store.ended(slot, false);
    }
  }
}

package io.tributary.cacher.store.chronicle;

import io.tributary.cacher.store.FragmentStore;
import io.tributary.cacher.store.Occupancy;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Pin.FileSpan;
import io.tributary.cacher.store.Refusal;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoreException.Reason;
import io.tributary.cacher.store.StoreLog;
import io.tributary.cacher.store.StoredFragment;
import io.tributary.cacher.store.chronicle.EntryIndex.Entry;
import io.tributary.content.FragmentHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fragment store in a Chronicle Map that is mapped from a file. */
public final class ChronicleFragmentStore implements FragmentStore {
  /*
   * HOW A FRAGMENT LIVES HERE
   *
   * Memory. The map inserts an entry without writing its value and tells the address; bytes are
   * then written and read there by anybody, without the map's locks. That is sound because nothing
   * moves or frees an entry but remove(), and this class calls it only when the slot's pins are
   * gone. So pins, not the map's locks, are what keeps bytes in place, and a reader costs one
   * compare-and-set.
   *
   * Books. The map's entries, the `slots` of the heap and `usedBytes` change together under
   * `books`; the lock is held for microseconds, never while bytes are copied or hashed. The number
   * of used bytes is nowhere else, and when the store is opened it is summed up from the entries
   * that are there.
   *
   * Removing. A removed slot is marked on the file and in its pin count; from then on nobody can
   * pin it and the next process will not take it up. The entry goes when the last pin does: then,
   * by whoever closed it. Until then its room counts as used, and its hash cannot be stored again,
   * since the map knows one entry for a key.
   *
   * Crashes. The kernel keeps what a killed process wrote to mapped pages. The trailer is written
   * as FILLING before the map's hash lookup leads to the entry, and as STORED after the last byte,
   * so that an unfinished fill is known as such. All that is stored must still prove itself: after
   * any opening a fragment is hashed before its first use, whatever the last stop was like, which
   * also finds what rotted meanwhile. Opening therefore costs nothing that grows with the bytes.
   *
   * Starts. After a crash the entries are visited, each on a page of its own: gigabytes of reading
   * from a cold disk if there are many. A stop in order leaves an index of them, so that the start
   * after it reads the map's books and the index and nothing else.
   *
   * Sending by reference. The kernel may go on reading pages that it was told to send long after
   * the pin is closed (see FreshPages). A chunk whose pages may have been sent so is marked, before
   * the first is, and gets new ones before it is filled again: all of the chunk's, since the next
   * fragment may be shorter than the one that was sent. After a start every chunk is marked, since
   * sockets outlive processes.
   *
   * Closing. With pins open the mapping must stay, or readers would crash. Closing marks each slot;
   * `held` counts those with pins; the thread that closes the last of them unmaps the file, writes
   * the marker of a clean stop and gives the lock back.
   */

  private static final Logger LOG = LoggerFactory.getLogger(ChronicleFragmentStore.class);

  private final Geometry geometry;
  private final long limitBytes;
  private final MapFile map;
  private final CleanMarker marker;
  private final StoreLock lock;
  private final Opening opening;
  private final Optional<FreshPages> freshPages;

  private final ReentrantLock books = new ReentrantLock();
  private final Map<FragmentHash, Slot> slots = new ConcurrentHashMap<>();
  private final LongAdder pins = new LongAdder();

  // Under `books`.
  private long usedBytes;
  private long deferredBytes;
  private int fills;
  private int deferred;
  private boolean isClosed;
  private boolean isUnmapped;
  private int held;

  /** Chunks of which the kernel may still send pages. */
  private final BitSet sent = new BitSet();

  private ChronicleFragmentStore(
      Geometry geometry, long limitBytes, CleanMarker marker, StoreLock lock, Opened opened) {
    this.geometry = geometry;
    this.limitBytes = Math.min(limitBytes, geometry.capacityBytes());
    this.map = opened.map;
    this.marker = marker;
    this.lock = lock;
    this.freshPages = FreshPages.of(map.file(), geometry);
    if (freshPages.isPresent() && opened.kind != Opening.Kind.CREATED) {
      sent.set(0, chunk(map.fileBytes()) + 1);
    }
    int dropped = (int) map.entries();
    if (opened.kind == Opening.Kind.CLEAN) {
      opened.entries.forEach(each -> takeUp(each.hash(), each.length(), each.position()));
    } else {
      map.visit(this::takeUpStored);
    }
    // Not before: each page that is visited would bring megabytes of its neighbours along.
    map.wantHugePages();
    this.opening = new Opening(opened.kind, slots.size(), dropped - slots.size());
  }

  /**
   * Opens the store in {@code NAME.map} of a directory, or makes it.
   *
   * @param geometry how the file is cut; must be what it was made with
   * @param limitBytes the most room that may be used, if less than the geometry's capacity
   */
  public static ChronicleFragmentStore open(
      Path directory, String name, Geometry geometry, long limitBytes) throws StoreException {
    Path file = directory.resolve(name + ".map");
    try {
      Files.createDirectories(directory);
      StoreLock lock = StoreLock.take(directory.resolve(name + ".lock"));
      boolean isOpen = false;
      try {
        CleanMarker marker = new CleanMarker(directory, name, file);
        Opened opened = open(file, geometry, marker);
        ChronicleFragmentStore store =
            new ChronicleFragmentStore(geometry, limitBytes, marker, lock, opened);
        isOpen = true;
        return store;
      } finally {
        if (!isOpen) {
          lock.release();
        }
      }
    } catch (IOException e) {
      throw new StoreException(Reason.IO_ERROR, "cannot open the store " + file + ": " + e, e);
    }
  }

  /**
   * Removes the store's files, whatever is in them.
   *
   * @throws StoreException {@link Reason#LOCKED} if it is open
   */
  public static void remove(Path directory, String name) throws StoreException {
    Path file = directory.resolve(name + ".map");
    try {
      Path lockFile = directory.resolve(name + ".lock");
      StoreLock lock = StoreLock.take(lockFile);
      try {
        new CleanMarker(directory, name, file).delete();
        Files.deleteIfExists(file);
        Files.deleteIfExists(lockFile);
      } finally {
        lock.release();
      }
    } catch (IOException e) {
      throw new StoreException(Reason.IO_ERROR, "cannot remove the store " + file + ": " + e, e);
    }
  }

  /**
   * A map that was opened.
   *
   * @param entries what is in one that was closed in order
   */
  private record Opened(MapFile map, Opening.Kind kind, List<Entry> entries) {
    Opened(MapFile map, Opening.Kind kind) {
      this(map, kind, List.of());
    }
  }

  private static Opened open(Path file, Geometry geometry, CleanMarker marker)
      throws StoreException, IOException {
    Optional<List<Entry>> left = marker.take();
    if (!Files.exists(file)) {
      return new Opened(MapFile.create(file, geometry), Opening.Kind.CREATED);
    }
    if (left.isPresent()) {
      MapFile map = MapFile.open(file, geometry);
      List<Entry> entries = left.get();
      if (entries.size() == map.entries()
          && EntryIndex.isSound(entries, geometry, map.bookBytes(), map.fileBytes())) {
        return new Opened(map, Opening.Kind.CLEAN, entries);
      }
      map.close();
    }
    try {
      MapFile map = MapFile.recover(file, geometry);
      // Entries of impossible sizes are given up one by one: the free list fits them now.
      if (map.visit((hash, address, valueBytes) -> MapFile.Fate.KEEP)) {
        return new Opened(map, Opening.Kind.RECOVERED);
      }
      map.close();
    } catch (IOException e) {
      LOG.debug("recovery of {} failed", file, e);
    }
    Files.delete(file);
    return new Opened(MapFile.create(file, geometry), Opening.Kind.REPLACED);
  }

  private MapFile.Fate takeUpStored(FragmentHash hash, long address, long valueBytes) {
    int length = Trailer.storedLength(address, valueBytes, geometry.maxLength());
    if (length < 0) {
      return MapFile.Fate.REMOVE;
    }
    takeUp(hash, length, map.position(address));
    return MapFile.Fate.KEEP;
  }

  private void takeUp(FragmentHash hash, int length, long position) {
    long footprint = geometry.footprint(length);
    slots.put(hash, new Slot(this, hash, length, footprint, map.address(position), false));
    usedBytes += footprint;
  }

  /** Returns what was found when the store was opened. */
  public Opening opening() {
    return opening;
  }

  /** Returns the longest fragment that is taken, bytes. */
  public int maxLength() {
    return geometry.maxLength();
  }

  @Override
  public Reservation reserve(FragmentHash hash, int length) {
    if (length < 1 || length > geometry.maxLength()) {
      return new Reservation.Refused(Refusal.SIZE);
    }
    long footprint = geometry.footprint(length);
    Slot slot;
    books.lock();
    try {
      if (isClosed) {
        return new Reservation.Refused(Refusal.CLOSED);
      }
      Slot present = slots.get(hash);
      if (present != null) {
        return new Reservation.Refused(whyNotTwice(present));
      }
      if (footprint > limitBytes - usedBytes) {
        return new Reservation.Refused(Refusal.QUOTA);
      }
      long address = map.insert(hash, length);
      if (address < 0) {
        return new Reservation.Refused(Refusal.FRAGMENTED);
      }
      slot = new Slot(this, hash, length, footprint, address, true);
      slots.put(hash, slot);
      usedBytes += footprint;
      fills++;
    } finally {
      books.unlock();
    }
    SlotFill fill = new SlotFill(this, slot);
    if (isRenewed(slot)) {
      return new Reservation.Granted(fill);
    }
    fill.abort();
    return new Reservation.Refused(Refusal.DISK);
  }

  /**
   * Sees to it that no page of a slot, which is being filled, is one that the kernel still sends.
   */
  private boolean isRenewed(Slot slot) {
    if (freshPages.isEmpty()) {
      return true;
    }
    long position = map.position(slot.address());
    int chunk = chunk(position);
    books.lock();
    try {
      if (!sent.get(chunk)) {
        return true;
      }
    } finally {
      books.unlock();
    }
    try {
      freshPages.get().renew(position, geometry.maxLength());
      slot.setFilling();
    } catch (IOException e) {
      StoreLog.notRenewed(map.file(), e);
      return false;
    }
    books.lock();
    try {
      sent.clear(chunk);
    } finally {
      books.unlock();
    }
    return true;
  }

  private int chunk(long position) {
    return Math.toIntExact(position / geometry.chunkBytes());
  }

  private static Refusal whyNotTwice(Slot present) {
    if (present.pins().isDoomed()) {
      return Refusal.STILL_PINNED;
    }
    return present.isFilling() ? Refusal.IN_PROGRESS : Refusal.PRESENT;
  }

  @Override
  public List<StoredFragment> fragments() {
    return slots.values().stream()
        .filter(slot -> !slot.isFilling() && !slot.pins().isDoomed())
        .<StoredFragment>map(slot -> slot)
        .toList();
  }

  @Override
  public Occupancy occupancy() {
    books.lock();
    try {
      return new Occupancy(
          limitBytes,
          usedBytes,
          deferredBytes,
          slots.size() - fills - deferred,
          fills,
          Math.max(0, pins.sum()));
    } finally {
      books.unlock();
    }
  }

  @Override
  public void close() {
    books.lock();
    try {
      if (isClosed) {
        return;
      }
      isClosed = true;
      // What is doomed and still here waits for its last pin, or for the thread that closed it.
      for (Slot slot : slots.values()) {
        if (slot.pins().isDoomed() || slot.pins().close()) {
          held++;
        }
      }
      if (held == 0) {
        unmap();
      }
    } finally {
      books.unlock();
    }
  }

  /** Makes the pin object for a pin that was counted. */
  Pin opened(Slot slot) {
    pins.increment();
    return new SlotPin(this, slot);
  }

  /** Takes back a pin that was made by {@link #opened}. */
  void closed(Slot slot) {
    pins.decrement();
    slot.unpin();
  }

  FileSpan span(Slot slot) {
    return new FileSpan(map.file(), map.position(slot.address()), slot.length());
  }

  /** Returns what of a slot may be sent by reference, and remembers that it may have been. */
  Optional<FileSpan> sendable(Slot slot) {
    if (freshPages.isEmpty() || slot.isFilling()) {
      return Optional.empty();
    }
    long position = map.position(slot.address());
    long first = freshPages.get().first(position);
    long end = freshPages.get().end(position, slot.length());
    if (end <= first) {
      return Optional.empty();
    }
    if (!slot.isSent()) {
      books.lock();
      try {
        sent.set(chunk(position));
      } finally {
        books.unlock();
      }
      slot.setSent();
    }
    return Optional.of(new FileSpan(map.file(), first, (int) (end - first)));
  }

  /** Ends a fill, whose pin goes. */
  void ended(Slot slot, boolean isStored) {
    books.lock();
    try {
      fills--;
      if (isStored) {
        slot.setStored();
      } else {
        doom(slot);
      }
      // At once for whoever looks at the books: nobody finds an ended fill that is still held.
      slot.unpin();
    } finally {
      books.unlock();
    }
  }

  boolean remove(Slot slot) {
    books.lock();
    try {
      return !isClosed && !slot.isFilling() && doom(slot);
    } finally {
      books.unlock();
    }
  }

  private boolean doom(Slot slot) {
    return switch (slot.pins().doom()) {
      case NOW -> {
        free(slot);
        yield true;
      }
      case LATER -> {
        slot.setRemoved();
        deferred++;
        deferredBytes += slot.footprint();
        yield true;
      }
      case ALREADY -> false;
    };
  }

  /** Gives back what the last pin of a slot held. */
  void settle(Slot slot) {
    books.lock();
    try {
      if (slot.pins().isDoomed()) {
        deferred--;
        deferredBytes -= slot.footprint();
        free(slot);
      }
      if (isClosed && --held == 0) {
        unmap();
      }
    } finally {
      books.unlock();
    }
  }

  private void free(Slot slot) {
    slots.remove(slot.hash(), slot);
    if (map.remove(slot.hash(), slot.length())) {
      usedBytes -= slot.footprint();
    } else {
      // The room stays lost until the next start, which counts one entry too many and recovers.
      LOG.debug("the entry of {} in {} is not as it was made", slot.hash(), map.file());
    }
  }

  private void unmap() {
    if (isUnmapped) {
      throw new IllegalStateException("the store is unmapped already");
    }
    isUnmapped = true;
    long bookBytes = map.bookBytes();
    List<Entry> entries =
        slots.values().stream()
            .map(slot -> new Entry(slot.hash(), map.position(slot.address()), slot.length()))
            .toList();
    map.close();
    freshPages.ifPresent(FreshPages::close);
    try {
      marker.put(bookBytes, entries);
    } catch (IOException e) {
      StoreLog.notMarkedClean(map.file(), e);
    }
    try {
      lock.release();
    } catch (IOException e) {
      StoreLog.lockKept(map.file(), e);
    }
  }
}

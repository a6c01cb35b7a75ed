package io.tributary.cacher.store.chronicle;

import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoreException.Reason;
import io.tributary.content.Digest;
import io.tributary.content.FragmentHash;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.bytes.RandomDataOutput;
import net.openhft.chronicle.hash.ChronicleHashRecoveryFailedException;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.impl.SizePrefixedBlob;
import net.openhft.chronicle.hash.impl.util.jna.PosixFallocate;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapAbsentEntry;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.map.MapSegmentContext;
import net.openhft.chronicle.map.VanillaChronicleMap;
import net.openhft.posix.MAdviseFlag;
import net.openhft.posix.PosixAPI;
import net.openhft.posix.PosixRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Chronicle Map in a file, used for what it does well: it finds room, remembers what is where,
 * and puts its own books in order after a crash. Bytes never pass through it.
 *
 * <p>An entry is inserted without its value being written; the caller writes to the address it is
 * told. That address stays good until the entry is removed or the file closed: Chronicle moves an
 * entry only when its value is replaced by a longer one, and nobody replaces here.
 *
 * <p>The disk's blocks are allocated when the file is made and, in case a copy has left holes, when
 * it is opened: a write to a hole on a full disk would end the JVM.
 *
 * <p>Used by one thread at a time.
 */
final class MapFile {
  /** Bytes of the disk that stay free for logs and journals. */
  static final long SPARE_BYTES = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(MapFile.class);

  /** Of files with shorter fragments memory is had page by page. */
  private static final int HUGE_PAGE_BYTES = 2 << 20;

  static {
    // Chronicle reports its use to its makers unless told not to, before its classes are loaded.
    System.setProperty("chronicle.analytics.disable", "true");
    System.setProperty("chronicle.announcer.disable", "true");
    Unsynced.install();
  }

  private final Path file;
  private final Geometry geometry;
  private final VanillaChronicleMap<byte[], ByteBuffer, ?> map;
  private final long base;

  private MapFile(Path file, Geometry geometry, VanillaChronicleMap<byte[], ByteBuffer, ?> map) {
    this.file = file;
    this.geometry = geometry;
    this.map = map;
    this.base = map.bsAddress();
  }

  /**
   * Asks for the file's memory in large pieces: then the kernel sends fewer of them, and whoever
   * first writes to a fragment's room waits for it a few times instead of two thousand times. Files
   * of short fragments are left as they are.
   */
  void wantHugePages() {
    if (geometry.maxLength() < HUGE_PAGE_BYTES) {
      return;
    }
    try {
      int unused = PosixAPI.posix().madvise(base, fileBytes(), MAdviseFlag.MADV_HUGEPAGE);
    } catch (PosixRuntimeException e) {
      // Small pages hold the same bytes.
      LOG.debug("{} is mapped in small pages", file, e);
    }
  }

  /** What a visitor of entries wants to become of one. */
  enum Fate {
    /** It stays. */
    KEEP,
    /** It is removed. */
    REMOVE,
    /** The map's books cannot be right: nobody visits the others. */
    STOP
  }

  /** Is shown the entries of a map. */
  interface Visitor {
    /**
     * Is shown an entry.
     *
     * @param hash its key
     * @param address where its value starts
     * @param valueBytes how long the map says it is
     */
    Fate visit(FragmentHash hash, long address, long valueBytes);
  }

  /**
   * Makes the file.
   *
   * @throws StoreException {@link Reason#DISK_FULL}; then nothing is left behind
   */
  static MapFile create(Path file, Geometry geometry) throws StoreException {
    requireRoom(file, geometry.maxFileBytes());
    try {
      MapFile made = open(file, geometry, builder(geometry)::createPersistedTo);
      if (Files.size(file) > geometry.maxFileBytes()) {
        throw new IllegalStateException(
            "the file has " + Files.size(file) + " bytes, more than " + geometry.maxFileBytes());
      }
      return made;
    } catch (IOException e) {
      delete(file);
      // The room was there a moment ago; allocating it is the only thing that can fail so.
      throw new StoreException(
          Reason.DISK_FULL,
          "cannot allocate " + geometry.maxFileBytes() + " bytes for " + file + ": " + e,
          e);
    }
  }

  /** Opens a file that was closed in order. */
  static MapFile open(Path file, Geometry geometry) throws StoreException, IOException {
    fillHoles(file);
    return open(file, geometry, builder(geometry)::createPersistedTo);
  }

  /**
   * Opens a file that was not closed in order, and puts the map's books in order. The bytes of
   * fragments are not looked at.
   *
   * @throws IOException if they are beyond repair
   */
  static MapFile recover(Path file, Geometry geometry) throws StoreException, IOException {
    setReady(file);
    fillHoles(file);
    return open(
        file,
        geometry,
        at -> {
          try {
            return builder(geometry).recoverPersistedTo(at, true);
          } catch (ChronicleHashRecoveryFailedException e) {
            throw new IOException("the map cannot be recovered: " + e.getMessage(), e);
          }
        });
  }

  /**
   * Says that the header is complete, if there is one. While it is not, Chronicle waits a minute
   * for the process that writes it; there is none, since this one has the store's lock, but there
   * may have been one that was killed.
   *
   * @throws IOException if there is no header
   */
  private static void setReady(Path file) throws IOException {
    ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.read(word, SizePrefixedBlob.SIZE_WORD_OFFSET);
      int size = SizePrefixedBlob.extractSize(word.getInt(0));
      if (word.hasRemaining() || size == 0) {
        throw new IOException(file + " has no header");
      }
      if (!SizePrefixedBlob.isReady(word.getInt(0))) {
        word.putInt(0, SizePrefixedBlob.READY | SizePrefixedBlob.DATA | size);
        channel.write(word.rewind(), SizePrefixedBlob.SIZE_WORD_OFFSET);
      }
    }
  }

  private interface Opening {
    ChronicleMap<byte[], ByteBuffer> open(File file) throws IOException;
  }

  private static MapFile open(Path file, Geometry geometry, Opening opening)
      throws StoreException, IOException {
    ChronicleMap<byte[], ByteBuffer> opened;
    try {
      opened = opening.open(file.toFile());
    } catch (LinkageError | InaccessibleObjectException e) {
      throw new StoreException(
          Reason.JVM_FLAGS,
          "the store needs JVM flags that bin/tributary gives; start it by that script (" + e + ")",
          e);
    }
    VanillaChronicleMap<byte[], ByteBuffer, ?> map =
        (VanillaChronicleMap<byte[], ByteBuffer, ?>) opened;
    if (map.chunkSize != geometry.chunkBytes()
        || map.actualChunksPerSegmentTier != geometry.chunks()
        || map.segments() != 1) {
      map.close();
      throw new StoreException(
          Reason.GEOMETRY,
          file + " has chunks of other sizes than the store's properties say; purge the store");
    }
    return new MapFile(file, geometry, map);
  }

  private static ChronicleMapBuilder<byte[], ByteBuffer> builder(Geometry geometry) {
    return ChronicleMapBuilder.of(byte[].class, ByteBuffer.class)
        .constantKeySizeBySample(new byte[Digest.BYTES])
        .averageValueSize((double) Geometry.valueBytes(geometry.maxLength()))
        .entries(geometry.chunks())
        .actualSegments(1)
        .entriesPerSegment(geometry.chunks())
        .entryAndValueOffsetAlignment(geometry.alignment())
        .actualChunkSize(geometry.chunkBytes())
        .actualChunksPerSegmentTier(geometry.chunks())
        .maxChunksPerEntry(geometry.chunksFor(geometry.maxLength()))
        .allowSegmentTiering(false)
        .maxBloatFactor(1.0)
        // Entries are believed by their SHA-256, which a checksum of Chronicle's would only slow.
        .checksumEntries(false)
        // The hook would unmap bytes that a socket still reads.
        .skipCloseOnExitHook(true);
  }

  private static void requireRoom(Path file, long bytes) throws StoreException {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory == null) {
        throw new StoreException(Reason.IO_ERROR, file + " stands in no directory");
      }
      long free = Files.getFileStore(directory).getUsableSpace();
      // Chronicle itself wants a tenth more than it takes.
      long wanted = bytes + bytes / 10 + SPARE_BYTES;
      if (free < wanted) {
        throw new StoreException(
            Reason.DISK_FULL,
            "%s needs %d bytes of disk and a tenth to spare, but %d are free: lower the quota"
                .formatted(file, bytes, free));
      }
    } catch (IOException e) {
      throw new StoreException(Reason.IO_ERROR, "cannot ask how full the disk is: " + e, e);
    }
  }

  private static void fillHoles(Path file) throws StoreException, IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      try {
        PosixFallocate.fallocate(opened.getFD(), 0, opened.length());
      } catch (IOException e) {
        throw new StoreException(
            Reason.DISK_FULL, "cannot allocate the holes of " + file + " on its disk: " + e, e);
      }
    }
  }

  private static void delete(Path file) throws StoreException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new StoreException(Reason.IO_ERROR, "cannot remove " + file + ": " + e, e);
    }
  }

  /**
   * Makes an entry whose bytes may then be written, and marks them as being filled.
   *
   * @return the address of the bytes, or -1 if there is no room in one piece
   */
  long insert(FragmentHash hash, int length) {
    Room room = new Room(length);
    try (ExternalMapQueryContext<byte[], ByteBuffer, ?> query = map.queryContext(key(hash))) {
      query.updateLock().lock();
      MapAbsentEntry<byte[], ByteBuffer> absent = query.absentEntry();
      if (absent == null) {
        throw new IllegalStateException("the map already has " + hash);
      }
      query.insert(absent, room);
      return room.address;
    } catch (IllegalStateException e) {
      if (room.address == 0) {
        return -1;
      }
      throw e;
    }
  }

  /**
   * Removes an entry, if it is as it was made. If it is not, its page has rotted, and to give back
   * the room that it says it has could be to give away somebody else's: it stays, until a recovery
   * finds it.
   */
  boolean remove(FragmentHash hash, int length) {
    try (ExternalMapQueryContext<byte[], ByteBuffer, ?> query = map.queryContext(key(hash))) {
      query.updateLock().lock();
      MapEntry<byte[], ByteBuffer> entry = query.entry();
      if (entry == null || entry.value().size() != Geometry.valueBytes(length)) {
        return false;
      }
      entry.doRemove();
      return true;
    }
  }

  /** Shows all entries; false if the visitor, or what it was shown, put an end to it. */
  boolean visit(Visitor visitor) {
    boolean[] sound = {true};
    try (MapSegmentContext<byte[], ByteBuffer, ?> segment = map.segmentContext(0)) {
      segment.forEachSegmentEntryWhile(
          entry -> {
            Fate fate = visit(entry, visitor);
            if (fate == Fate.REMOVE) {
              entry.doRemove();
            }
            sound[0] = fate != Fate.STOP;
            return sound[0];
          });
    }
    return sound[0];
  }

  private Fate visit(MapEntry<byte[], ByteBuffer> entry, Visitor visitor) {
    Data<byte[]> key = entry.key();
    Data<ByteBuffer> value = entry.value();
    long address = value.bytes().addressForRead(value.offset());
    long end = base + fileBytes();
    if (key.size() != Digest.BYTES
        || value.size() < 0
        || address < base
        || address > end - value.size()
        || (address - base) % geometry.alignment() != 0) {
      return Fate.STOP;
    }
    RandomDataInput in = key.bytes();
    long at = key.offset();
    FragmentHash hash =
        new FragmentHash(
            new Digest(
                Long.reverseBytes(in.readLong(at)),
                Long.reverseBytes(in.readLong(at + 8)),
                Long.reverseBytes(in.readLong(at + 16)),
                Long.reverseBytes(in.readLong(at + 24))));
    return visitor.visit(hash, address, value.size());
  }

  /** Returns how many entries the map says it has. */
  long entries() {
    return map.longSize();
  }

  /** Returns where in the file an address is. */
  long position(long address) {
    return address - base;
  }

  /** Returns the address of a position in the file. */
  long address(long position) {
    return base + position;
  }

  Path file() {
    return file;
  }

  /** Returns a view of mapped memory, good until the file is closed. */
  static ByteBuffer view(long address, int length) {
    PointerBytesStore pointer = BytesStore.nativePointer();
    pointer.set(address, length);
    return pointer.toTemporaryDirectByteBuffer();
  }

  /**
   * Returns how many bytes at the start of the file are the map's own books: header, hash lookup
   * and free list.
   */
  long bookBytes() {
    long entrySpace =
        (map.tierEntrySpaceInnerOffset + map.chunkSize * map.actualChunksPerSegmentTier + 63)
            & -64L;
    return map.segmentBaseAddr(0) - base + map.tierSize - entrySpace;
  }

  /** Returns how many bytes of the file are the map's. */
  long fileBytes() {
    return map.segmentBaseAddr(0) - base + map.tierSize;
  }

  /** Unmaps the file. */
  void close() {
    map.close();
  }

  private static byte[] key(FragmentHash hash) {
    return hash.digest().toBytes();
  }

  /** A value that takes room and tells where it is instead of being written. */
  private static final class Room implements Data<ByteBuffer> {
    private final int length;
    private long address;

    Room(int length) {
      this.length = length;
    }

    @Override
    public long size() {
      return Geometry.valueBytes(length);
    }

    /** The map calls this before the entry can be found. */
    @Override
    @SuppressWarnings("rawtypes") // as Chronicle declares it
    public void writeTo(RandomDataOutput target, long targetOffset) {
      address = target.addressForWrite(targetOffset);
      Trailer.write(address, length, Trailer.State.FILLING);
    }

    @Override
    public RandomDataInput bytes() {
      throw new UnsupportedOperationException("has no bytes of its own");
    }

    @Override
    public long offset() {
      return 0;
    }

    @Override
    public ByteBuffer get() {
      throw new UnsupportedOperationException("has no bytes of its own");
    }

    @Override
    public ByteBuffer getUsing(@Nullable ByteBuffer using) {
      throw new UnsupportedOperationException("has no bytes of its own");
    }
  }
}

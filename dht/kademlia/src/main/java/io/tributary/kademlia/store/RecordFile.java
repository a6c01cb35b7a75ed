package io.tributary.kademlia.store;

import io.tributary.kademlia.KademliaLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * A file of records, in several {@linkplain Shelf shelves}. Thread-safe.
 *
 * <p>Changes wait in memory, the last of each record only, and are written and committed together
 * by an executor whose thread may block. There are never more of them waiting than the stores above
 * hold records, which is bounded.
 */
public final class RecordFile implements AutoCloseable {

  private static final int CACHE_MIB = 4;

  private final Path path;
  private final MVStore store;
  private final Executor writer;
  private final Object lock = new Object();
  private Map<Change, Optional<byte[]>> changes = new LinkedHashMap<>();
  private boolean writing;
  private boolean closed;

  private record Change(MVMap<byte[], byte[]> map, Id id) {}

  /** Bytes that are equal if their content is. */
  private static final class Id {
    final byte[] bytes;

    Id(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Id that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  private RecordFile(Path path, MVStore store, Executor writer) {
    this.path = path;
    this.store = store;
    this.writer = writer;
  }

  /**
   * Opens a file, or makes it. Blocks.
   *
   * @param writer runs what blocks on the disk, one task at a time
   * @throws CorruptRecordsException if it is damaged
   * @throws IOException if it is locked by another process, or the disk fails
   */
  public static RecordFile open(Path path, Executor writer) throws IOException {
    try {
      MVStore store =
          new MVStore.Builder()
              .fileName(path.toString())
              .cacheSize(CACHE_MIB)
              .autoCommitDisabled()
              .open();
      return new RecordFile(path, store, writer);
    } catch (MVStoreException e) {
      throw explain(path, e);
    }
  }

  private static IOException explain(Path path, MVStoreException e) {
    return switch (e.getErrorCode()) {
      case DataUtils.ERROR_FILE_LOCKED ->
          new IOException(path + " is used by another process; stop that one first", e);
      case DataUtils.ERROR_READING_FAILED, DataUtils.ERROR_WRITING_FAILED, DataUtils.ERROR_CLOSED ->
          new IOException("the disk fails under " + path + ": " + e.getMessage(), e);
      default -> new CorruptRecordsException(path, e);
    };
  }

  /**
   * Opens a shelf. Blocks.
   *
   * @param name of the shelf within the file
   * @throws CorruptRecordsException if it is damaged
   */
  public Shelf shelf(String name) throws IOException {
    try {
      MVMap<byte[], byte[]> map =
          store.openMap(
              name,
              new MVMap.Builder<byte[], byte[]>()
                  .keyType(BytesType.INSTANCE)
                  .valueType(BytesType.INSTANCE));
      for (var cursor = map.cursor(null); cursor.hasNext(); ) {
        cursor.next();
      }
      return new MapShelf(map);
    } catch (MVStoreException e) {
      throw explain(path, e);
    }
  }

  private final class MapShelf implements Shelf {
    private final MVMap<byte[], byte[]> map;

    MapShelf(MVMap<byte[], byte[]> map) {
      this.map = map;
    }

    @Override
    public void load(BiConsumer<byte[], byte[]> each) {
      map.forEach(each);
    }

    @Override
    public void put(byte[] id, byte[] record) {
      change(new Change(map, new Id(id)), Optional.of(record));
    }

    @Override
    public void remove(byte[] id) {
      change(new Change(map, new Id(id)), Optional.empty());
    }
  }

  private void change(Change change, Optional<byte[]> record) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      changes.put(change, record);
      if (writing) {
        return;
      }
      writing = true;
    }
    writer.execute(this::write);
  }

  private void write() {
    while (true) {
      Map<Change, Optional<byte[]>> batch;
      synchronized (lock) {
        if (changes.isEmpty() || closed) {
          writing = false;
          lock.notifyAll();
          return;
        }
        batch = changes;
        changes = new LinkedHashMap<>();
      }
      apply(batch);
    }
  }

  private void apply(Map<Change, Optional<byte[]>> batch) {
    try {
      batch.forEach(
          (change, record) ->
              record.ifPresentOrElse(
                  bytes -> change.map().put(change.id().bytes, bytes),
                  () -> change.map().remove(change.id().bytes)));
      store.commit();
    } catch (RuntimeException e) {
      // The thread is not ours to end, and the next batch may fare better.
      KademliaLog.recordsNotWritten(batch.size(), path, e);
    }
  }

  /** Waits until all changes so far are on the disk. Blocks. */
  public void flush() {
    boolean interrupted = false;
    synchronized (lock) {
      while (writing) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    store.sync();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what is left and closes the file. Blocks. */
  @Override
  public void close() {
    flush();
    synchronized (lock) {
      closed = true;
    }
    store.close();
  }
}

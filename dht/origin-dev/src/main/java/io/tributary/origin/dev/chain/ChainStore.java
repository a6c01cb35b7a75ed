package io.tributary.origin.dev.chain;

import io.tributary.origin.chain.BlockHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.LongDataType;

/**
 * The blocks and the state of a dev chain in one file, where a block is either whole or not there.
 *
 * <pre>{@code
 * state    key                        -> value           after the newest block
 * headers  number                     -> header
 * numbers  block hash                 -> number
 * undo     number u64 big-endian, key -> 00 | 01 value   what the block found under the key
 * }</pre>
 *
 * <p>A commit is forced to the disk before it returns. After a crash the store opens at the newest
 * whole commit. The state after one of the last {@link #HISTORY_BLOCKS} blocks is the present state
 * with the later blocks undone.
 *
 * <p>Space of old commits is used again after some time; the file is never compacted, which the
 * embedded store does not do reliably.
 *
 * <p>Any number of threads may read, or one may commit; the caller sees to that.
 */
final class ChainStore implements AutoCloseable {
  /** How many blocks behind the newest the state is still known. */
  static final int HISTORY_BLOCKS = 64;

  private static final int CACHE_MEGABYTES = 16;
  private static final byte[] ABSENT = {0};

  private final MVStore store;
  private final MVMap<byte[], byte[]> state;
  private final MVMap<Long, byte[]> headers;
  private final MVMap<byte[], Long> numbers;
  private final MVMap<byte[], byte[]> undo;

  private ChainStore(MVStore store) {
    this.store = store;
    this.state = store.openMap("state", bytesTo(BytesType.INSTANCE));
    this.numbers = store.openMap("numbers", bytesTo(LongDataType.INSTANCE));
    this.undo = store.openMap("undo", bytesTo(BytesType.INSTANCE));
    this.headers =
        store.openMap(
            "headers",
            new MVMap.Builder<Long, byte[]>()
                .keyType(LongDataType.INSTANCE)
                .valueType(BytesType.INSTANCE));
  }

  private static <V> MVMap.Builder<byte[], V> bytesTo(org.h2.mvstore.type.DataType<V> values) {
    return new MVMap.Builder<byte[], V>().keyType(BytesType.INSTANCE).valueType(values);
  }

  /**
   * Opens or creates the file.
   *
   * @throws IOException if it cannot be read or is damaged
   */
  static ChainStore open(Path file) throws IOException {
    try {
      return new ChainStore(
          new MVStore.Builder()
              .fileName(file.toString())
              .autoCommitDisabled()
              .autoCommitBufferSize(0)
              .cacheSize(CACHE_MEGABYTES)
              .open());
    } catch (MVStoreException e) {
      throw new IOException(
          "cannot open the dev chain in "
              + file
              + "; free the disk or, if the file is damaged, delete it to start a new chain",
          e);
    }
  }

  /** Returns the newest block, or empty if there is none yet. */
  Optional<Header> head() {
    return Optional.ofNullable(headers.lastKey()).flatMap(this::header);
  }

  Optional<Header> header(long number) {
    return Optional.ofNullable(headers.get(number)).map(Header::decode);
  }

  Optional<Long> number(BlockHash hash) {
    return Optional.ofNullable(numbers.get(hash.digest().toBytes()));
  }

  Optional<byte[]> get(byte[] key) {
    return Optional.ofNullable(state.get(key));
  }

  /**
   * Returns what was under a key after a block.
   *
   * @param number one of the last {@link #HISTORY_BLOCKS} blocks, or the newest
   */
  Optional<byte[]> get(byte[] key, long number) {
    long head = headers.lastKey();
    for (long later = number + 1; later <= head; later++) {
      byte[] found = undo.get(undoKey(later, key));
      if (found != null) {
        return value(found);
      }
    }
    return get(key);
  }

  /**
   * Lists keys in order.
   *
   * @param prefix what they begin with
   * @param after the keys come after this one; empty for all
   * @param count the most keys to return
   * @param number the block after which they were there, as for {@link #get(byte[], long)}
   */
  List<byte[]> keys(byte[] prefix, byte[] after, int count, long number) {
    Map<byte[], Boolean> undone = presenceChanges(prefix, after, number);
    Map<byte[], Boolean> present = new TreeMap<>(Arrays::compareUnsigned);
    byte[] from = Arrays.compareUnsigned(after, prefix) < 0 ? prefix : after;
    Iterator<byte[]> keys = state.keyIterator(from);
    // Undoing takes away at most as many keys as it touches, so this many are enough.
    while (present.size() < count + undone.size() && keys.hasNext()) {
      byte[] key = keys.next();
      if (!startsWith(key, prefix)) {
        break;
      }
      if (Arrays.compareUnsigned(key, after) > 0) {
        present.put(key, true);
      }
    }
    present.putAll(undone);
    return present.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .limit(count)
        .toList();
  }

  /**
   * Adds a block.
   *
   * @param changes what the block puts under keys; empty removes
   * @throws IOException if it may not be on the disk; the store is then of no more use
   */
  void commit(Header header, Map<byte[], Optional<byte[]>> changes) throws IOException {
    try {
      changes.forEach(
          (key, value) -> {
            byte[] before = value.isPresent() ? state.put(key, value.get()) : state.remove(key);
            undo.put(undoKey(header.number(), key), before == null ? ABSENT : marked(before));
          });
      headers.put(header.number(), header.encode());
      numbers.put(header.hash().digest().toBytes(), header.number());
      forget(header.number() - HISTORY_BLOCKS);
      store.commit();
      store.sync();
    } catch (MVStoreException e) {
      throw new IOException("the dev chain cannot write its file; free the disk and restart", e);
    }
  }

  @Override
  public void close() {
    store.close();
  }

  /** Tells, for the keys that blocks after a block touched, whether they were there before. */
  private Map<byte[], Boolean> presenceChanges(byte[] prefix, byte[] after, long number) {
    Map<byte[], Boolean> changes = new TreeMap<>(Arrays::compareUnsigned);
    var entries = undo.cursor(undoKey(number + 1, new byte[0]));
    while (entries.hasNext()) {
      byte[] entry = entries.next();
      byte[] key = Arrays.copyOfRange(entry, Long.BYTES, entry.length);
      if (startsWith(key, prefix) && Arrays.compareUnsigned(key, after) > 0) {
        changes.putIfAbsent(key, value(entries.getValue()).isPresent());
      }
    }
    return changes;
  }

  private void forget(long number) {
    if (number < 0) {
      return;
    }
    byte[] end = undoKey(number + 1, new byte[0]);
    List<byte[]> old = new ArrayList<>();
    for (Iterator<byte[]> keys = undo.keyIterator(undoKey(0, new byte[0])); keys.hasNext(); ) {
      byte[] key = keys.next();
      if (Arrays.compareUnsigned(key, end) >= 0) {
        break;
      }
      old.add(key);
    }
    old.forEach(undo::remove);
  }

  private static byte[] undoKey(long number, byte[] key) {
    return ByteBuffer.allocate(Long.BYTES + key.length).putLong(number).put(key).array();
  }

  private static byte[] marked(byte[] value) {
    return ByteBuffer.allocate(1 + value.length).put((byte) 1).put(value).array();
  }

  private static Optional<byte[]> value(byte[] marked) {
    return marked[0] == 0
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(marked, 1, marked.length));
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}

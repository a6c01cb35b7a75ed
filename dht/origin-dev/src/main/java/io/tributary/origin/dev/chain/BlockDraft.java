package io.tributary.origin.dev.chain;

import io.tributary.content.Digest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The changes of a block in the making over the state it builds on; thrown away if the block is not
 * made. Used by one thread.
 */
final class BlockDraft {
  private final Function<byte[], Optional<byte[]>> base;
  private final TreeMap<byte[], Optional<byte[]>> changes = new TreeMap<>(Arrays::compareUnsigned);

  BlockDraft(Function<byte[], Optional<byte[]>> base) {
    this.base = base;
  }

  Optional<byte[]> get(byte[] key) {
    Optional<byte[]> changed = changes.get(key);
    return changed != null ? changed : base.apply(key);
  }

  void put(byte[] key, byte[] value) {
    changes.put(key, Optional.of(value));
  }

  void remove(byte[] key) {
    changes.put(key, Optional.empty());
  }

  Map<byte[], Optional<byte[]>> changes() {
    return changes;
  }

  /** Returns what stands for the state after the block, given what stands for the state before. */
  Digest stateRoot(Digest before) {
    byte[][] parts = new byte[1 + 2 * changes.size()][];
    parts[0] = before.toBytes();
    int i = 1;
    for (Map.Entry<byte[], Optional<byte[]>> change : changes.entrySet()) {
      parts[i++] = framed(change.getKey());
      parts[i++] = change.getValue().map(BlockDraft::framed).orElseGet(() -> new byte[] {-1});
    }
    return Header.blake2b256(parts);
  }

  private static byte[] framed(byte[] bytes) {
    return ByteBuffer.allocate(Integer.BYTES + bytes.length)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }
}

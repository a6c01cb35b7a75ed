package io.tributary.kademlia.store;

import java.util.function.BiConsumer;

/**
 * A place where records outlive the process: bytes under the bytes of their id.
 *
 * <p>Changes return at once and are written behind; what was changed in the last moments before a
 * crash may be lost. A store loads its shelf once, before all else.
 */
public interface Shelf {

  /** A shelf that keeps nothing. */
  Shelf NONE =
      new Shelf() {
        @Override
        public void load(BiConsumer<byte[], byte[]> each) {}

        @Override
        public void put(byte[] id, byte[] record) {}

        @Override
        public void remove(byte[] id) {}
      };

  /** Hands out all records. Blocks. */
  void load(BiConsumer<byte[], byte[]> each);

  /** Adds a record, or replaces it. */
  void put(byte[] id, byte[] record);

  /** Takes a record away. */
  void remove(byte[] id);
}

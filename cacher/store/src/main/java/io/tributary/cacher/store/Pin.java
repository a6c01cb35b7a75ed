package io.tributary.cacher.store;

import io.tributary.content.FragmentHash;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A promise that a fragment's bytes stay where they are until it is closed.
 *
 * <p>Bytes that were written to a socket have been copied when the call returns. With {@code
 * sendfile} they are read later, nobody can tell when; only what is {@link #sendable} may be sent
 * so, and there the pin may be closed when the call has returned.
 *
 * <p>Thread-safe. An open pin costs no memory of its own but keeps the room of a removed fragment
 * taken, see {@link Occupancy#deferredBytes}.
 */
public interface Pin extends AutoCloseable {
  /** What the bytes hash to; in a pin of a {@link Fill}, what they are to hash to. */
  FragmentHash hash();

  /** How many bytes there are. */
  int length();

  /** Returns a new read-only view of all bytes, outside of the heap; invalid after the close. */
  ByteBuffer bytes();

  /** Returns where the same bytes stand in a file, if they are in one; to be looked at only. */
  Optional<FileSpan> file();

  /**
   * Returns the stretch of the same bytes that the kernel may send from the file by reference, as
   * {@code sendfile} does, if there is one; it lies in that of {@link #file}. It gets new pages of
   * memory before it is written again, so that what a socket's queue still refers to stays as it
   * is. The store remembers that it was asked.
   */
  default Optional<FileSpan> sendable() {
    return Optional.empty();
  }

  /** Lets go of the bytes. Does nothing the second time. */
  @Override
  void close();

  /**
   * Bytes in a file.
   *
   * @param file the file
   * @param position where the first byte stands
   * @param length how many there are
   */
  record FileSpan(Path file, long position, int length) {}
}

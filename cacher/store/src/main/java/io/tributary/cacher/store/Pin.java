package io.tributary.cacher.store;

import io.tributary.content.FragmentHash;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A promise that a fragment's bytes stay where they are until it is closed.
 *
 * <p>Bytes that were handed to a socket count as read when the kernel has let go of them: with
 * {@code sendfile} that is later than when the call returns, so close the pin when the connection
 * has acknowledged them or is gone.
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

  /** Returns where the same bytes stand in a file, for {@code sendfile}, if they are in one. */
  Optional<FileSpan> file();

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

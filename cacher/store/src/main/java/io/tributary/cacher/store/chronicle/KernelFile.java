package io.tributary.cacher.store.chronicle;

import java.io.IOException;
import java.nio.file.Path;
import net.openhft.posix.OpenFlag;
import net.openhft.posix.PosixAPI;
import net.openhft.posix.PosixRuntimeException;

/**
 * A file opened for the one system call that Java has no method for: {@code fallocate}. Linux only.
 * Thread-safe.
 */
final class KernelFile implements AutoCloseable {
  private static final int KEEP_SIZE = 0x01;
  private static final int ZERO_RANGE = 0x10;

  private final PosixAPI posix = PosixAPI.posix();
  private final Path file;
  private final int number;

  /** Opens a file that is there. */
  KernelFile(Path file) throws IOException {
    this.file = file;
    this.number = posix.open(file.toString(), OpenFlag.O_RDWR, 0);
    if (number < 0) {
      throw failed("open");
    }
  }

  /** Has blocks of the disk stand behind a stretch, so that no write to it can fail for want. */
  void allocate(long position, long bytes) throws IOException {
    fallocate(0, position, bytes);
  }

  /**
   * Makes a stretch zeros: its pages of memory leave the file, its blocks stay and are not written.
   */
  void zero(long position, long bytes) throws IOException {
    fallocate(ZERO_RANGE | KEEP_SIZE, position, bytes);
  }

  private void fallocate(int mode, long position, long bytes) throws IOException {
    try {
      if (posix.fallocate(number, mode, position, bytes) != 0) {
        throw failed("fallocate");
      }
    } catch (PosixRuntimeException e) {
      throw new IOException("fallocate of " + file + ": " + e.getMessage(), e);
    }
  }

  private IOException failed(String call) {
    return new IOException(call + " of " + file + ": " + posix.lastErrorStr());
  }

  @Override
  public void close() {
    // What could fail has been done by the kernel before.
    int unused = posix.close(number);
  }
}

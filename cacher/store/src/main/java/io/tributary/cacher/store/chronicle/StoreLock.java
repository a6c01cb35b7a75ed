package io.tributary.cacher.store.chronicle;

import io.tributary.cacher.store.StoreException;
import io.tributary.cacher.store.StoreException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a second process, or a second store of this one, out of a store's file. */
final class StoreLock {
  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock, which the operating system gives back when the process ends.
   *
   * @throws StoreException {@link Reason#LOCKED} if somebody has it
   */
  static StoreLock take(Path file) throws StoreException, IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean isTaken = false;
    try {
      isTaken = tryLock(channel) != null;
    } finally {
      if (!isTaken) {
        channel.close();
      }
    }
    if (!isTaken) {
      throw new StoreException(
          Reason.LOCKED, file + ": another process uses this store; stop it first");
    }
    return new StoreLock(channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  void release() throws IOException {
    channel.close();
  }
}

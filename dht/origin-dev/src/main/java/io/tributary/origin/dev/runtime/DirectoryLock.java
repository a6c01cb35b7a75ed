package io.tributary.origin.dev.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The exclusive use of a directory by one owner in one process, given up by {@link #close} and by
 * the operating system when the process dies.
 */
public final class DirectoryLock implements AutoCloseable {
  private static final String LOCK_FILE = "LOCK";

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes a directory, which is created if it does not exist.
   *
   * @param directory the directory
   * @param what what uses it, for the error
   * @throws DirectoryInUseException if another process, or another owner here, has it
   */
  public static DirectoryLock take(Path directory, String what) throws IOException {
    Files.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new DirectoryLock(channel);
      }
    } catch (OverlappingFileLockException heldByThisProcess) {
      channel.close();
      throw new DirectoryInUseException(directory, what, heldByThisProcess);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new DirectoryInUseException(directory, what);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

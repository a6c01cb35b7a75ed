package io.tributary.origin.publish;

import java.io.IOException;
import java.nio.file.Path;

/** Says that another process is publishing the same file. */
public final class JournalLockedException extends IOException {
  private static final long serialVersionUID = 1L;

  JournalLockedException(Path journal) {
    super("the file is being published by another process, which holds " + journal);
  }
}

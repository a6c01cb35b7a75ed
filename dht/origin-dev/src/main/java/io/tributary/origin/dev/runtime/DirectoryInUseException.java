package io.tributary.origin.dev.runtime;

import java.io.IOException;
import java.nio.file.Path;

/** Says that a directory already has an owner; stop that one or choose another directory. */
public final class DirectoryInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  DirectoryInUseException(Path directory, String what) {
    super(message(directory, what));
  }

  DirectoryInUseException(Path directory, String what, Throwable cause) {
    super(message(directory, what), cause);
  }

  private static String message(Path directory, String what) {
    return "the directory "
        + directory.toAbsolutePath()
        + " is in use by another "
        + what
        + "; stop that one or choose another directory";
  }
}

package io.tributary.libp2p.identity;

import java.io.IOException;
import java.nio.file.Path;

/** Says why a node's key file cannot be used, and what its operator can do. */
public final class KeyFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with a key file. */
  public enum Reason {
    /** There is none. */
    MISSING,
    /** There is one already, and it is never overwritten. */
    EXISTS,
    /** Other users than its owner may read or change it. */
    OPEN_TO_OTHERS,
    /** It does not hold a key. */
    MALFORMED,
    /** It holds a key of another type than Ed25519. */
    OTHER_KEY_TYPE,
    /** The file system keeps no owner and permissions, so the key cannot be guarded. */
    NO_PERMISSIONS,
    /** The disk or the operating system failed. */
    IO_ERROR
  }

  private final Reason reason;
  private final String path;
  private final String fix;

  KeyFileException(Reason reason, Path path, String problem, String fix) {
    super("key file " + path + ": " + problem + "; " + fix);
    this.reason = reason;
    this.path = path.toString();
    this.fix = fix;
  }

  KeyFileException(Reason reason, Path path, String problem, String fix, Throwable cause) {
    this(reason, path, problem, fix);
    initCause(cause);
  }

  /** Returns what is wrong. */
  public Reason reason() {
    return reason;
  }

  /** Returns the file. */
  public Path path() {
    return Path.of(path);
  }

  /** Returns what the operator can do, as a phrase in the imperative. */
  public String fix() {
    return fix;
  }
}

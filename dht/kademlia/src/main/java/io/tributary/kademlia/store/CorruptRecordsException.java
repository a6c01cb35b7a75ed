package io.tributary.kademlia.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Says that a file of records is damaged. The operator deletes it and starts the node again:
 * records of others come back when they are announced again, at the latest within a day; what this
 * node itself announces has to be announced again by whoever did.
 */
public final class CorruptRecordsException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Path path;

  CorruptRecordsException(Path path, Throwable cause) {
    super(
        "the DHT's records in "
            + path
            + " are damaged ("
            + cause.getMessage()
            + "); delete the file and start again, records of others come back by themselves",
        cause);
    this.path = path;
  }

  /** The damaged file. */
  public Path path() {
    return path;
  }
}

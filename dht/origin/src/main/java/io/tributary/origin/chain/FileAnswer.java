package io.tributary.origin.chain;

import io.tributary.content.Fid;
import io.tributary.content.FileRecord;

/** What the chain says about a fid at one finalized block. */
public sealed interface FileAnswer {
  /**
   * The file is stored; whether all is well with it is in {@link FileRecord#state}.
   *
   * @param file its record
   */
  record Stored(FileRecord file) implements FileAnswer {}

  /**
   * The file is on order, and the miners do not have it all yet.
   *
   * @param deal the order
   */
  record Pending(Deal deal) implements FileAnswer {}

  /**
   * The chain knows no such file: it never existed, its order expired, or it was deleted.
   *
   * @param fid the name that was asked for
   */
  record Unknown(Fid fid) implements FileAnswer {}
}

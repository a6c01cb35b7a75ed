package io.tributary.origin.chain;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;

/** Something an account asks the chain's storage to do. */
public sealed interface Call {
  /**
   * An order to store a file.
   *
   * <p>If the chain already stores a file of that fid, it only gains an owner.
   *
   * @param manifest what the file is made of
   * @param owner on whose behalf, and what the owner calls it
   */
  record UploadDeclaration(Manifest manifest, Owner owner) implements Call {}

  /**
   * A miner's word that it holds one column of every segment of a file on order.
   *
   * @param fid the file
   * @param column the column, 0 to 11; the chain counts from 1
   */
  record TransferReport(Fid fid, int column) implements Call {
    /**
     * Checks the column.
     *
     * @throws IllegalArgumentException if it is not 0 to 11
     */
    public TransferReport {
      if (column < 0 || column >= Layout.COLUMNS) {
        throw new IllegalArgumentException(
            "column " + column + " is not 0 to " + (Layout.COLUMNS - 1));
      }
    }
  }

  /**
   * The end of an ownership; the file goes with its last owner.
   *
   * @param owner who owns it no longer
   * @param fid the file
   */
  record DeleteFile(AccountId owner, Fid fid) implements Call {}
}

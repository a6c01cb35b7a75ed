package io.tributary.retriever.engine;

import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.FileState;
import io.tributary.content.Manifest;
import io.tributary.content.StoredForm;
import java.util.List;

/**
 * An opened file: what the chain says of it, and in which form its bytes are stored.
 *
 * @param record the chain's record at some finalized block
 * @param form how the stored bytes came of the file; the chain does not tell, so it is plain unless
 *     it cannot be, or somebody knows better
 */
public record FileView(FileRecord record, StoredForm form) {
  /**
   * Checks that the file can have the form.
   *
   * @throws IllegalArgumentException if it cannot
   */
  public FileView {
    if (!record.manifest().fits(form)) {
      throw new IllegalArgumentException(
          "file " + record.manifest().fid() + " cannot be stored as " + form);
    }
  }

  /** Views a file in the first form that its size allows, plain before encrypted. */
  public static FileView of(FileRecord record) {
    return new FileView(
        record, record.manifest().fits(StoredForm.PLAIN) ? StoredForm.PLAIN : StoredForm.DEOSS_CBC);
  }

  /**
   * Views the same file in another form, as who is about to decrypt it must.
   *
   * @throws IllegalArgumentException if it cannot have this form
   */
  public FileView as(StoredForm other) {
    return new FileView(record, other);
  }

  /** What the file is made of. */
  public Manifest manifest() {
    return record.manifest();
  }

  /** The name under which it was opened. */
  public Fid fid() {
    return record.manifest().fid();
  }

  /** The size that the chain states. */
  public long sizeBytes() {
    return record.manifest().sizeBytes();
  }

  /** How many bytes can be read: the size for a plain file, somewhat more for an encrypted one. */
  public long storedBytes() {
    return record.manifest().storedBytes(form);
  }

  /**
   * What the first owner calls it: a stranger's text, of any characters. The fid if it has no
   * owner.
   */
  public String name() {
    return record.owners().isEmpty() ? fid().toHex() : record.owners().get(0).fileName();
  }

  /** How it is doing, by the chain's word. */
  public FileState state() {
    return record.state();
  }

  /** Who owns it. */
  public List<FileRecord.Owner> owners() {
    return record.owners();
  }
}

package io.tributary.content;

import java.util.List;

/**
 * What the chain knows of a stored file at one block.
 *
 * @param manifest the part that never changes
 * @param placement where the fragments lie
 * @param state how the file is doing
 * @param owners who owns it; at least one while the file exists
 */
public record FileRecord(
    Manifest manifest, Placement placement, FileState state, List<Owner> owners) {
  /**
   * Checks that the placement fits the manifest and copies the list.
   *
   * @throws IllegalArgumentException if their segment counts differ
   */
  public FileRecord {
    owners = List.copyOf(owners);
    if (placement.segments().size() != manifest.segments().size()) {
      throw new IllegalArgumentException(
          "the manifest has "
              + manifest.segments().size()
              + " segments, the placement "
              + placement.segments().size());
    }
  }

  /**
   * One owner of a file and what the owner calls it.
   *
   * @param account the owner
   * @param fileName the file's name, as the owner gave it: untrusted text
   * @param territory the storage space the file is booked on
   */
  public record Owner(AccountId account, String fileName, String territory) {}
}

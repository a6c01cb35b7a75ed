package io.tributary.content;

import java.security.MessageDigest;
import java.util.List;

/**
 * A way to compute a {@link Fid} from a file's segment hashes.
 *
 * <p>Both rules hash the raw 32-byte segment hashes, in file order. They agree only for files of
 * exactly two segments. A reader accepts either; a publisher states which one it used.
 */
public enum FidRule {
  /**
   * DeOSS's rule: a binary Merkle tree, where the odd node of a level is paired with itself and a
   * single segment is paired with itself too.
   *
   * <p>There is no leaf prefix, so an inner node can pose as a leaf: never prove membership to a
   * third party with it.
   */
  MERKLE {
    @Override
    Digest root(List<SegmentHash> segments) {
      Digest[] level = segments.stream().map(SegmentHash::digest).toArray(Digest[]::new);
      MessageDigest sha256 = Sha256.newDigest();
      int count = level.length;
      do {
        int parents = (count + 1) / 2;
        for (int i = 0; i < parents; i++) {
          Digest left = level[2 * i];
          Digest right = level[Math.min(2 * i + 1, count - 1)];
          sha256.update(left.toBytes());
          sha256.update(right.toBytes());
          level[i] = Digest.of(sha256.digest());
        }
        count = parents;
      } while (count > 1);
      return level[0];
    }
  },

  /** CD2N's rule: one hash over all segment hashes, one after the other. */
  FLAT {
    @Override
    Digest root(List<SegmentHash> segments) {
      MessageDigest sha256 = Sha256.newDigest();
      segments.forEach(segment -> sha256.update(segment.digest().toBytes()));
      return Digest.of(sha256.digest());
    }
  };

  /**
   * Computes the fid of a file.
   *
   * @param segments the file's segment hashes in order
   * @throws IllegalArgumentException if there are none
   */
  public Fid fid(List<SegmentHash> segments) {
    if (segments.isEmpty()) {
      throw new IllegalArgumentException("a file has at least one segment");
    }
    return new Fid(root(segments));
  }

  /** Tells whether the fid follows from these segment hashes by one of the two rules. */
  public static boolean matches(Fid fid, List<SegmentHash> segments) {
    return MERKLE.fid(segments).equals(fid) || FLAT.fid(segments).equals(fid);
  }

  abstract Digest root(List<SegmentHash> segments);
}

package io.tributary.retriever.engine.race;

import io.netty.buffer.ByteBuf;
import io.tributary.content.Digest;
import io.tributary.content.Sha256;
import io.tributary.retriever.engine.chunk.ChunkTree;
import io.tributary.retriever.engine.chunk.ChunkTrees;
import io.tributary.retriever.engine.source.FragmentOffer.Fetched;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Whether bytes are those of a column: a whole one has its hash, a stretch is checked by the chunk
 * tree that was made here of the whole one. Takes milliseconds; thread-safe.
 *
 * @param key what is raced for
 * @param trees those that are known
 */
record Verification(Race.Key key, ChunkTrees trees) {

  /** What is known of some bytes. */
  enum Verdict {
    /** They are the column's. */
    RIGHT,
    /** They are not. */
    WRONG,
    /** It is not known yet: no tree of the column is. */
    OPEN
  }

  /** Judges as many bytes as are raced for. */
  Verdict of(Column column, ByteBuffer bytes) {
    if (key.isWhole()) {
      Digest actual = Sha256.of(bytes);
      return actual.equals(column.name.hash().digest()) ? Verdict.RIGHT : Verdict.WRONG;
    }
    Optional<ChunkTree> tree =
        Optional.ofNullable(column.tree).or(() -> trees.find(column.name.hash()));
    if (tree.isEmpty()) {
      return Verdict.OPEN;
    }
    return tree.get().matches(key.offset(), bytes) ? Verdict.RIGHT : Verdict.WRONG;
  }

  /** Judges what an attempt brought, unless the way it came did. */
  Verdict of(Attempt attempt, Fetched got) {
    ByteBuf bytes = attempt.retained();
    if (bytes == null) {
      return Verdict.OPEN;
    }
    try {
      return got.isVerified() && key.isWhole()
          ? Verdict.RIGHT
          : of(attempt.column, bytes.nioBuffer());
    } finally {
      bytes.release();
    }
  }
}

package io.tributary.retriever.engine.source;

import io.tributary.content.FileRecord;
import io.tributary.exchange.FragmentName;

/**
 * A fragment that is looked for.
 *
 * @param file the file's record, whose placement may be some time old
 * @param segment the segment, from 0
 * @param column the fragment's column, 0 to 11
 */
public record FragmentWanted(FileRecord file, int segment, int column) {

  /** The fragment's name. */
  public FragmentName name() {
    return new FragmentName(
        file.manifest().fid(), segment, column, file.manifest().fragment(segment, column));
  }
}

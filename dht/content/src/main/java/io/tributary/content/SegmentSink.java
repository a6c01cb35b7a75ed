package io.tributary.content;

import java.io.IOException;

/** Takes the segments of a file, one after the other, as a {@link Segmenter} makes them. */
@FunctionalInterface
public interface SegmentSink {
  /** A sink for callers who want the manifest only. */
  SegmentSink NONE = segment -> {};

  /**
   * Takes one segment; the segmenter goes on when this returns.
   *
   * @param segment the segment, whose bytes are valid until this returns
   * @throws IOException to give up; the segmenter passes it on
   */
  void accept(EncodedSegment segment) throws IOException;
}

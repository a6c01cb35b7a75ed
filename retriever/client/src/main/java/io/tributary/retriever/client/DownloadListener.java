package io.tributary.retriever.client;

import io.tributary.content.ByteRange;
import java.time.Duration;
import java.util.List;

/** Told how a download goes; by several threads, so implementations are thread-safe and quick. */
public interface DownloadListener {
  /** Listens to nothing. */
  DownloadListener NONE = new DownloadListener() {};

  /**
   * The file is known.
   *
   * @param bytes all that will be received; of a range that is verified, the pieces it lies in
   * @param alreadyBytes of these, what an earlier run verified
   */
  default void started(long bytes, long alreadyBytes) {}

  /** Bytes came that are not verified yet. */
  default void received(long bytes) {}

  /** A piece is verified and where it belongs. */
  default void verified(int piece, long bytes, String source, Duration took) {}

  /**
   * A range came whose bytes this side cannot verify, but for its source's word.
   *
   * @param isVerifiedHere whether the source is a part of this process, which has verified them
   */
  default void believed(ByteRange range, boolean isVerifiedHere) {}

  /**
   * An attempt failed; what it received does not count.
   *
   * @param piece the piece, or -1 for the file's metadata
   * @param droppedBytes what it had received
   */
  default void failed(int piece, long droppedBytes, String source, String why) {}

  /** Whether {@link #asked} is to be told, which costs a question for each piece. */
  default boolean explains() {
    return false;
  }

  /** What a source did to get at a piece, whatever came of it. */
  default void asked(int piece, String source, List<Ask> asks) {}
}

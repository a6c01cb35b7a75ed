package io.tributary.retriever.node.client;

import java.net.URI;
import java.time.Duration;

/** Told how a download goes; by several threads, so implementations are thread-safe and quick. */
public interface DownloadListener {
  /** Listens to nothing. */
  DownloadListener NONE = new DownloadListener() {};

  /**
   * The file is known.
   *
   * @param bytes all that will be written
   * @param alreadyBytes of these, what an earlier run verified
   */
  default void started(long bytes, long alreadyBytes) {}

  /** Bytes came that are not verified yet. */
  default void received(long bytes) {}

  /** A piece is verified and on the disk. */
  default void verified(int piece, long bytes, URI retriever, Duration took) {}

  /**
   * An attempt failed; what it received does not count.
   *
   * @param piece the piece, or -1 for the file's metadata
   * @param droppedBytes what it had received
   */
  default void failed(int piece, long droppedBytes, URI retriever, String why) {}
}

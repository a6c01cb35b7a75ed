package io.tributary.retriever.client;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import java.io.IOException;
import java.util.List;

/**
 * Who is asked for files: a retriever over HTTP, or an engine in this process. Not believed: what
 * comes of it is hashed here. Thread-safe.
 */
public interface FileSource {

  /** What people call it, such as its address. */
  String name();

  /**
   * Says what a file is made of. Blocks.
   *
   * @param stop ends the wait, with any {@link IOException}
   * @throws Unanswered if the source has another answer than that
   * @throws IOException if it gave none
   */
  RemoteFile describe(Fid fid, StopSignal stop) throws IOException, InterruptedException;

  /**
   * Begins to read a range of a file's stored bytes. Blocks until the source has answered.
   *
   * @param stop ends the wait for an answer, and every later one for bytes, with any {@link
   *     IOException}
   * @throws Unanswered if the source has another answer than the bytes
   * @throws IOException if it gave none
   */
  Content open(Fid fid, ByteRange range, StopSignal stop) throws IOException, InterruptedException;

  /**
   * Whether what comes of it was verified in this process already, so that a part of a piece can be
   * taken without the rest.
   */
  default boolean isVerifiedHere() {
    return false;
  }

  /** Bytes as they come. Not thread-safe. */
  interface Content extends AutoCloseable {

    /**
     * Reads some bytes. Blocks until there are any, or the source has sent nothing for too long.
     *
     * @return how many, or -1 at the end
     * @throws Unanswered if the source says that no more come
     */
    int read(byte[] into, int offset, int length) throws IOException, InterruptedException;

    /** What the source did for these bytes; empty if it does not tell. May ask it, and block. */
    List<Ask> asks() throws InterruptedException;

    /** Ends it; the source is told that no more is wanted. */
    @Override
    void close();
  }
}

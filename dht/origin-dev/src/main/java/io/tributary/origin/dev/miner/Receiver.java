package io.tributary.origin.dev.miner;

import io.netty.handler.codec.http.HttpContent;
import java.io.IOException;

/** What takes in the body of one request and then answers it; used by one connection only. */
interface Receiver extends AutoCloseable {
  /** Takes a piece of the body, which stays the caller's. */
  void offer(HttpContent piece) throws IOException;

  /** Answers, after the last piece. */
  Answer finish() throws IOException;

  /** Tells whether the answer does not depend on the body. */
  default boolean ignoresBody() {
    return false;
  }

  /** How fast the body is to be read. */
  default long bytesPerSecond() {
    return BodyWriter.UNLIMITED;
  }

  /** After how many bytes of the body the connection is to be closed. */
  default long cutAfterBytes() {
    return Long.MAX_VALUE;
  }

  /** Gives up what {@link #finish} did not use. */
  @Override
  default void close() {}

  /** Makes an answer. */
  interface Answering {
    Answer answer() throws IOException;
  }

  /** Returns a receiver that throws the body away and then answers. */
  static Receiver ignoringBody(Answering answering) {
    return new Receiver() {
      @Override
      public void offer(HttpContent piece) {}

      @Override
      public Answer finish() throws IOException {
        return answering.answer();
      }

      @Override
      public boolean ignoresBody() {
        return true;
      }
    };
  }
}

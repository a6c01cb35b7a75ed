package io.tributary.origin.dev.miner;

import io.netty.handler.codec.http.HttpResponseStatus;

/** What a miner does about one request. */
sealed interface Answer {

  /** A JSON message. */
  record Message(HttpResponseStatus status, Envelope envelope) implements Answer {
    /** Returns a message in CESS's manner: HTTP 200, the code in the body. */
    static Message of(int code, String message) {
      return new Message(HttpResponseStatus.OK, Envelope.of(code, message));
    }

    static Message of(HttpResponseStatus status, String message) {
      return new Message(status, Envelope.of(status.code(), message));
    }
  }

  /**
   * A fragment or a part of one.
   *
   * @param body closed when the answer is over
   * @param bytesPerSecond how fast, or {@link BodyWriter#UNLIMITED}
   * @param until after how many bytes to stop
   * @param end what happens then
   */
  record Bytes(
      HttpResponseStatus status, FragmentBody body, long bytesPerSecond, long until, End end)
      implements Answer {
    static Bytes of(HttpResponseStatus status, FragmentBody body) {
      return new Bytes(status, body, BodyWriter.UNLIMITED, body.lengthBytes(), End.COMPLETE);
    }

    boolean isPlain() {
      return bytesPerSecond == BodyWriter.UNLIMITED && end == End.COMPLETE;
    }
  }

  /** No answer, while the connection stays open. */
  record Silence() implements Answer {}

  /** What comes after the last byte of a body. */
  enum End {
    COMPLETE,
    SILENCE,
    CLOSE
  }
}

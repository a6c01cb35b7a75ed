package io.tributary.nodekit.http;

/** What is told along a connection's pipeline besides requests. */
enum LineEvent {
  /** A client sends its content only after an interim answer. */
  CONTENT_WAITS_FOR_CONTINUE,

  /** The server closes: answers under way may end, no request is begun. */
  DRAIN
}

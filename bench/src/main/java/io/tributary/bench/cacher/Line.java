package io.tributary.bench.cacher;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection that carries one request at a time. Used by one thread. */
interface Line {
  /** The socket's number. */
  int socket();

  /** Sends a request; a direct buffer, which is left as it is. */
  void ask(ByteBuffer request) throws IOException;

  /**
   * Takes what has come of the answer.
   *
   * @return how many bytes of content the answer had, or -1 if it is not complete
   */
  long take() throws IOException;

  /** Ends the connection. */
  void end();
}

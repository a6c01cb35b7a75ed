package io.tributary.bench.cacher;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A line without TLS: reads heads, and has the kernel throw content away. */
final class PlainLine implements Line {
  /** Enough for a head and a small object, which so take one call. */
  private static final int FIRST_BYTES = 16 << 10;

  private final int socket;
  private final ByteBuffer first = ByteBuffer.allocateDirect(FIRST_BYTES);
  private final long firstAddress = Sockets.address(first);
  private int have;
  private long content;
  private long left;

  PlainLine(int port) throws IOException {
    socket = Sockets.connect(port);
  }

  @Override
  public int socket() {
    return socket;
  }

  @Override
  public void ask(ByteBuffer request) throws IOException {
    have = 0;
    left = 0;
    Sockets.sendAll(socket, Sockets.address(request), request.limit());
  }

  @Override
  public long take() throws IOException {
    if (left == 0) {
      long got =
          Sockets.receive(socket, firstAddress + have, FIRST_BYTES - have, Sockets.DONT_WAIT);
      if (got == 0) {
        return -1;
      }
      have += (int) got;
      AnswerHead head = AnswerHead.read(first, have);
      if (head == null) {
        if (have == FIRST_BYTES) {
          throw new IOException("a head of more than " + FIRST_BYTES + " bytes");
        }
        return -1;
      }
      content = head.contentBytes();
      left = head.bytes() + content - have;
    }
    while (left > 0) {
      long got = Sockets.receive(socket, 0, left, Sockets.DONT_WAIT | Sockets.TRUNCATE);
      if (got == 0) {
        return -1;
      }
      left -= got;
    }
    if (left < 0) {
      throw new IOException("an answer is longer than it said");
    }
    return content;
  }

  @Override
  public void end() {
    Sockets.end(socket);
  }
}

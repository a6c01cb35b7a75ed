package io.tributary.bench.cacher;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * A line of TLS 1.3 that decrypts its first answers only: then it knows how long heads are, and
 * tells by the records' headers when an answer is complete. The server cannot see the difference,
 * and the client costs less than the server.
 *
 * <pre>{@code
 * record   | type, 1 | version, 2 | length, 2 | encrypted: content, type of content 1 | tag, 16 |
 * }</pre>
 */
final class TlsLine implements Line {
  static final String CIPHER = "TLS_AES_128_GCM_SHA256";

  private static final int HEADER_BYTES = 5;
  private static final int HIDDEN_BYTES = 17;
  private static final int APPLICATION_DATA = 23;
  private static final int BUFFER_BYTES = 256 << 10;

  /** So many answers are decrypted; their heads must be of one length. */
  private static final int DECRYPTED = 2;

  private final int socket;
  private final SSLEngine engine;
  private final ByteBuffer out = ByteBuffer.allocateDirect(32 << 10);
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final ByteBuffer plain = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final long outAddress = Sockets.address(out);
  private final long inAddress = Sockets.address(in);

  private int answers;
  private int headBytes = -1;
  private long content;
  private long expected = -1;
  private long got;
  private int headerBytes;
  private int recordBytes;
  private int skip;

  TlsLine(int port, SSLContext context) throws IOException {
    socket = Sockets.connect(port);
    engine = context.createSSLEngine("localhost", port);
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(new String[] {"TLSv1.3"});
    engine.setEnabledCipherSuites(new String[] {CIPHER});
    shakeHands();
  }

  private void shakeHands() throws IOException {
    engine.beginHandshake();
    in.limit(0);
    while (true) {
      HandshakeStatus status = engine.getHandshakeStatus();
      switch (status) {
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
        case NEED_UNWRAP -> {
          SSLEngineResult result = engine.unwrap(in, plain);
          if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            receive(0);
          }
        }
        default -> {
          return;
        }
      }
    }
  }

  private void wrap(ByteBuffer bytes) throws IOException {
    out.clear();
    SSLEngineResult result = engine.wrap(bytes, out);
    if (result.getStatus() != SSLEngineResult.Status.OK) {
      throw new IOException("TLS: " + result);
    }
    Sockets.sendAll(socket, outAddress, out.position());
  }

  /** Receives behind what is left in the buffer; false if nothing has come. */
  private boolean receive(int flags) throws IOException {
    in.compact();
    long count = Sockets.receive(socket, inAddress + in.position(), in.remaining(), flags);
    in.position(in.position() + (int) count).flip();
    return count > 0;
  }

  @Override
  public int socket() {
    return socket;
  }

  @Override
  public void ask(ByteBuffer request) throws IOException {
    got = 0;
    plain.clear();
    expected = -1;
    if (answers >= DECRYPTED) {
      expected = headBytes + content;
      if (answers == DECRYPTED) {
        in.compact();
        walk(in.position());
      }
      in.clear();
    }
    wrap(request.duplicate());
  }

  @Override
  public long take() throws IOException {
    boolean isComplete = answers < DECRYPTED ? decrypt() : count();
    if (!isComplete) {
      return -1;
    }
    answers++;
    return content;
  }

  private boolean decrypt() throws IOException {
    while (expected < 0 || got < expected) {
      SSLEngineResult result = engine.unwrap(in, plain);
      if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
        if (!receive(Sockets.DONT_WAIT)) {
          return false;
        }
        continue;
      }
      if (result.getStatus() != SSLEngineResult.Status.OK) {
        throw new IOException("TLS: " + result);
      }
      got += result.bytesProduced();
      if (expected < 0) {
        AnswerHead head = AnswerHead.read(plain, plain.position());
        if (head != null) {
          if (headBytes >= 0 && headBytes != head.bytes()) {
            throw new IOException("heads of " + headBytes + " and of " + head.bytes() + " bytes");
          }
          headBytes = head.bytes();
          content = head.contentBytes();
          expected = headBytes + content;
          plain.clear();
        }
      } else {
        plain.clear();
      }
    }
    if (got > expected) {
      throw new IOException("an answer is longer than it said");
    }
    return true;
  }

  private boolean count() throws IOException {
    while (got < expected || skip > 0) {
      long received = Sockets.receive(socket, inAddress, BUFFER_BYTES, Sockets.DONT_WAIT);
      if (received == 0) {
        return false;
      }
      walk((int) received);
    }
    // Behind its last byte there may still come records without content.
    if (got > expected) {
      throw new IOException("an answer is longer than it said");
    }
    return true;
  }

  /** Goes from record to record. */
  private void walk(int bytes) throws IOException {
    int at = 0;
    while (at < bytes) {
      if (skip > 0) {
        int step = Math.min(skip, bytes - at);
        skip -= step;
        at += step;
        continue;
      }
      int value = inByte(at++);
      if (headerBytes == 0 && value != APPLICATION_DATA) {
        throw new IOException("a record of type " + value);
      }
      recordBytes = ((recordBytes << Byte.SIZE) & 0xffff) | value;
      if (++headerBytes == HEADER_BYTES) {
        headerBytes = 0;
        skip = recordBytes;
        got += recordBytes - HIDDEN_BYTES;
      }
    }
  }

  private int inByte(int at) {
    return in.get(at) & 0xff;
  }

  @Override
  public void end() {
    Sockets.end(socket);
  }
}

package io.tributary.libp2p.portmap;

import io.tributary.libp2p.portmap.GatewayException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One request of HTTP/1.1 and its answer, on a connection of its own, within a time and a size for
 * all of it. Follows nothing and keeps nothing. Used by one thread.
 */
final class HttpExchange {

  /** The longest body of an answer that is read. */
  static final int MAX_BODY_BYTES = 128 << 10;

  /** The longest line of a head, and the most lines. */
  static final int MAX_LINE_BYTES = 2048;

  static final int MAX_LINES = 64;

  /** An answer. */
  static final class Answer {
    private final int status;
    private final byte[] body;

    private Answer(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }

    /** Such as 200. */
    int status() {
      return status;
    }

    /** The bytes themselves, for who reads them once. */
    byte[] body() {
      return body;
    }
  }

  private final InputStream in;
  private final Socket socket;
  private final long endNanos;
  private long length = -1;
  private boolean chunked;

  private HttpExchange(Socket socket, long endNanos) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.endNanos = endNanos;
  }

  /**
   * Sends a request and waits for the answer.
   *
   * @param head the first line and the fields, without the empty line and without {@code
   *     Connection} and {@code Content-Length}
   */
  static Answer send(InetSocketAddress to, String head, String body, Duration whole)
      throws GatewayException {
    long end = System.nanoTime() + whole.toNanos();
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String all = head + "Connection: close\r\nContent-Length: " + content.length + "\r\n\r\n";
    try (Socket socket = new Socket()) {
      socket.connect(to, (int) Math.min(whole.toMillis(), Integer.MAX_VALUE));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(all.getBytes(StandardCharsets.ISO_8859_1));
      out.writeBytes(content);
      // Small enough for the kernel to take at once, so this does not wait for the gateway.
      socket.getOutputStream().write(out.toByteArray());
      return new HttpExchange(socket, end).read();
    } catch (GatewayException e) {
      throw e;
    } catch (IOException e) {
      throw new GatewayException(Reason.NO_ANSWER, e);
    }
  }

  private Answer read() throws IOException {
    String first = line();
    if (!first.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
      throw malformed("no status line");
    }
    readFields();
    byte[] body = chunked ? chunks() : length >= 0 ? exactly((int) length) : rest();
    return new Answer(Integer.parseInt(first.substring(9, 12)), body);
  }

  private void readFields() throws IOException {
    for (int i = 0; ; i++) {
      String field = line();
      if (field.isEmpty()) {
        return;
      }
      int colon = field.indexOf(':');
      if (i == MAX_LINES || colon < 1) {
        throw malformed("too many fields, or none");
      }
      String value = field.substring(colon + 1).trim();
      switch (field.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = number(value, 10);
        case "transfer-encoding" -> {
          if (!"chunked".equalsIgnoreCase(value)) {
            throw malformed("transfer encoding " + value);
          }
          chunked = true;
        }
        default -> {
          // Nothing else matters here.
        }
      }
    }
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; ; i++) {
      String size = line();
      int extension = size.indexOf(';');
      long bytes = number(extension < 0 ? size : size.substring(0, extension), 16);
      if (bytes == 0) {
        return body.toByteArray();
      }
      // Chunks of a byte each would be a way to be slow.
      if (body.size() + bytes > MAX_BODY_BYTES || i > MAX_BODY_BYTES / 64) {
        throw tooLong();
      }
      body.writeBytes(exactly((int) bytes));
      if (!line().isEmpty()) {
        throw malformed("a chunk without an end");
      }
    }
  }

  private byte[] exactly(int bytes) throws IOException {
    byte[] body = new byte[bytes];
    for (int at = 0; at < bytes; ) {
      int read = read(body, at);
      if (read < 0) {
        throw malformed("the answer ends early");
      }
      at += read;
    }
    return body;
  }

  private byte[] rest() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    for (int read = read(piece, 0); read >= 0; read = read(piece, 0)) {
      if (body.size() + read > MAX_BODY_BYTES) {
        throw tooLong();
      }
      body.write(piece, 0, read);
    }
    return body.toByteArray();
  }

  private String line() throws IOException {
    byte[] one = new byte[1];
    StringBuilder line = new StringBuilder();
    while (line.length() <= MAX_LINE_BYTES) {
      if (read(one, 0) < 0) {
        throw malformed("the head ends early");
      }
      if (one[0] == '\n') {
        int last = line.length() - 1;
        if (last >= 0 && line.charAt(last) == '\r') {
          line.setLength(last);
        }
        return line.toString();
      }
      line.append((char) (one[0] & 0xFF));
    }
    throw malformed("a line of the head is too long");
  }

  private int read(byte[] into, int at) throws IOException {
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
    if (leftMillis < 1) {
      throw new GatewayException(Reason.NO_ANSWER, "the answer takes too long");
    }
    socket.setSoTimeout((int) Math.min(leftMillis, Integer.MAX_VALUE));
    return in.read(into, at, into.length - at);
  }

  private static long number(String digits, int radix) throws GatewayException {
    long value;
    try {
      value = Long.parseLong(digits.trim(), radix);
    } catch (NumberFormatException e) {
      throw malformed("no length: " + digits);
    }
    if (value < 0) {
      throw malformed("a length of " + value);
    }
    if (value > MAX_BODY_BYTES) {
      throw tooLong();
    }
    return value;
  }

  private static GatewayException malformed(String detail) {
    return new GatewayException(Reason.MALFORMED, detail);
  }

  private static GatewayException tooLong() {
    return malformed("the answer is longer than " + MAX_BODY_BYTES);
  }
}

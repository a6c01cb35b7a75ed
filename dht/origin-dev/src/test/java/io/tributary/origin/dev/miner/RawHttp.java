package io.tributary.origin.dev.miner;

import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.origin.dev.Accounts;
import io.tributary.origin.identity.SignedText;
import io.tributary.origin.identity.Ss58Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection on which requests are written and answers read byte by byte. */
final class RawHttp implements AutoCloseable {
  static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;

  RawHttp(int port) throws IOException {
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
  }

  /** The head of an answer. */
  record Head(String statusLine, Map<String, String> headers) {
    int status() {
      return Integer.parseInt(statusLine.substring(9, 12));
    }

    long lengthBytes() {
      return Long.parseLong(headers.getOrDefault("content-length", "-1"));
    }
  }

  static String signedHeaders(Fid fid, FragmentHash fragment) {
    SignedText signed = SignedText.sign(Accounts.number(3), "raw");
    return "Host: miner\r\nFid: "
        + fid
        + "\r\nFragment: "
        + fragment
        + "\r\nAccount: "
        + new Ss58Address(Ss58Address.CESS_TESTNET, signed.account())
        + "\r\nMessage: raw\r\nSignature: 0x"
        + signed.signature()
        + "\r\n";
  }

  static String get(Fid fid, FragmentHash fragment, String moreHeaders) {
    return "GET /fragment HTTP/1.1\r\n" + signedHeaders(fid, fragment) + moreHeaders + "\r\n";
  }

  void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.US_ASCII));
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  Head readHead() throws IOException {
    String statusLine = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Head(statusLine, headers);
  }

  byte[] readBody(long bytes) throws IOException {
    byte[] body = socket.getInputStream().readNBytes((int) bytes);
    if (body.length != bytes) {
      throw new IOException("closed after " + body.length + " of " + bytes + " bytes");
    }
    return body;
  }

  /** Reads what comes until the other side closes. */
  byte[] readToEnd() throws IOException {
    return socket.getInputStream().readAllBytes();
  }

  /** Tells whether nothing more comes for some time although the connection stays open. */
  boolean isSilent(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      return socket.getInputStream().read() == Integer.MIN_VALUE;
    } catch (java.net.SocketTimeoutException silent) {
      return true;
    } finally {
      socket.setSoTimeout(TIMEOUT_MILLIS);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private String line() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("closed within \"" + line.toString(StandardCharsets.US_ASCII) + '"');
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.US_ASCII).strip();
  }
}

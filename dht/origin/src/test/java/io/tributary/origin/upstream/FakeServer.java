package io.tributary.origin.upstream;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real server on the loopback whose answers a test writes byte by byte. One request per
 * connection.
 */
public final class FakeServer implements AutoCloseable {
  /** Writes the answer to one request; the connection is closed when it returns. */
  @FunctionalInterface
  public interface Script {
    /** Answers. */
    void answer(Request request) throws IOException;
  }

  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();

  private FakeServer(ServerSocket socket) {
    this.socket = socket;
  }

  /** Starts a server. */
  public static FakeServer start(Script script) {
    try {
      FakeServer server = new FakeServer(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()));
      server.threads.execute(() -> server.accept(script));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns an address at which nobody listens. */
  public static Endpoint nobody() {
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Endpoint.parse("127.0.0.1:" + unused.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the server's address. */
  public Endpoint endpoint() {
    return Endpoint.parse("127.0.0.1:" + socket.getLocalPort());
  }

  /** Returns the requests so far. */
  public List<Request> requests() {
    return requests;
  }

  /** Returns the connections whose script is running. */
  public int openConnections() {
    return open.get();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }

  private void accept(Script script) {
    while (true) {
      try {
        Socket connection = socket.accept();
        threads.execute(() -> serve(connection, script));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection, Script script) {
    open.incrementAndGet();
    try (connection) {
      Request request = new Request(connection);
      requests.add(request);
      script.answer(request);
    } catch (IOException e) {
      // The client went away, or the test is over.
    } finally {
      open.decrementAndGet();
    }
  }

  /** One request and the way to answer it. */
  public static final class Request {
    private final Socket connection;
    private final InputStream in;
    private final String line;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    Request(Socket connection) throws IOException {
      this.connection = connection;
      this.in = new BufferedInputStream(connection.getInputStream());
      this.line = readLine();
      for (String header = readLine(); !header.isEmpty(); header = readLine()) {
        int colon = header.indexOf(':');
        headers.put(header.substring(0, colon), header.substring(colon + 1).strip());
      }
    }

    /** Returns the request line. */
    public String line() {
      return line;
    }

    /** Returns a header, or the empty text. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** Reads the body, saying 100 Continue first if the client waits for it. */
    public byte[] body() throws IOException {
      if (header("Expect").toLowerCase(Locale.ROOT).equals("100-continue")) {
        send("HTTP/1.1 100 Continue\r\n\r\n");
      }
      return in.readNBytes(Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
    }

    /** Sends text as it is. */
    public void send(String text) throws IOException {
      send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes as they are. */
    public void send(byte[] bytes) throws IOException {
      OutputStream out = connection.getOutputStream();
      out.write(bytes);
      out.flush();
    }

    /** Sends a good head for a body of a length. */
    public void sendHead(long contentLength) throws IOException {
      send("HTTP/1.1 200 OK\r\nConnection: close\r\n");
      send(
          "Content-Type: application/octet-stream\r\nContent-Length: "
              + contentLength
              + "\r\n\r\n");
    }

    /** Sends a whole good answer. */
    public void sendBytes(byte[] body) throws IOException {
      sendHead(body.length);
      send(body);
    }

    /** Sends a good answer in chunks, without a length in the head. */
    public void sendChunked(byte[]... chunks) throws IOException {
      send("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (byte[] chunk : chunks) {
        send(Integer.toHexString(chunk.length) + "\r\n");
        send(chunk);
        send("\r\n");
      }
      send("0\r\n\r\n");
    }

    /** Sends a JSON answer. */
    public void sendJson(int status, String json) throws IOException {
      byte[] body = json.getBytes(StandardCharsets.UTF_8);
      send("HTTP/1.1 " + status + " Whatever\r\nConnection: close\r\n");
      send("Content-Type: application/json; charset=utf-8\r\n");
      send("Content-Length: " + body.length + "\r\n\r\n");
      send(body);
    }

    /** Reads on until the client closes the connection, and returns how many bytes came. */
    public long readToEnd() throws IOException {
      return in.transferTo(OutputStream.nullOutputStream());
    }

    /** Keeps the connection open and silent until the client or the test ends it. */
    public void stall() throws IOException {
      while (in.read() >= 0) {
        // Whatever the client still sends.
      }
    }

    private String readLine() throws IOException {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          throw new IOException("the client went away");
        }
        if (b != '\r') {
          text.write(b);
        }
      }
      return text.toString(StandardCharsets.ISO_8859_1);
    }
  }
}

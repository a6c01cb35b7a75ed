package io.tributary.bench.retriever;

import io.tributary.bench.cacher.AnswerHead;
import io.tributary.bench.cacher.Load;
import io.tributary.bench.cacher.PlainLine;
import io.tributary.bench.cacher.Sockets;
import io.tributary.bench.process.WorkerLoop;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The program of the measuring JVM. It takes a command a line and answers each with a line of JSON;
 * it ends when its stdin does.
 *
 * <pre>
 * whole PORT TARGET MILLIS              one file, again and again, thrown away in the kernel
 * ranges PORT CONNECTIONS MILLIS FILE   targets and ranges are the lines of the file
 * paced PORT CONNECTIONS MILLIS FILE RATE  likewise, so many a second, whether answers come or not
 * first PORT TARGET COUNT               times to the first byte of content, each on a connection of
 *                                       its own
 * hold PORT TARGET COUNT                asks for so many files at a time, takes something of each, and
 *                                       leaves all open
 * open PORT TARGET                      asks for a file, takes nothing, and leaves it open
 * leave 0, release 0                    ends what is open
 * </pre>
 */
final class ReadersMain {
  private static final int HEAD_BYTES = 16 << 10;
  private static final int SLOW_BYTES = 16 << 10;
  private static final double MICROS = 1e3;

  /** The longest that is waited until something has come of each file. */
  private static final long HOLD_NANOS = 60_000_000_000L;

  private final List<Integer> held = new ArrayList<>();

  private ReadersMain() {}

  public static void main(String[] arguments) throws IOException {
    new WorkerLoop().run(Map.of(), new ReadersMain()::carryOut);
  }

  private Map<String, ?> carryOut(String command, String... words) throws IOException {
    int port = Integer.parseInt(words[0]);
    return switch (command) {
      case "whole" -> whole(port, words[1], Long.parseLong(words[2]));
      case "ranges" ->
          ranges(port, Integer.parseInt(words[1]), Long.parseLong(words[2]), Path.of(words[3]));
      case "paced" ->
          paced(
              port,
              Integer.parseInt(words[1]),
              Long.parseLong(words[2]),
              Path.of(words[3]),
              Double.parseDouble(words[4]));
      case "first" -> first(port, words[1], Integer.parseInt(words[2]));
      case "hold" -> hold(port, words[1], Integer.parseInt(words[2]));
      case "open" -> open(port, words[1]);
      case "release", "leave" -> release();
      default -> throw new IllegalArgumentException("no command " + command);
    };
  }

  private static byte[] request(String target) {
    return ("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  // One file again and again

  private static Map<String, ?> whole(int port, String target, long millis) throws IOException {
    byte[] bytes = request(target);
    ByteBuffer request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    int socket = Sockets.connect(port);
    try {
      long cpu = Work.cpuNanos();
      long began = System.nanoTime();
      long end = began + millis * 1_000_000;
      long content = 0;
      while (System.nanoTime() < end) {
        Sockets.sendAll(socket, Sockets.address(request), request.limit());
        content += drain(socket, end);
      }
      long nanos = System.nanoTime() - began;
      return Map.of(
          "gigabytesPerSecond",
          (double) content / nanos,
          "clientCpu",
          (double) (Work.cpuNanos() - cpu) / nanos);
    } finally {
      Sockets.end(socket);
    }
  }

  /** Takes an answer, or what comes of it until a time. Returns how many bytes of content came. */
  private static long drain(int socket, long endNanos) throws IOException {
    ByteBuffer head = ByteBuffer.allocateDirect(HEAD_BYTES);
    int have = 0;
    while (true) {
      have += (int) Sockets.receive(socket, Sockets.address(head) + have, HEAD_BYTES - have, 0);
      AnswerHead read = AnswerHead.read(head, have);
      if (read != null) {
        long content = (long) have - read.bytes();
        while (content < read.contentBytes() && System.nanoTime() < endNanos) {
          content += Sockets.receive(socket, 0, read.contentBytes() - content, Sockets.TRUNCATE);
        }
        return content;
      }
      if (have == HEAD_BYTES) {
        throw new IOException("a head of more than " + HEAD_BYTES + " bytes");
      }
    }
  }

  // Small ranges

  private static Map<String, ?> ranges(int port, int connections, long millis, Path targets)
      throws IOException {
    long cpu = Work.cpuNanos();
    Load.Outcome outcome =
        new Load(Files.readAllLines(targets)).run(() -> new PlainLine(port), connections, millis);
    return Map.of(
        "perSecond",
        outcome.answers() * 1e9 / outcome.nanos(),
        "p50",
        outcome.times().getValueAtPercentile(50) / MICROS,
        "p99",
        outcome.times().getValueAtPercentile(99) / MICROS,
        "clientCpu",
        (double) (Work.cpuNanos() - cpu) / outcome.nanos());
  }

  private static Map<String, ?> paced(
      int port, int connections, long millis, Path targets, double perSecond) throws IOException {
    Load.Outcome outcome =
        new Load(Files.readAllLines(targets))
            .runOpen(() -> new PlainLine(port), connections, perSecond, millis);
    return Map.of(
        "perSecond",
        outcome.answers() * 1e9 / outcome.nanos(),
        "p50",
        outcome.times().getValueAtPercentile(50) / MICROS,
        "p99",
        outcome.times().getValueAtPercentile(99) / MICROS,
        "p999",
        outcome.times().getValueAtPercentile(99.9) / MICROS);
  }

  // The first byte

  private static Map<String, ?> first(int port, String target, int count) throws IOException {
    double[] times = new double[count];
    byte[] request = request(target);
    for (int i = 0; i < count; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setTcpNoDelay(true);
        OutputStream out = socket.getOutputStream();
        // Byte by byte from the socket, a head alone would take a millisecond of the client's.
        InputStream in = new BufferedInputStream(socket.getInputStream(), HEAD_BYTES);
        long began = System.nanoTime();
        out.write(request);
        skipHead(in);
        if (in.read() < 0) {
          throw new IOException("an answer without content");
        }
        times[i] = (System.nanoTime() - began) / MICROS;
      }
    }
    Arrays.sort(times);
    return Map.of("p50", times[count / 2], "p99", times[(int) Math.ceil(count * 0.99) - 1]);
  }

  /** Reads up to the empty line that ends a head. */
  private static void skipHead(InputStream in) throws IOException {
    int ended = 0;
    while (ended < 4) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("an answer ends in its head");
      }
      boolean isExpected = next == (ended % 2 == 0 ? '\r' : '\n');
      ended = isExpected ? ended + 1 : next == '\r' ? 1 : 0;
    }
  }

  // Many at a time

  private Map<String, ?> hold(int port, String target, int count) throws IOException {
    byte[] bytes = request(target);
    ByteBuffer request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    for (int i = 0; i < count; i++) {
      int socket = Sockets.connect(port);
      held.add(socket);
      Sockets.sendAll(socket, Sockets.address(request), request.limit());
    }
    long end = System.nanoTime() + HOLD_NANOS;
    long[] taken = new long[count];
    long streams = 0;
    while (streams < count && System.nanoTime() < end) {
      for (int i = 0; i < count; i++) {
        taken[i] +=
            Sockets.receive(held.get(i), 0, SLOW_BYTES, Sockets.TRUNCATE | Sockets.DONT_WAIT);
      }
      streams = Arrays.stream(taken).filter(each -> each > SLOW_BYTES).count();
    }
    return Map.of("streams", streams, "bytes", Arrays.stream(taken).sum());
  }

  /** Ends all connections that are held. */
  private Map<String, ?> release() {
    held.forEach(Sockets::end);
    held.clear();
    return Map.of();
  }

  /** Asks for a file and takes nothing of it. */
  private Map<String, ?> open(int port, String target) throws IOException {
    byte[] bytes = request(target);
    ByteBuffer request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    int socket = Sockets.connect(port);
    held.add(socket);
    Sockets.sendAll(socket, Sockets.address(request), request.limit());
    return Map.of();
  }
}

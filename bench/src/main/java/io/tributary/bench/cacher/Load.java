package io.tributary.bench.cacher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Requests on some connections, all by one thread, for a while: one after another on each (a closed
 * loop), or at a rate of their own (an open loop).
 *
 * <p>A time of a closed loop is that from the request's first byte sent to the answer's last byte
 * taken; whoever is slow is asked less. A time of an open loop begins when the request was due,
 * whether a connection was free or not: who stalls is charged with all who would have come.
 */
public final class Load {
  /** The longest time that is told apart, and how exactly. */
  private static final long MAX_NANOS = 60_000_000_000L;

  private static final int DIGITS = 3;
  private static final int POLL_MILLIS = 100;

  private final List<ByteBuffer> requests;

  /** Requests by their targets, with a range behind a space where only a part is wanted. */
  public Load(List<String> targets) {
    requests =
        targets.stream()
            .map(
                line -> {
                  String[] words = line.split(" ", -1);
                  String range = words.length > 1 ? "Range: bytes=" + words[1] + "\r\n" : "";
                  byte[] bytes =
                      ("GET " + words[0] + " HTTP/1.1\r\nHost: localhost\r\n" + range + "\r\n")
                          .getBytes(StandardCharsets.US_ASCII);
                  return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
                })
            .toList();
  }

  /** Opens a connection. */
  public interface Opener {
    Line open() throws IOException;
  }

  /**
   * What came of it.
   *
   * @param answers how many were complete
   * @param bytes their content
   * @param nanos how long it took
   * @param times of each, in nanoseconds
   */
  public record Outcome(long answers, long bytes, long nanos, Histogram times) {}

  /** Runs for a while. */
  public Outcome run(Opener opener, int connections, long millis) throws IOException {
    List<Line> lines = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
        lines.add(opener.open());
      }
      return run(lines, millis);
    } finally {
      lines.forEach(Line::end);
    }
  }

  private Outcome run(List<Line> lines, long millis) throws IOException {
    int count = lines.size();
    ByteBuffer polled =
        ByteBuffer.allocateDirect(count * Sockets.POLL_BYTES).order(ByteOrder.nativeOrder());
    long polledAddress = Sockets.address(polled);
    long[] asked = new long[count];
    int next = 0;
    long began = System.nanoTime();
    for (int i = 0; i < count; i++) {
      polled.putInt(i * Sockets.POLL_BYTES, lines.get(i).socket());
      polled.putShort(i * Sockets.POLL_BYTES + 4, Sockets.POLL_IN);
      asked[i] = System.nanoTime();
      // Each line starts elsewhere, so that no two ask for the same at the same time.
      lines.get(i).ask(requests.get(next++ % requests.size()));
    }
    Histogram times = new Histogram(MAX_NANOS, DIGITS);
    long end = began + millis * 1_000_000;
    long answers = 0;
    long bytes = 0;
    long now = began;
    while (now < end) {
      Sockets.await(polledAddress, count, POLL_MILLIS);
      for (int i = 0; i < count; i++) {
        if (polled.getShort(i * Sockets.POLL_BYTES + 6) == 0) {
          continue;
        }
        long content = lines.get(i).take();
        if (content >= 0) {
          now = System.nanoTime();
          times.recordValue(Math.min(MAX_NANOS, now - asked[i]));
          answers++;
          bytes += content;
          asked[i] = now;
          lines.get(i).ask(requests.get(next++ % requests.size()));
        }
      }
      now = System.nanoTime();
    }
    return new Outcome(answers, bytes, now - began, times);
  }

  /**
   * Asks at a rate for a while, then takes what is still to come.
   *
   * @param perSecond how many requests are due each second, at the same distances
   */
  public Outcome runOpen(Opener opener, int connections, double perSecond, long millis)
      throws IOException {
    List<Line> lines = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
        lines.add(opener.open());
      }
      return runOpen(lines, perSecond, Math.max(1, Math.round(perSecond * millis / 1000)));
    } finally {
      lines.forEach(Line::end);
    }
  }

  private Outcome runOpen(List<Line> lines, double perSecond, long count) throws IOException {
    ByteBuffer polled =
        ByteBuffer.allocateDirect(lines.size() * Sockets.POLL_BYTES).order(ByteOrder.nativeOrder());
    Deque<Integer> free = new ArrayDeque<>();
    for (int i = 0; i < lines.size(); i++) {
      polled.putInt(i * Sockets.POLL_BYTES, lines.get(i).socket());
      polled.putShort(i * Sockets.POLL_BYTES + 4, Sockets.POLL_IN);
      free.add(i);
    }
    long[] due = new long[lines.size()];
    Histogram times = new Histogram(MAX_NANOS, DIGITS);
    double gapNanos = 1e9 / perSecond;
    long began = System.nanoTime();
    long asked = 0;
    long answers = 0;
    long bytes = 0;
    while (answers < count) {
      long now = System.nanoTime();
      while (asked < count && !free.isEmpty() && began + (long) (asked * gapNanos) <= now) {
        int line = free.remove();
        due[line] = began + (long) (asked * gapNanos);
        lines.get(line).ask(requests.get((int) (asked++ % requests.size())));
      }
      // Awake while a request may be due before a sleep is over: the core is the client's own.
      boolean isNextSoon = asked < count && !free.isEmpty();
      Sockets.await(Sockets.address(polled), lines.size(), isNextSoon ? 0 : POLL_MILLIS);
      for (int i = 0; i < lines.size(); i++) {
        if (polled.getShort(i * Sockets.POLL_BYTES + 6) == 0) {
          continue;
        }
        long content = lines.get(i).take();
        if (content >= 0) {
          times.recordValue(Math.min(MAX_NANOS, System.nanoTime() - due[i]));
          answers++;
          bytes += content;
          free.add(i);
        }
      }
    }
    return new Outcome(answers, bytes, System.nanoTime() - began, times);
  }
}

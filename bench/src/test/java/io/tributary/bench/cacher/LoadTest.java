package io.tributary.bench.cacher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is measured of a server that stalls once. */
final class LoadTest {
  private static final long STALL_NANOS = 400_000_000;
  private static final long LONG_NANOS = 100_000_000;
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

  private final ExecutorService server = Executors.newSingleThreadExecutor();
  private ServerSocket door;

  @BeforeEach
  void open() throws IOException {
    door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    server.execute(this::serve);
  }

  @AfterEach
  void close() throws IOException {
    door.close();
    server.shutdownNow();
  }

  /** Answers one connection; the first request of it late. */
  private void serve() {
    try (Socket socket = door.accept();
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      boolean isFirst = true;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isEmpty()) {
          long until = System.nanoTime() + (isFirst ? STALL_NANOS : 0);
          while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
          }
          isFirst = false;
          socket.getOutputStream().write(ANSWER);
        }
      }
    } catch (IOException e) {
      // The other side has gone.
    }
  }

  private Load.Outcome run(boolean isOpenLoop) throws IOException {
    Load load = new Load(List.of("/"));
    Load.Opener line = () -> new PlainLine(door.getLocalPort());
    return isOpenLoop ? load.runOpen(line, 1, 100, 600) : load.run(line, 1, 600);
  }

  private static long slow(Load.Outcome outcome) {
    return outcome.times().getCountBetweenValues(LONG_NANOS, Long.MAX_VALUE / 2);
  }

  @Test
  void openLoop_chargesAStallWithAllWhoWereDueMeanwhile() throws IOException {
    Load.Outcome outcome = run(true);
    assertThat(outcome.answers()).isEqualTo(60);
    assertThat(outcome.bytes()).isEqualTo(2 * 60);
    // Due in each of the first 300 ms, so answered 100 ms late at least.
    assertThat(slow(outcome)).isGreaterThanOrEqualTo(30);
  }

  @Test
  void closedLoop_seesAStallOnce() throws IOException {
    Load.Outcome outcome = run(false);
    assertThat(slow(outcome)).isPositive().isLessThan(outcome.answers());
    assertThat(outcome.times().getMaxValue()).isGreaterThanOrEqualTo(STALL_NANOS * 9 / 10);
  }
}

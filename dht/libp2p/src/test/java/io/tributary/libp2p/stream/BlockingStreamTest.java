package io.tributary.libp2p.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockingStreamTest {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final HandStream raw = new HandStream();
  private final BlockingStream stream = new BlockingStream(raw, LONG);
  private final AtomicReference<Thread> worker = new AtomicReference<>();
  private final ExecutorService other = Executors.newSingleThreadExecutor(this::newThread);

  private Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "other");
    worker.set(thread);
    return thread;
  }

  private Thread worker() {
    return Objects.requireNonNull(worker.get());
  }

  @AfterEach
  void stop() {
    other.shutdownNow();
    raw.close();
  }

  /** Runs a call in another thread and returns once it waits there. */
  private <T> Future<T> waiting(Callable<T> call) {
    Future<T> result = other.submit(call);
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> worker().getState() == Thread.State.TIMED_WAITING);
    return result;
  }

  private static Throwable failureOf(Future<?> result) throws Exception {
    try {
      return new AssertionError("it returned " + result.get(10, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return e.getCause() == null ? e : e.getCause();
    }
  }

  // Reading

  @Test
  void pieces_areReadAcrossTheirBorders() throws IOException {
    raw.arrive((byte) 1, (byte) 2);
    raw.arrive((byte) -3);
    raw.handler.onEndOfInput();

    assertThat(stream.input().available()).isEqualTo(2);
    assertThat(stream.input().read()).isEqualTo(1);
    assertThat(stream.input().readAllBytes()).containsExactly(2, -3);
    assertThat(stream.input().read()).isEqualTo(-1);
    assertThat(raw.holdsNothing()).isTrue();
  }

  @Test
  void credit_isGivenForWhatIsRead_notForWhatArrives() throws IOException {
    assertThat(raw.creditOnReturn).isFalse();
    raw.arrive(new byte[100]);
    raw.arrive(new byte[50]);
    assertThat(raw.credited).hasValue(0);

    assertThat(stream.input().readNBytes(100)).hasSize(100);
    assertThat(raw.credited).hasValue(100);
    assertThat(stream.input().readNBytes(50)).hasSize(50);
    assertThat(raw.credited).hasValue(150);
  }

  @Test
  void readOfNothing_returnsAtOnce() throws IOException {
    assertThat(stream.input().read(new byte[0])).isZero();
  }

  @Test
  void reader_waitsForData() throws Exception {
    Future<Integer> read = waiting(() -> stream.input().read());
    raw.arrive((byte) 9);
    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(9);
  }

  @Test
  void reader_waitsForTheEnd() throws Exception {
    Future<Integer> read = waiting(() -> stream.input().read());
    raw.handler.onEndOfInput();
    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(-1);
  }

  @Test
  void read_nothingComes_timesOut() {
    BlockingStream impatient = new BlockingStream(raw, SHORT);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> impatient.input().read());
  }

  @Test
  void read_timedOut_canBeTriedAgain() throws IOException {
    BlockingStream impatient = new BlockingStream(raw, SHORT);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> impatient.input().read());
    raw.arrive((byte) 5);
    assertThat(impatient.input().read()).isEqualTo(5);
  }

  @Test
  void reset_wakesTheReader_withItsReason() throws Exception {
    Future<Integer> read = waiting(() -> stream.input().read());
    raw.handler.onReset(new StreamReset(ResetReason.RESET_BY_PEER, 42));

    assertThat(failureOf(read))
        .isInstanceOfSatisfying(
            StreamResetException.class,
            e -> assertThat(e.reset()).isEqualTo(new StreamReset(ResetReason.RESET_BY_PEER, 42)));
  }

  @Test
  void whatCameBeforeAReset_canStillBeRead() throws IOException {
    raw.arrive((byte) 1);
    raw.handler.onReset(StreamReset.of(ResetReason.CONNECTION_CLOSED));

    assertThat(stream.input().read()).isEqualTo(1);
    assertThatExceptionOfType(StreamResetException.class).isThrownBy(() -> stream.input().read());
  }

  @Test
  void inputThatHasEnded_isNotSpoiltByAReset() throws IOException {
    raw.handler.onEndOfInput();
    raw.handler.onReset(StreamReset.of(ResetReason.RESET_BY_PEER));
    assertThat(stream.input().read()).isEqualTo(-1);
  }

  @Test
  void interruptedReader_stops_andStaysInterrupted() throws Exception {
    AtomicReference<Boolean> flag = new AtomicReference<>(false);
    Future<Integer> read =
        waiting(
            () -> {
              try {
                return stream.input().read();
              } finally {
                flag.set(Thread.interrupted());
              }
            });
    worker().interrupt();

    assertThat(failureOf(read)).isInstanceOf(InterruptedIOException.class);
    assertThat(flag).hasValue(true);
  }

  @Test
  void closedInput_dropsAndCreditsWhatComes() {
    raw.arrive(new byte[10]);
    assertThat(inputClosed()).isTrue();
    raw.arrive(new byte[20]);

    assertThat(raw.credited).hasValue(30);
    assertThat(raw.holdsNothing()).isTrue();
    assertThatIOException().isThrownBy(() -> stream.input().read()).withMessageContaining("closed");
    assertThat(raw.resets).isEmpty();
  }

  private boolean inputClosed() {
    try {
      stream.input().close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  // Writing

  @Test
  void longWrites_goOutInOrder() throws IOException {
    byte[] bytes = new byte[200_000];
    new SplittableRandom(1).nextBytes(bytes);
    stream.output().write(bytes, 1, bytes.length - 1);
    stream.output().write(7);

    byte[] expected = Arrays.copyOfRange(bytes, 1, bytes.length + 1);
    expected[bytes.length - 1] = 7;
    assertThat(raw.written.toByteArray()).isEqualTo(expected);
  }

  @Test
  void writer_waitsForRoom() throws Exception {
    raw.writable = false;
    Future<Integer> write =
        waiting(
            () -> {
              stream.output().write(1);
              return raw.written.size();
            });
    assertThat(raw.written.size()).isZero();
    raw.becomeWritable();
    assertThat(write.get(10, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void write_noRoom_timesOut() {
    raw.writable = false;
    BlockingStream impatient = new BlockingStream(raw, SHORT);
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> impatient.output().write(1));
    assertThat(raw.written.size()).isZero();
  }

  @Test
  void reset_wakesTheWriter_withItsReason() throws Exception {
    raw.writable = false;
    Future<Integer> write =
        waiting(
            () -> {
              stream.output().write(1);
              return 0;
            });
    raw.handler.onReset(StreamReset.of(ResetReason.CONNECTION_CLOSED));

    assertThat(failureOf(write))
        .isInstanceOfSatisfying(
            StreamResetException.class,
            e -> assertThat(e.reset().reason()).isEqualTo(ResetReason.CONNECTION_CLOSED));
  }

  @Test
  void closedOutput_closesTheStreamsSide_once() throws IOException {
    stream.output().close();
    stream.output().close();

    assertThat(raw.closes).hasValue(1);
    assertThat(raw.resets).isEmpty();
    assertThatIOException()
        .isThrownBy(() -> stream.output().write(1))
        .withMessageContaining("closed");
  }

  // Closing

  @Test
  void close_resetsAStreamThatHasNotEnded_andFreesWhatCame() {
    raw.arrive(new byte[10]);
    stream.close();

    assertThat(raw.resets).containsExactly(StreamReset.NO_CODE);
    assertThat(raw.holdsNothing()).isTrue();
    raw.arrive(new byte[10]);
    assertThat(raw.holdsNothing()).isTrue();
  }

  @Test
  void close_afterAnOrderlyEnd_resetsNothing() throws IOException {
    stream.output().close();
    raw.handler.onEndOfInput();
    assertThat(stream.input().read()).isEqualTo(-1);
    raw.handler.onClosed();

    stream.close();

    assertThat(raw.resets).isEmpty();
  }

  @Test
  void close_afterTheOutput_letsTheStreamEndInOrder() throws IOException {
    stream.output().write(1);
    stream.output().close();
    stream.close();

    assertThat(raw.resets).isEmpty();
    assertThat(raw.deadlines).containsExactly(LONG);
    raw.arrive(new byte[10]);
    assertThat(raw.credited).hasValue(10);
    assertThat(raw.holdsNothing()).isTrue();
  }

  @Test
  void close_afterAReset_doesNothing() {
    raw.handler.onReset(StreamReset.of(ResetReason.RESET_BY_PEER));
    stream.close();
    assertThat(raw.resets).isEmpty();
  }

  @Test
  void close_wakesTheReader() throws Exception {
    Future<Integer> read = waiting(() -> stream.input().read());
    stream.close();
    assertThat(failureOf(read)).isInstanceOf(IOException.class);
  }

  // Serving

  @Test
  void session_talks_andItsStreamIsClosedAfterIt() {
    raw.handler =
        BlockingStream.serve(
            raw, LONG, other, served -> served.output().write(served.input().read() + 1));
    raw.arrive((byte) 1);

    Awaitility.await().until(() -> raw.resets.size() == 1);
    assertThat(raw.written.toByteArray()).containsExactly(2);
  }

  @Test
  void session_withoutAThread_isReset() {
    other.shutdown();
    raw.handler = BlockingStream.serve(raw, LONG, other, served -> {});
    assertThat(raw.resets).hasSize(1);
  }

  @Test
  void eventLoop_mayNotWait() throws Exception {
    var read = raw.eventLoop().submit(() -> stream.input().read());
    assertThat(read.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(read.cause()).isInstanceOf(IllegalStateException.class);
  }
}

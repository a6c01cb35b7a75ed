package io.tributary.origin.upstream;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One try of an operation: counts its bytes, knows who waits for whom, and words its failures. Safe
 * for use by many threads.
 */
public final class Attempt {
  private static final long NOT_YET = Long.MIN_VALUE;

  private final Endpoint endpoint;
  private final String operation;
  private final int number;
  private final int smallAnswerBytes;
  private final Watchdog watchdog;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final AtomicLong firstByteNanos = new AtomicLong(NOT_YET);
  private final CompletableFuture<Throwable> abortCause = new CompletableFuture<>();
  private volatile Consumer<Throwable> abort = cause -> {};
  private final AtomicLong receivedBytes = new AtomicLong();

  Attempt(Operation<?> operation, int number, UpstreamLimits limits, UpstreamRuntime runtime) {
    this.endpoint = operation.endpoint();
    this.operation = operation.name();
    this.number = number;
    this.smallAnswerBytes = limits.smallAnswerBytes();
    this.nanoTime = runtime.nanoTime();
    this.watchdog = new Watchdog(limits.deadlines(), runtime.timers(), nanoTime);
    this.startNanos = nanoTime.getAsLong();
  }

  /** Returns the exception that says this attempt failed. */
  public UpstreamException failure(UpstreamReason reason, String detail) {
    return new UpstreamException(reason, endpoint, operation, number, detail);
  }

  /** Returns the exception that says this attempt failed since the server gave a code. */
  public UpstreamException failure(UpstreamReason reason, int serverCode, String detail) {
    return new UpstreamException(reason, endpoint, operation, number, detail, serverCode);
  }

  /** Returns the exception that says that the connection broke in the middle of an answer. */
  UpstreamException broke(Throwable cause) {
    return failure(
        UpstreamReason.TOO_SHORT,
        "the connection broke after "
            + receivedBytes.get()
            + " bytes: "
            + UpstreamException.excerpt(UpstreamException.describe(cause)));
  }

  /** Returns the most bytes an answer may have that is held in memory whole. */
  public int smallAnswerBytes() {
    return smallAnswerBytes;
  }

  /** Returns what is to be reported if this attempt has done it, with so many bytes of payload. */
  public Transfer transfer(long payloadBytes) {
    long now = nanoTime.getAsLong();
    long first = firstByteNanos.get();
    return new Transfer(
        payloadBytes,
        number,
        Duration.ofNanos((first == NOT_YET ? now : first) - startNanos),
        Duration.ofNanos(now - startNanos));
  }

  /** Takes note of bytes of the request's body on their way. */
  public void sentBytes(long bytes) {
    watchdog.sending(bytes);
  }

  /** Takes note that the whole request is on its way. */
  public void requestSent() {
    watchdog.awaitResponse();
  }

  void responseBegan() {
    watchdog.receiving();
  }

  void received(long bytes) {
    firstByteNanos.compareAndSet(NOT_YET, nanoTime.getAsLong());
    receivedBytes.addAndGet(bytes);
    watchdog.progress(bytes);
  }

  /** Takes note that the server has been asked for more bytes. */
  void waitForPeer() {
    watchdog.waitForPeer();
  }

  /** Takes note that nobody wants more bytes for now, so that a silent server is not to blame. */
  void holdForConsumer() {
    watchdog.holdForConsumer();
  }

  /** Says what ends the exchange of this attempt, connection included. */
  void onAbort(Consumer<Throwable> abort) {
    this.abort = abort;
  }

  /** Ends the exchange, unless it has ended; the first cause given is the failure reported. */
  void abort(Throwable cause) {
    if (abortCause.complete(cause)) {
      abort.accept(cause);
    }
  }

  /** Returns why the exchange was ended, if it was. */
  Optional<Throwable> abortCause() {
    return Optional.ofNullable(abortCause.getNow(null));
  }

  Watchdog watchdog() {
    return watchdog;
  }
}

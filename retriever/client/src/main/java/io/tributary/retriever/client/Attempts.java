package io.tributary.retriever.client;

import io.tributary.retriever.client.DownloadException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tries at one source after the other until one answers, with pauses that grow once all were tried.
 * Thread-safe.
 */
final class Attempts {
  /** The longest pause before the next try, whatever a source asks for. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final List<FileSource> sources;
  private final int atLeast;
  private final StopSignal stop;
  private final DownloadListener listener;
  private final AtomicInteger turn = new AtomicInteger();

  /** What is tried. */
  interface Attempt<T> {
    /**
     * Tries at one source.
     *
     * @param received counts in its first element what came
     */
    T at(FileSource source, long[] received) throws IOException, InterruptedException;
  }

  /**
   * Nothing tried yet.
   *
   * @param atLeast how often something is tried at least; each source is once
   */
  Attempts(
      List<? extends FileSource> sources, int atLeast, StopSignal stop, DownloadListener listener) {
    this.sources = List.copyOf(sources);
    this.atLeast = atLeast;
    this.stop = stop;
    this.listener = listener;
    if (this.sources.isEmpty()) {
      throw new IllegalArgumentException("no retriever is named");
    }
  }

  /**
   * Tries.
   *
   * @param piece what the listener is told, -1 for the file's metadata
   */
  <T> T first(int piece, Attempt<T> attempt) throws DownloadException, InterruptedException {
    int begin = turn.getAndIncrement();
    DownloadException failure =
        new DownloadException(Reason.UNREACHABLE, "nothing was tried", null);
    Duration pause = FIRST_PAUSE;
    int most = Math.max(atLeast, sources.size());
    for (int i = 0; i < most; i++) {
      if (stop.isStopped()) {
        throw stopped();
      }
      FileSource source = sources.get(Math.floorMod(begin + i, sources.size()));
      long[] received = new long[1];
      Duration wanted = Duration.ZERO;
      try {
        return attempt.at(source, received);
      } catch (Unanswered e) {
        failure = failed(piece, source, received[0], e.reason(), e);
        boolean isFinal = sources.size() == 1 && !e.isWorthAnotherAttempt();
        if (e.reason() == Reason.DISK || isFinal) {
          throw failure;
        }
        wanted = bounded(e.pause());
      } catch (IOException e) {
        failure = failed(piece, source, received[0], Reason.UNREACHABLE, e);
      }
      if (i + 1 >= sources.size()) {
        wanted = longer(wanted, pause);
        pause = bounded(pause.multipliedBy(2));
      }
      if (i + 1 < most && stop.await(wanted)) {
        throw stopped();
      }
    }
    throw failure;
  }

  private DownloadException failed(
      int piece, FileSource source, long received, Reason reason, IOException e)
      throws DownloadException {
    if (stop.isStopped()) {
      throw stopped();
    }
    String why = why(e);
    listener.failed(piece, received, source.name(), why);
    return new DownloadException(reason, source.name() + ": " + why, e);
  }

  private static DownloadException stopped() {
    return new DownloadException(Reason.STOPPED, "stopped; run it again to go on", null);
  }

  private static String why(IOException e) {
    return e instanceof ConnectException
        ? "no connection"
        : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Duration bounded(Duration pause) {
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }
}

package io.tributary.retriever.client;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Files for programs: as futures, input streams and publishers. All bytes are verified: a piece of
 * 32 MiB is handed on when it has its hash, so a range costs the pieces that it lies in.
 *
 * <pre>{@code
 * TributaryClient client =
 *     TributaryClient.via(List.of(URI.create("http://127.0.0.1:8080")), http, workers, timers);
 * client.download(fid, Path.of("film.mp4")).join();
 * try (InputStream in = client.open(fid)) { ... }
 * client.publisher(fid, ByteRange.between(0, 1_000_000)).subscribe(subscriber);
 * }</pre>
 *
 * <p>Failures are {@link DownloadException}s: the cause of a future's {@link CompletionException},
 * the cause of a stream's {@link java.io.IOException}, and as such at a subscriber.
 *
 * <p>Thread-safe. Its threads are the caller's, who ends them.
 */
public final class TributaryClient {
  private static final Duration STALLED_FOR = Duration.ofSeconds(30);

  private final List<FileSource> sources;
  private final ExecutorService workers;

  /**
   * A client.
   *
   * @param sources who is asked, in turn; at least one
   * @param workers wait for sources; each download takes as many threads as connections and one
   *     more, each stream or publisher {@value PieceStream#AHEAD}
   */
  public TributaryClient(List<? extends FileSource> sources, ExecutorService workers) {
    this.sources = List.copyOf(sources);
    this.workers = workers;
    if (this.sources.isEmpty()) {
      throw new IllegalArgumentException("no retriever is named");
    }
  }

  /**
   * A client of retrievers, each of which may send nothing for 30 s.
   *
   * @param retrievers their addresses; at least one
   * @param timers ends what stalls; one thread is enough
   */
  public static TributaryClient via(
      List<URI> retrievers,
      HttpClient http,
      ExecutorService workers,
      ScheduledExecutorService timers) {
    return new TributaryClient(
        retrievers.stream()
            .map(each -> new HttpRetriever(each, http, STALLED_FOR, timers))
            .toList(),
        workers);
  }

  /** Asks what a file is made of. To cancel the result ends the question. */
  public CompletableFuture<RemoteFile> describe(Fid fid) {
    StopSignal stop = new StopSignal();
    return running(stop::stop, () -> pieces(fid, stop).describe());
  }

  /** Downloads a file as {@link DownloadRequest#of} has it. */
  public CompletableFuture<Path> download(Fid fid, Path target) {
    return download(DownloadRequest.of(fid), target, DownloadListener.NONE);
  }

  /**
   * Downloads a file, going on where an earlier download was stopped. To cancel the result stops
   * the download; what is verified is kept.
   *
   * @param target gets its name when it is complete; replaced if it is there
   */
  public CompletableFuture<Path> download(
      DownloadRequest request, Path target, DownloadListener listener) {
    Download download = new Download(request, sources, workers, listener);
    return running(
        download::stop,
        () -> {
          download.to(target);
          return target;
        });
  }

  /** Reads a file as a stream, which holds up to three pieces. Nothing is asked before a read. */
  public InputStream open(Fid fid) {
    return new PieceInputStream(() -> reading(fid, Optional.empty()));
  }

  /** Reads a range of a file's stored bytes likewise. */
  public InputStream open(Fid fid, ByteRange range) {
    return new PieceInputStream(() -> reading(fid, Optional.of(range)));
  }

  /**
   * Publishes a file, anew for each subscriber, in buffers of {@value PiecePublisher#BUFFER_BYTES}
   * bytes at most, which are read-only. Nothing is asked before a subscription.
   */
  public Flow.Publisher<ByteBuffer> publisher(Fid fid) {
    return new PiecePublisher(() -> reading(fid, Optional.empty()));
  }

  /** Publishes a range of a file's stored bytes likewise. */
  public Flow.Publisher<ByteBuffer> publisher(Fid fid, ByteRange range) {
    return new PiecePublisher(() -> reading(fid, Optional.of(range)));
  }

  Reading reading(Fid fid, Optional<ByteRange> range) {
    StopSignal stop = new StopSignal();
    Pieces pieces = pieces(fid, stop);
    return new Reading(
        stop,
        running(
            stop::stop,
            () -> {
              RemoteFile file = pieces.describe();
              ByteRange wanted = range.orElseGet(() -> ByteRange.whole(file.storedBytes()));
              if (wanted.end() > file.storedBytes()) {
                throw new DownloadException(
                    DownloadException.Reason.NO_SUCH_RANGE,
                    "the file has " + file.storedBytes() + " bytes",
                    null);
              }
              return new PieceStream(pieces, file, wanted, workers, stop);
            }));
  }

  private Pieces pieces(Fid fid, StopSignal stop) {
    return new Pieces(DownloadRequest.of(fid), sources, stop, DownloadListener.NONE);
  }

  /** Something that takes its time. */
  private interface Work<T> {
    T run() throws DownloadException, InterruptedException;
  }

  private <T> CompletableFuture<T> running(Runnable stop, Work<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    workers.execute(
        () -> {
          try {
            result.complete(work.run());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.completeExceptionally(PieceStream.unwrapped(e));
          } catch (DownloadException | RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    var unused =
        result.whenComplete(
            (done, failure) -> {
              if (result.isCancelled()) {
                stop.run();
              }
            });
    return result;
  }

  /**
   * One reading of a range.
   *
   * @param stop ends it
   * @param begun its pieces, once the file is known
   */
  record Reading(StopSignal stop, CompletableFuture<PieceStream> begun) {
    /** The next piece; empty after the last. One at a time. Does not block. */
    CompletableFuture<Optional<ByteBuffer>> next() {
      return begun.thenCompose(PieceStream::next);
    }
  }
}

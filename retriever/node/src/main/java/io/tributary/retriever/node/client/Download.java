package io.tributary.retriever.node.client;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BlockingBucket;
import io.github.bucket4j.Bucket;
import io.tributary.content.ByteRange;
import io.tributary.retriever.node.client.DownloadException.Reason;
import io.tributary.retriever.node.client.Retrievers.Unanswered;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Downloads one file from one or several retrievers.
 *
 * <p>Pieces are the file's segments of 32 MiB. Each is hashed while it arrives and counts only if
 * its hash is one from which the fid follows, so a retriever that lies costs a piece and no wrong
 * byte. Pieces are written to {@code TARGET.part} side by side; {@code TARGET.part.pieces} says
 * which are good, so that a download that was stopped in any way goes on without reading them
 * again. The complete file gets its name at the end.
 *
 * <p>A range of a file is fetched in one go; of it the retriever's word is believed, since there is
 * no hash of its bytes to be compared.
 *
 * <p>{@link #stop} may be called by any thread.
 */
public final class Download {
  private static final int READ_BYTES = 64 * 1024;

  /** A limit above this is none: nothing comes faster. */
  private static final long MOST_BYTES_PER_SECOND = 1_000_000_000;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final DownloadRequest request;
  private final Retrievers retrievers;
  private final ExecutorService workers;
  private final ScheduledExecutorService timers;
  private final DownloadListener listener;
  private final Optional<BlockingBucket> rate;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile boolean isStopped;

  /** Where verified bytes go; one piece at a time per worker, pieces in any order. */
  private interface Sink {
    void write(long position, ByteBuffer bytes) throws IOException;

    void done(int piece) throws IOException;
  }

  /**
   * A download that has not begun.
   *
   * @param client speaks HTTP; redirects are not needed
   * @param workers at least as many threads as connections, for the time of the download
   * @param timers ends what stalls
   */
  public Download(
      DownloadRequest request,
      HttpClient client,
      ExecutorService workers,
      ScheduledExecutorService timers,
      DownloadListener listener) {
    this.request = request;
    this.retrievers = new Retrievers(client, request.stalledFor());
    this.workers = workers;
    this.timers = timers;
    this.listener = listener;
    this.rate =
        request.bytesPerSecond() > MOST_BYTES_PER_SECOND
            ? Optional.empty()
            : Optional.of(limit(request.bytesPerSecond()));
  }

  private static BlockingBucket limit(long bytesPerSecond) {
    return Bucket.builder()
        .addLimit(
            Bandwidth.builder()
                .capacity(Math.max(bytesPerSecond, READ_BYTES))
                .refillGreedy(bytesPerSecond, Duration.ofSeconds(1))
                .initialTokens(0)
                .build())
        .build()
        .asBlocking();
  }

  /** Ends it soon; {@code STOPPED} is thrown where it was begun, and what is verified is kept. */
  public void stop() {
    isStopped = true;
  }

  /**
   * Downloads to a file, going on where an earlier run was stopped. Blocks.
   *
   * @param target gets its name when it is complete; replaced if it is there
   */
  public void to(Path target) throws DownloadException, InterruptedException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    Path pieces = target.resolveSibling(target.getFileName() + ".part.pieces");
    try (FileChannel file =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock(file, part);
      if (request.range().isPresent()) {
        file.truncate(0);
        range(request.range().get(), (position, bytes) -> writeAt(file, position, bytes));
      } else {
        whole(file, pieces);
      }
      file.force(true);
    } catch (IOException e) {
      throw disk(part, e);
    }
    try {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      PieceJournal.remove(pieces);
    } catch (IOException e) {
      throw disk(target, e);
    }
  }

  /** Downloads in order to a stream, whose owner closes it. Blocks. */
  public void to(OutputStream out) throws DownloadException, InterruptedException {
    if (request.range().isPresent()) {
      range(request.range().get(), (position, bytes) -> writeTo(out, bytes));
      return;
    }
    RemoteFile file = metadata();
    listener.started(file.storedBytes(), 0);
    for (int piece = 0; piece < file.segments().size(); piece++) {
      ByteBuffer whole = ByteBuffer.allocate(file.length(piece));
      long start = RemoteFile.offset(piece);
      fetch(
          file,
          piece,
          new Sink() {
            @Override
            public void write(long position, ByteBuffer bytes) {
              whole.put((int) (position - start), bytes, bytes.position(), bytes.remaining());
            }

            @Override
            public void done(int verified) throws IOException {
              writeTo(out, whole);
            }
          });
    }
  }

  private void whole(FileChannel file, Path pieces) throws DownloadException, InterruptedException {
    RemoteFile remote = metadata();
    int count = remote.segments().size();
    try (PieceJournal journal =
        PieceJournal.open(pieces, request.fid(), remote.storedBytes(), count)) {
      if (journal.count() > 0 && file.size() < endOf(remote, journal, count)) {
        throw new IOException(
            "it is shorter than its verified pieces; remove it and " + pieces + ", and begin anew");
      }
      List<Integer> missing = new ArrayList<>();
      long already = 0;
      for (int piece = 0; piece < count; piece++) {
        if (journal.isDone(piece)) {
          already += remote.length(piece);
        } else {
          missing.add(piece);
        }
      }
      listener.started(remote.storedBytes(), already);
      fetchAll(
          remote,
          missing,
          new Sink() {
            @Override
            public void write(long position, ByteBuffer bytes) throws IOException {
              writeAt(file, position, bytes);
            }

            @Override
            public void done(int piece) throws IOException {
              file.force(false);
              synchronized (journal) {
                journal.done(piece);
              }
            }
          });
      file.truncate(remote.storedBytes());
    } catch (IOException e) {
      throw disk(pieces, e);
    }
  }

  private static long endOf(RemoteFile remote, PieceJournal journal, int count) {
    for (int piece = count - 1; piece >= 0; piece--) {
      if (journal.isDone(piece)) {
        return RemoteFile.offset(piece) + remote.length(piece);
      }
    }
    return 0;
  }

  private void fetchAll(RemoteFile file, List<Integer> missing, Sink sink)
      throws DownloadException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    Callable<Boolean> worker =
        () -> {
          for (int i = next.getAndIncrement(); i < missing.size(); i = next.getAndIncrement()) {
            fetch(file, missing.get(i), sink);
          }
          return true;
        };
    CompletionService<Boolean> ending = new ExecutorCompletionService<>(workers);
    int wanted = Math.min(request.connections(), missing.size());
    for (int i = 0; i < wanted; i++) {
      Future<Boolean> unused = ending.submit(worker);
    }
    Optional<DownloadException> failure = Optional.empty();
    for (int i = 0; i < wanted; i++) {
      try {
        boolean unused = ending.take().get();
      } catch (ExecutionException e) {
        if (failure.isEmpty()) {
          failure = Optional.of(unwrapped(e));
          // The others end too, each after its read under way.
          next.set(missing.size());
          isStopped = true;
        }
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static DownloadException unwrapped(ExecutionException e) {
    if (e.getCause() instanceof DownloadException failure) {
      return failure;
    }
    throw new IllegalStateException("a download's worker failed", e.getCause());
  }

  private RemoteFile metadata() throws DownloadException, InterruptedException {
    return attempt(
        -1,
        (retriever, received) -> {
          byte[] answer =
              retrievers.metadata(
                  URI.create(retriever + "/file/metadata/" + request.fid().toHex()));
          return RemoteFile.read(request.fid(), answer);
        });
  }

  private void fetch(RemoteFile file, int piece, Sink sink)
      throws DownloadException, InterruptedException {
    long began = System.nanoTime();
    URI by =
        attempt(
            piece,
            (retriever, received) -> {
              MessageDigest digest = RemoteFile.newDigest();
              long start = RemoteFile.offset(piece);
              long end = start + file.length(piece);
              read(
                  retriever,
                  start,
                  end,
                  received,
                  (position, bytes) -> {
                    digest.update(bytes.duplicate());
                    sink.write(position, bytes);
                  });
              if (!file.isRight(piece, digest)) {
                throw new Unanswered(Reason.WRONG_BYTES, Duration.ZERO, "wrong bytes");
              }
              return retriever;
            });
    try {
      sink.done(piece);
    } catch (IOException e) {
      throw new DownloadException(Reason.DISK, "cannot write: " + e.getMessage(), e);
    }
    listener.verified(piece, file.length(piece), by, Duration.ofNanos(System.nanoTime() - began));
  }

  private interface Writer {
    void write(long position, ByteBuffer bytes) throws IOException;
  }

  /** Fetches a range, each attempt from where the last one broke off. */
  private void range(ByteRange range, Writer writer)
      throws DownloadException, InterruptedException {
    listener.started(range.length(), 0);
    long[] at = {range.offset()};
    URI unused =
        attempt(
            0,
            (retriever, received) -> {
              read(
                  retriever,
                  at[0],
                  range.end(),
                  received,
                  (position, bytes) -> {
                    int length = bytes.remaining();
                    writer.write(position - range.offset(), bytes);
                    at[0] += length;
                    received[0] = 0;
                  });
              return retriever;
            });
  }

  private void read(URI retriever, long start, long end, long[] received, Writer writer)
      throws IOException, InterruptedException {
    URI address = URI.create(retriever + "/file/" + request.fid().toHex());
    byte[] buffer = new byte[READ_BYTES];
    long at = start;
    try (StallGuard in =
        new StallGuard(
            retrievers.range(address, start, end - 1),
            request.stalledFor(),
            () -> isStopped,
            timers)) {
      while (at < end) {
        int wanted = (int) Math.min(buffer.length, end - at);
        if (rate.isPresent()) {
          rate.get().consume(wanted);
        }
        in.resume();
        int read = in.read(buffer, 0, wanted);
        if (read < 0) {
          throw new IOException("it ended " + (end - at) + " bytes early, or stalled");
        }
        received[0] += read;
        listener.received(read);
        try {
          writer.write(at, ByteBuffer.wrap(buffer, 0, read));
        } catch (IOException e) {
          throw new Unanswered(Reason.DISK, Duration.ZERO, String.valueOf(e.getMessage()));
        }
        at += read;
      }
    }
  }

  private interface Attempt<T> {
    /**
     * Tries at one retriever.
     *
     * @param received counts in its first element what came
     */
    T at(URI retriever, long[] received) throws IOException, InterruptedException;
  }

  /** Tries at one retriever after the other, with pauses that grow once all were tried. */
  private <T> T attempt(int piece, Attempt<T> attempt)
      throws DownloadException, InterruptedException {
    List<URI> all = request.retrievers();
    int first = turn.getAndIncrement();
    DownloadException failure =
        new DownloadException(Reason.UNREACHABLE, "nothing was tried", null);
    Duration pause = FIRST_PAUSE;
    for (int i = 0; i < Math.max(request.attempts(), all.size()); i++) {
      if (isStopped) {
        throw new DownloadException(Reason.STOPPED, "stopped; run it again to go on", null);
      }
      URI retriever = all.get(Math.floorMod(first + i, all.size()));
      long[] received = new long[1];
      try {
        return attempt.at(retriever, received);
      } catch (Unanswered e) {
        failure = new DownloadException(e.reason(), retriever + ": " + e.getMessage(), e);
        listener.failed(piece, received[0], retriever, String.valueOf(e.getMessage()));
        if (e.reason() == Reason.DISK
            || (all.size() == 1
                && e.reason() != Reason.UNREACHABLE
                && e.reason() != Reason.WRONG_BYTES)) {
          throw failure;
        }
        Thread.sleep(e.pause().toMillis());
      } catch (IOException e) {
        String why = reason(e);
        failure = new DownloadException(Reason.UNREACHABLE, retriever + ": " + why, e);
        listener.failed(piece, received[0], retriever, why);
      }
      if (i + 1 >= all.size()) {
        Thread.sleep(pause.toMillis());
        pause = Retrievers.bounded(pause.multipliedBy(2));
      }
    }
    throw failure;
  }

  private static String reason(IOException e) {
    return e instanceof ConnectException
        ? "no connection"
        : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static void lock(FileChannel file, Path part) throws IOException, DownloadException {
    boolean isLocked;
    try {
      isLocked = file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      isLocked = false;
    }
    if (!isLocked) {
      throw new DownloadException(Reason.LOCKED, "another process downloads to " + part, null);
    }
  }

  private static DownloadException disk(Path path, IOException e) {
    return new DownloadException(Reason.DISK, path + ": " + e.getMessage(), e);
  }

  private static void writeAt(FileChannel file, long position, ByteBuffer bytes)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  private static void writeTo(OutputStream out, ByteBuffer bytes) throws IOException {
    out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    out.flush();
  }
}

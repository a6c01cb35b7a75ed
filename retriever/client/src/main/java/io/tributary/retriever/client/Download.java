package io.tributary.retriever.client;

import io.tributary.content.ByteRange;
import io.tributary.retriever.client.DownloadException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Downloads one file from one or several sources.
 *
 * <p>Pieces are the file's segments of 32 MiB. Each is hashed while it arrives and counts only if
 * its hash is one from which the fid follows, so a source that lies costs a piece and no wrong
 * byte. Pieces are written to {@code TARGET.part} side by side; {@code TARGET.part.pieces} says
 * which are good, so that a download that was stopped in any way goes on without reading them
 * again. The complete file gets its name at the end.
 *
 * <p>Of a range there is no hash, so the pieces that it lies in are fetched and verified, and the
 * rest of them thrown away; unless it was verified in this process already, or its source is to be
 * believed: then the range alone is fetched.
 *
 * <p>{@link #stop} may be called by any thread.
 */
public final class Download {
  private final DownloadRequest request;
  private final ExecutorService workers;
  private final DownloadListener listener;
  private final StopSignal stop = new StopSignal();
  private final Pieces pieces;
  private final boolean isVerifiedHere;

  /**
   * A download that has not begun.
   *
   * @param sources who is asked, in turn; at least one
   * @param workers at least as many threads as connections, for the time of the download
   */
  public Download(
      DownloadRequest request,
      List<? extends FileSource> sources,
      ExecutorService workers,
      DownloadListener listener) {
    this.request = request;
    this.workers = workers;
    this.listener = listener;
    this.pieces = new Pieces(request, sources, stop, listener);
    this.isVerifiedHere = sources.stream().allMatch(FileSource::isVerifiedHere);
  }

  /** Ends it soon; {@code STOPPED} is thrown where it was begun, and what is verified is kept. */
  public void stop() {
    stop.stop();
  }

  /**
   * Downloads to a file, going on where an earlier run was stopped. Blocks.
   *
   * @param target gets its name when it is complete; replaced if it is there
   */
  public void to(Path target) throws DownloadException, InterruptedException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    Path journal = target.resolveSibling(target.getFileName() + ".part.pieces");
    try (FileChannel file =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock(file, part);
      if (request.range().isPresent()) {
        // What an unfinished download of the whole has verified is about to be overwritten.
        PieceJournal.remove(journal);
        file.truncate(0);
        range(request.range().get(), (position, bytes) -> writeAt(file, position, bytes));
      } else {
        whole(file, journal);
      }
      file.force(true);
    } catch (IOException e) {
      throw disk(part, e);
    }
    try {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      PieceJournal.remove(journal);
    } catch (IOException e) {
      throw disk(target, e);
    }
  }

  /**
   * Downloads in order to a stream, whose owner closes it. Blocks. Holds {@value PieceStream#AHEAD}
   * pieces of 32 MiB besides the one that is written.
   */
  public void to(OutputStream out) throws DownloadException, InterruptedException {
    if (request.range().isPresent()) {
      range(request.range().get(), (position, bytes) -> writeTo(out, bytes));
      return;
    }
    RemoteFile file = pieces.describe();
    verified(file, ByteRange.whole(file.storedBytes()), (position, bytes) -> writeTo(out, bytes));
  }

  private void range(ByteRange range, Pieces.Sink sink)
      throws DownloadException, InterruptedException {
    if (isVerifiedHere || request.isRangeBelieved()) {
      listener.started(range.length(), 0);
      pieces.believe(range, (offset, bytes) -> sink.write(offset - range.offset(), bytes));
      listener.believed(range, isVerifiedHere);
      return;
    }
    RemoteFile file = pieces.describe();
    if (range.end() > file.storedBytes()) {
      throw new DownloadException(
          Reason.NO_SUCH_RANGE, "the file has " + file.storedBytes() + " bytes", null);
    }
    verified(file, range, sink);
  }

  /** Fetches whole pieces, in order, and hands on what a range has of them. */
  private void verified(RemoteFile file, ByteRange range, Pieces.Sink sink)
      throws DownloadException, InterruptedException {
    listener.started(file.piecesOf(range).length(), 0);
    try (PieceStream stream = new PieceStream(pieces, file, range, workers, stop)) {
      long written = 0;
      for (Optional<ByteBuffer> piece = stream.take(); piece.isPresent(); piece = stream.take()) {
        int length = piece.get().remaining();
        sink.write(written, piece.get());
        written += length;
      }
    } catch (IOException e) {
      throw new DownloadException(Reason.DISK, "cannot write: " + e.getMessage(), e);
    }
  }

  private void whole(FileChannel file, Path path) throws DownloadException, InterruptedException {
    RemoteFile remote = pieces.describe();
    int count = remote.segments().size();
    try (PieceJournal journal =
        PieceJournal.open(path, request.fid(), remote.storedBytes(), count)) {
      long bytesThere = file.size();
      List<Integer> missing = new ArrayList<>();
      long already = 0;
      for (int piece = 0; piece < count; piece++) {
        // The part may have been lost, or renamed just before an end by kill -9.
        if (journal.isDone(piece)
            && RemoteFile.offset(piece) + remote.length(piece) <= bytesThere) {
          already += remote.length(piece);
        } else {
          missing.add(piece);
        }
      }
      listener.started(remote.storedBytes(), already);
      fetchAll(missing, piece -> fetch(remote, piece, file, journal));
      file.truncate(remote.storedBytes());
    } catch (IOException e) {
      throw disk(path, e);
    }
  }

  private void fetch(RemoteFile remote, int piece, FileChannel file, PieceJournal journal)
      throws DownloadException, InterruptedException {
    long began = System.nanoTime();
    String by = pieces.fetch(remote, piece, (position, bytes) -> writeAt(file, position, bytes));
    try {
      file.force(false);
      synchronized (journal) {
        journal.done(piece);
      }
    } catch (IOException e) {
      throw new DownloadException(Reason.DISK, "cannot write: " + e.getMessage(), e);
    }
    listener.verified(piece, remote.length(piece), by, Duration.ofNanos(System.nanoTime() - began));
  }

  /** Gets one piece. */
  private interface Getter {
    void get(int piece) throws DownloadException, InterruptedException;
  }

  private void fetchAll(List<Integer> missing, Getter getter)
      throws DownloadException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    Callable<Boolean> worker =
        () -> {
          for (int i = next.getAndIncrement(); i < missing.size(); i = next.getAndIncrement()) {
            getter.get(missing.get(i));
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
      } catch (InterruptedException e) {
        stop.stop();
        throw e;
      } catch (ExecutionException e) {
        if (failure.isEmpty()) {
          failure = Optional.of(PieceStream.unwrapped(e));
          stop.stop();
        }
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
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

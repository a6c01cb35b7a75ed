package io.tributary.retriever.client;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.retriever.client.DownloadException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;

/** Fetches the pieces of one file, and hashes each while it arrives. Thread-safe. */
final class Pieces {
  private final Fid fid;
  private final Attempts attempts;
  private final Rate rate;
  private final StopSignal stop;
  private final DownloadListener listener;

  /** Where bytes go that are not verified yet. */
  interface Sink {
    void write(long fileOffset, ByteBuffer bytes) throws IOException;
  }

  Pieces(
      DownloadRequest request,
      List<? extends FileSource> sources,
      StopSignal stop,
      DownloadListener listener) {
    this.fid = request.fid();
    this.attempts = new Attempts(sources, request.attempts(), stop, listener);
    this.rate = new Rate(request.bytesPerSecond());
    this.stop = stop;
    this.listener = listener;
  }

  /** Asks what the file is made of. */
  RemoteFile describe() throws DownloadException, InterruptedException {
    return attempts.first(-1, (source, received) -> source.describe(fid, stop));
  }

  /**
   * Fetches a piece, whose bytes are verified when this returns.
   *
   * @param sink gets them in order; from the first on again if an attempt fails
   * @return what the piece came from
   */
  String fetch(RemoteFile file, int piece, Sink sink)
      throws DownloadException, InterruptedException {
    ByteRange range = new ByteRange(RemoteFile.offset(piece), file.length(piece));
    return attempts.first(
        piece,
        (source, received) -> {
          MessageDigest digest = RemoteFile.newDigest();
          read(
              source,
              piece,
              range,
              received,
              (offset, bytes) -> {
                digest.update(bytes.duplicate());
                sink.write(offset, bytes);
              });
          if (!file.isRight(piece, digest)) {
            throw new Unanswered(Reason.WRONG_BYTES, Duration.ZERO, "wrong bytes");
          }
          return source.name();
        });
  }

  /** Fetches a piece into memory. */
  ByteBuffer fetch(RemoteFile file, int piece) throws DownloadException, InterruptedException {
    long began = System.nanoTime();
    ByteBuffer whole = ByteBuffer.allocate(file.length(piece));
    long start = RemoteFile.offset(piece);
    String by =
        fetch(
            file,
            piece,
            (offset, bytes) ->
                whole.put((int) (offset - start), bytes, bytes.position(), bytes.remaining()));
    listener.verified(piece, whole.limit(), by, Duration.ofNanos(System.nanoTime() - began));
    return whole;
  }

  /** Fetches a range that nobody here can verify, each attempt from where the last broke off. */
  void believe(ByteRange range, Sink sink) throws DownloadException, InterruptedException {
    long[] at = {range.offset()};
    String unused =
        attempts.first(
            0,
            (source, received) -> {
              read(
                  source,
                  0,
                  ByteRange.between(at[0], range.end()),
                  received,
                  (offset, bytes) -> {
                    int length = bytes.remaining();
                    sink.write(offset, bytes);
                    at[0] += length;
                    received[0] = 0;
                  });
              return source.name();
            });
  }

  private void read(FileSource source, int piece, ByteRange range, long[] received, Sink sink)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[rate.stepBytes()];
    try (FileSource.Content content = source.open(fid, range, stop)) {
      try {
        for (long at = range.offset(); at < range.end(); ) {
          int wanted = (int) Math.min(buffer.length, range.end() - at);
          if (!rate.take(wanted, stop)) {
            throw new IOException("stopped");
          }
          int read = content.read(buffer, 0, wanted);
          if (read < 0) {
            throw new IOException("it ended " + (range.end() - at) + " bytes early");
          }
          received[0] += read;
          listener.received(read);
          write(sink, at, ByteBuffer.wrap(buffer, 0, read));
          at += read;
        }
      } finally {
        if (listener.explains() && !stop.isStopped()) {
          listener.asked(piece, source.name(), content.asks());
        }
      }
    }
  }

  private static void write(Sink sink, long at, ByteBuffer bytes) throws Unanswered {
    try {
      sink.write(at, bytes);
    } catch (IOException e) {
      throw new Unanswered(Reason.DISK, Duration.ZERO, String.valueOf(e.getMessage()));
    }
  }
}

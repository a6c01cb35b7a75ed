package io.tributary.retriever.client;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.FidRule;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A source whose file is in memory, and which misbehaves as told. */
final class MemorySource implements FileSource {
  /** Bytes that were handed out. */
  final AtomicLong readBytes = new AtomicLong();

  /** The pieces of which bytes were handed out. */
  final Set<Long> pieces = ConcurrentHashMap.newKeySet();

  /** Counted down when something is opened. */
  final CountDownLatch opened = new CountDownLatch(1);

  /** Answers so to every question for bytes. */
  volatile Optional<Unanswered> refusal = Optional.empty();

  /** Never sends a byte. */
  volatile boolean isSilent;

  private final byte[] content;
  private final Manifest manifest;

  MemorySource(byte[] content) {
    this.content = content;
    List<Manifest.Segment> segments = new ArrayList<>();
    for (int at = 0; at < content.length; at += Layout.SEGMENT_BYTES) {
      byte[] padded = Arrays.copyOfRange(content, at, at + Layout.SEGMENT_BYTES);
      segments.add(
          new Manifest.Segment(
              new SegmentHash(Sha256.of(padded)),
              Collections.nCopies(Layout.COLUMNS, FragmentHash.ZERO)));
    }
    this.manifest = Manifest.of(FidRule.MERKLE, content.length, segments);
  }

  Fid fid() {
    return manifest.fid();
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public RemoteFile describe(Fid fid, StopSignal stop) throws IOException {
    return RemoteFile.proven(fid, content.length, manifest.segmentHashes());
  }

  @Override
  public Content open(Fid fid, ByteRange range, StopSignal stop) throws Unanswered {
    opened.countDown();
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    CountDownLatch stopped = new CountDownLatch(1);
    StopSignal.Registration stopping = stop.onStop(stopped::countDown);
    return new Content() {
      private long at = range.offset();

      @Override
      public int read(byte[] into, int offset, int length)
          throws IOException, InterruptedException {
        if (isSilent) {
          stopped.await();
        }
        if (stopped.getCount() == 0) {
          throw new IOException("stopped");
        }
        int bytes = (int) Math.min(length, range.end() - at);
        System.arraycopy(content, (int) at, into, offset, bytes);
        pieces.add(at / Layout.SEGMENT_BYTES);
        at += bytes;
        readBytes.addAndGet(bytes);
        return bytes == 0 ? -1 : bytes;
      }

      @Override
      public List<Ask> asks() {
        return List.of();
      }

      @Override
      public void close() {
        stopping.close();
      }
    };
  }
}

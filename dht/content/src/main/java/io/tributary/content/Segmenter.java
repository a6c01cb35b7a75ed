package io.tributary.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * Cuts a stream of bytes into segments, encodes and hashes them, and makes the file's {@link
 * Manifest}.
 *
 * <p>The stream is read once, and memory is constant: {@link #MEMORY_BYTES} for the segment at
 * hand, kept for the next one and the next file, plus the hashes. Each segment is shown to a {@link
 * SegmentSink} with the bytes of all twelve fragments, for a publisher to send them.
 *
 * <p>The bytes are taken as they are. To publish an encrypted file, put a {@code SealingChannel} of
 * the cipher package in front.
 *
 * <p>A segmenter works on one file at a time and may be used by one thread at a time; after any
 * exception it is ready for the next file.
 */
public final class Segmenter {
  /** The bytes a segmenter occupies for as long as it lives: a segment and its parity. */
  public static final int MEMORY_BYTES = Layout.COLUMNS * Layout.FRAGMENT_BYTES;

  /**
   * The most that is read at once. The JDK reads a file through a direct buffer of that size, which
   * it keeps.
   */
  private static final int READ_BYTES = 1 << 20;

  private final SegmentMemory memory = new SegmentMemory();
  private final SegmentEncoder encoder;

  /** Makes a segmenter that does everything on the caller's thread. */
  public Segmenter(ParityEncoder parity) {
    this(parity, Runnable::run, 0);
  }

  /**
   * Makes a segmenter that shares out encoding and hashing.
   *
   * @param parity computes the parity columns
   * @param executor runs the helpers; the caller works too and never waits for one to start
   * @param helpers how many threads to ask for besides the caller's; 0 or more
   */
  public Segmenter(ParityEncoder parity, Executor executor, int helpers) {
    encoder = new SegmentEncoder(memory, parity, new Crew(executor, helpers));
  }

  /**
   * Reads a channel to its end.
   *
   * @param in where the bytes come from; blocking; left open
   * @param sizeBytes how many there are, or empty if nobody knows
   * @param sink takes the segments in order. If the stream turns out to be refused, it may have
   *     taken some before
   * @return the manifest under its {@link FidRule#MERKLE} name
   * @throws SegmentingException if the stream is empty, too large, or not of the stated size
   * @throws IOException if the channel fails, or if the sink gives up
   */
  public Manifest segment(ReadableByteChannel in, OptionalLong sizeBytes, SegmentSink sink)
      throws IOException {
    return segment((Source) in::read, sizeBytes, sink);
  }

  /**
   * Reads a stream to its end; else like {@link #segment(ReadableByteChannel, OptionalLong,
   * SegmentSink)}.
   */
  public Manifest segment(InputStream in, OptionalLong sizeBytes, SegmentSink sink)
      throws IOException {
    return segment((Source) buffer -> read(in, buffer), sizeBytes, sink);
  }

  private Manifest segment(Source in, OptionalLong sizeBytes, SegmentSink sink) throws IOException {
    if (sizeBytes.isPresent()) {
      checkSize(sizeBytes.getAsLong());
    }
    List<Manifest.Segment> segments = new ArrayList<>();
    long total = 0;
    while (true) {
      int contentBytes = fill(in);
      if (contentBytes == 0) {
        break;
      }
      total += contentBytes;
      if (segments.size() == Layout.MAX_SEGMENTS) {
        throw tooLarge("the stream has more");
      }
      if (sizeBytes.isPresent() && total > sizeBytes.getAsLong()) {
        throw new SegmentingException(
            SegmentingException.Reason.LONGER_THAN_STATED,
            "the stream has more than the stated " + sizeBytes.getAsLong() + " bytes");
      }
      memory.padFrom(contentBytes);
      Manifest.Segment hashes = encoder.encode();
      lend(new EncodedSegment(segments.size(), contentBytes, hashes, memory), sink);
      segments.add(hashes);
      if (contentBytes < Layout.SEGMENT_BYTES) {
        break;
      }
    }
    checkSize(total);
    if (sizeBytes.isPresent() && total < sizeBytes.getAsLong()) {
      throw new SegmentingException(
          SegmentingException.Reason.SHORTER_THAN_STATED,
          "the stream has " + total + " of the stated " + sizeBytes.getAsLong() + " bytes");
    }
    return Manifest.of(FidRule.MERKLE, total, segments);
  }

  private static void lend(EncodedSegment segment, SegmentSink sink) throws IOException {
    try {
      sink.accept(segment);
    } finally {
      segment.endLoan();
    }
  }

  private static void checkSize(long sizeBytes) throws SegmentingException {
    if (sizeBytes < 1) {
      throw new SegmentingException(
          SegmentingException.Reason.EMPTY, "a file on CESS has at least 1 byte");
    }
    if (sizeBytes > Layout.MAX_FILE_BYTES) {
      throw tooLarge("this has " + sizeBytes);
    }
  }

  private static SegmentingException tooLarge(String finding) {
    return new SegmentingException(
        SegmentingException.Reason.TOO_LARGE,
        "a file on CESS has at most " + Layout.MAX_FILE_BYTES + " bytes, " + finding);
  }

  /** Fills the segment as far as the source has bytes, and returns how many it had. */
  private int fill(Source in) throws IOException {
    ByteBuffer data = memory.data();
    int position = 0;
    while (position < data.capacity()) {
      data.limit(Math.min(data.capacity(), position + READ_BYTES));
      int read = in.read(data);
      if (read < 0) {
        break;
      }
      if (read == 0) {
        // Only a channel in non-blocking mode may do this; waiting for it would be a busy loop.
        throw new IllegalBlockingModeException();
      }
      position = data.position();
    }
    return position;
  }

  private static int read(InputStream in, ByteBuffer buffer) throws IOException {
    int offset = buffer.arrayOffset() + buffer.position();
    int read = in.read(buffer.array(), offset, buffer.remaining());
    if (read > 0) {
      buffer.position(buffer.position() + read);
    }
    return read;
  }

  /** Reads at least 1 byte into the buffer, or says -1 at the end. */
  @FunctionalInterface
  private interface Source {
    int read(ByteBuffer buffer) throws IOException;
  }
}

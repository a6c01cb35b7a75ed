package io.tributary.origin.deoss;

import io.tributary.content.Digest;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Checks a file's bytes segment by segment while they pass, in constant memory.
 *
 * <p>The bytes are the file's own, without padding; the verifier adds the zeros of the last segment
 * before it compares. For use by one thread at a time.
 *
 * <pre>{@code
 * file     |------ segment 0 ------|------ segment 1 ------|-- rest --|
 * checked                          ^ here                  ^ here     ^ and here, with zeros
 * }</pre>
 */
public final class SegmentVerifier {
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 << 10);

  private final SegmentCheck check;
  private final long endByte;
  private final MessageDigest sha256 = Sha256.newDigest();
  private long position;

  /**
   * Creates a verifier of consecutive segments.
   *
   * @param check which segments are right
   * @param fileBytes the size of the whole file
   * @param firstSegment the segment that begins with the first byte given
   * @param lastSegment the last segment given
   * @throws IllegalArgumentException if the file has no such segments
   */
  public SegmentVerifier(SegmentCheck check, long fileBytes, int firstSegment, int lastSegment) {
    int segments = Layout.segmentCount(fileBytes);
    if (firstSegment < 0 || firstSegment > lastSegment || lastSegment >= segments) {
      throw new IllegalArgumentException(
          "a file of "
              + segments
              + " segments has no segments "
              + firstSegment
              + " to "
              + lastSegment);
    }
    this.check = check;
    this.position = (long) firstSegment * Layout.SEGMENT_BYTES;
    this.endByte = Math.min(fileBytes, (lastSegment + 1L) * Layout.SEGMENT_BYTES);
  }

  /**
   * Takes the next bytes.
   *
   * @param bytes the bytes between position and limit; they are consumed
   * @throws WrongSegmentException at the last byte of the first wrong segment
   * @throws IllegalArgumentException if there are more bytes than are left
   */
  public void update(ByteBuffer bytes) {
    if (bytes.remaining() > bytesLeft()) {
      throw new IllegalArgumentException(
          bytes.remaining() + " bytes where " + bytesLeft() + " are left");
    }
    int limit = bytes.limit();
    while (bytes.position() < limit) {
      int part = (int) Math.min(limit - bytes.position(), segmentEnd() - position);
      bytes.limit(bytes.position() + part);
      sha256.update(bytes);
      bytes.limit(limit);
      position += part;
      if (position == endByte || position % Layout.SEGMENT_BYTES == 0) {
        judge();
      }
    }
  }

  /** Returns how many bytes are still to come; at 0 all segments have been found right. */
  public long bytesLeft() {
    return endByte - position;
  }

  private long segmentEnd() {
    return Math.min(endByte, (position / Layout.SEGMENT_BYTES + 1) * Layout.SEGMENT_BYTES);
  }

  private void judge() {
    int segment = (int) ((position - 1) / Layout.SEGMENT_BYTES);
    long padding = (segment + 1L) * Layout.SEGMENT_BYTES - position;
    while (padding > 0) {
      ByteBuffer zeros = ZEROS.duplicate();
      zeros.limit((int) Math.min(zeros.capacity(), padding));
      padding -= zeros.remaining();
      sha256.update(zeros);
    }
    if (!check.accepts(segment, Digest.of(sha256.digest()))) {
      throw new WrongSegmentException(segment);
    }
  }
}

package io.tributary.retriever.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.ByteRange;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FidRule;
import io.tributary.content.Layout;
import io.tributary.content.MalformedIdException;
import io.tributary.content.SegmentHash;
import io.tributary.content.Sha256;
import io.tributary.retriever.client.DownloadException.Reason;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a file is made of, by the word of a source. Since a fid follows from the hashes of its
 * segments, a list from which it does follow can be believed whoever sent it.
 *
 * <p>The size does not follow from the fid. It is bounded by the number of segments, and bytes that
 * are not zero cannot be left out of the last; but since that is padded with zeros before it is
 * hashed, a source that lies can leave zeros at the end of a file out, or have too many there. Only
 * the chain knows.
 *
 * @param storedBytes how many bytes can be read
 * @param segments the hash of each padded segment
 */
public record RemoteFile(long storedBytes, List<SegmentHash> segments) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the list. */
  public RemoteFile {
    segments = List.copyOf(segments);
  }

  /**
   * A description that fits to a fid.
   *
   * @throws Unanswered if it does not, so that the source is not to be believed
   */
  public static RemoteFile proven(Fid fid, long storedBytes, List<SegmentHash> segments)
      throws Unanswered {
    if (storedBytes < 1 || storedBytes > Layout.MAX_FILE_BYTES) {
      throw wrong("no file has " + storedBytes + " bytes");
    }
    if (segments.size() != Layout.segmentCount(storedBytes)) {
      throw wrong(segments.size() + " segments cannot hold " + storedBytes + " bytes");
    }
    if (!FidRule.matches(fid, segments)) {
      throw wrong("the fid does not follow from the segment hashes");
    }
    return new RemoteFile(storedBytes, segments);
  }

  private static Unanswered wrong(String message) {
    return new Unanswered(Reason.WRONG_BYTES, Duration.ZERO, message);
  }

  /**
   * Reads an answer of {@code /file/metadata}.
   *
   * @throws IOException if it is not such an answer, or not of this file
   */
  static RemoteFile read(Fid fid, byte[] answer) throws IOException {
    JsonNode data = JSON.readTree(answer).path("data");
    JsonNode hashes = data.path("segments");
    if (!hashes.isArray()) {
      throw new IOException("the metadata lacks segments");
    }
    List<SegmentHash> segments = new ArrayList<>();
    try {
      for (JsonNode hash : hashes) {
        segments.add(SegmentHash.parse(hash.asText("")));
      }
    } catch (MalformedIdException e) {
      throw new IOException("the metadata has a malformed hash", e);
    }
    return proven(fid, data.path("storedSize").asLong(-1), segments);
  }

  /** Returns where a piece starts. */
  static long offset(int piece) {
    return Layout.segmentOffset(piece);
  }

  /** Returns how many bytes of a piece there are, without padding. */
  int length(int piece) {
    return (int) Math.min(Layout.SEGMENT_BYTES, storedBytes - offset(piece));
  }

  /** Returns the bytes of all pieces that a range lies in. */
  ByteRange piecesOf(ByteRange range) {
    int last = (int) ((range.end() - 1) / Layout.SEGMENT_BYTES);
    return ByteRange.between(
        offset((int) (range.offset() / Layout.SEGMENT_BYTES)), offset(last) + length(last));
  }

  /** Tells whether a digest that has taken all bytes of a piece is the right one; adds padding. */
  boolean isRight(int piece, MessageDigest digest) {
    byte[] zeros = new byte[Math.min(Layout.SEGMENT_BYTES - length(piece), 1 << 16)];
    for (int left = Layout.SEGMENT_BYTES - length(piece); left > 0; ) {
      int step = Math.min(left, zeros.length);
      digest.update(zeros, 0, step);
      left -= step;
    }
    return Digest.of(digest.digest()).equals(segments.get(piece).digest());
  }

  static MessageDigest newDigest() {
    return Sha256.newDigest();
  }
}

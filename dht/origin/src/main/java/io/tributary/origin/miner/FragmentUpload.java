package io.tributary.origin.miner;

import io.tributary.origin.upstream.Attempt;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A multipart form with one file, sent from a buffer piece by piece.
 *
 * <pre>{@code
 * --BOUNDARY CRLF
 * Content-Disposition: form-data; name="file"; filename="NAME" CRLF
 * Content-Type: application/octet-stream CRLF
 * CRLF
 * ...the file... CRLF
 * --BOUNDARY-- CRLF
 * }</pre>
 */
final class FragmentUpload {
  private static final int PIECE_BYTES = 64 << 10;

  private final String boundary;
  private final byte[] head;
  private final byte[] tail;
  private final ByteBuffer file;

  /**
   * Describes an upload.
   *
   * @param name the name of the file, without quotes and line ends
   * @param file the bytes between position and limit; both stay
   * @param boundary a text the file does not contain
   */
  FragmentUpload(String name, ByteBuffer file, String boundary) {
    this.boundary = boundary;
    this.file = file.slice();
    this.head =
        ascii(
            "--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + name
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n");
    this.tail = ascii("\r\n--" + boundary + "--\r\n");
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  /** Returns a body of known length that reports to an attempt what leaves. */
  BodyPublisher body(Attempt attempt) {
    long length = (long) head.length + file.remaining() + tail.length;
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofByteArrays(() -> new Pieces(attempt)), length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The form in order; each piece is copied out of the buffer when it is its turn. */
  private final class Pieces implements Iterator<byte[]> {
    private final Attempt attempt;
    private final ByteBuffer left = file.duplicate();
    private boolean begun;
    private boolean ended;

    Pieces(Attempt attempt) {
      this.attempt = attempt;
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public byte[] next() {
      if (!begun) {
        begun = true;
        attempt.sentBytes(0);
        return head;
      }
      if (left.hasRemaining()) {
        byte[] piece = new byte[Math.min(PIECE_BYTES, left.remaining())];
        left.get(piece);
        attempt.sentBytes(piece.length);
        return piece;
      }
      if (ended) {
        throw new NoSuchElementException("the form has ended");
      }
      ended = true;
      attempt.requestSent();
      return tail;
    }
  }
}

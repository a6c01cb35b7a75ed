package io.tributary.content;

import java.util.List;

/**
 * The form in which a file's bytes lie in its segments: as they are, or encrypted by one of the two
 * formats in use on CESS.
 *
 * <pre>{@code
 *            plain piece      stored piece   last piece                size on the chain
 * PLAIN      32 MiB           32 MiB         zero-padded by segment    plain
 * DEOSS_CBC  32 MiB - 16      32 MiB         zero-padded, then sealed  plain
 * CD2N_GCM   30 MiB - 16      30 MiB         shorter                   stored
 * }</pre>
 *
 * <p>Nothing on the chain says which form a file has; whoever has the key knows. Here is only the
 * arithmetic, the ciphers are in {@code io.tributary.content.cipher}. Three sizes must not be mixed
 * up: <i>plain</i> bytes are what the user has, <i>stored</i> bytes are what the segments hold
 * without the padding of the last, <i>chain</i> bytes are the size the chain states.
 */
public enum StoredForm {
  /** Not encrypted. */
  PLAIN(Layout.SEGMENT_BYTES, 0),

  /** DeOSS: each segment is sealed for itself with AES-256-CBC. */
  DEOSS_CBC(Layout.SEGMENT_BYTES - 16, 16),

  /** CD2N: the file is sealed in blocks with AES-256-GCM, then cut into segments. */
  CD2N_GCM((30 << 20) - 16, 16);

  private final int plainPieceBytes;
  private final int overheadBytes;

  StoredForm(int plainPieceBytes, int overheadBytes) {
    this.plainPieceBytes = plainPieceBytes;
    this.overheadBytes = overheadBytes;
  }

  /** Returns the plain bytes of every piece but the last. */
  public int plainPieceBytes() {
    return plainPieceBytes;
  }

  /** Returns the stored bytes of every piece but the last. */
  public int storedPieceBytes() {
    return plainPieceBytes + overheadBytes;
  }

  /** Tells whether the last piece is filled up with zeros before it is sealed. */
  public boolean sealsWholePieces() {
    return this == DEOSS_CBC;
  }

  /** Returns the plain bytes of the largest file of this form. */
  public long maxPlainBytes() {
    return this == DEOSS_CBC
        ? (long) Layout.MAX_SEGMENTS * plainPieceBytes
        : plainBytes(Layout.MAX_FILE_BYTES);
  }

  /**
   * Returns how many pieces a file has.
   *
   * @throws IllegalArgumentException if the file is empty or larger than {@link #maxPlainBytes}
   */
  public int pieceCount(long plainBytes) {
    if (plainBytes < 1 || plainBytes > maxPlainBytes()) {
      throw new IllegalArgumentException(
          "a file of form "
              + this
              + " has 1 to "
              + maxPlainBytes()
              + " plain bytes, this has "
              + plainBytes);
    }
    return (int) ceilDiv(plainBytes, plainPieceBytes);
  }

  /**
   * Returns how many bytes one piece takes when it is stored.
   *
   * @param plainBytes the plain bytes of the piece, 1 to {@link #plainPieceBytes}
   */
  public int storedBytesOfPiece(int plainBytes) {
    if (plainBytes < 1 || plainBytes > plainPieceBytes) {
      throw new IllegalArgumentException(
          "a piece has 1 to " + plainPieceBytes + " plain bytes, this has " + plainBytes);
    }
    return sealsWholePieces() ? storedPieceBytes() : plainBytes + overheadBytes;
  }

  /**
   * Returns how many bytes a file takes in its segments, without the padding of the last.
   *
   * @throws IllegalArgumentException if no file of this form has this size
   */
  public long storedBytes(long plainBytes) {
    long pieces = pieceCount(plainBytes);
    return sealsWholePieces() ? pieces * storedPieceBytes() : plainBytes + pieces * overheadBytes;
  }

  /**
   * Returns the size that the chain states for a file.
   *
   * @throws IllegalArgumentException if no file of this form has this size
   */
  public long chainBytes(long plainBytes) {
    long stored = storedBytes(plainBytes);
    return this == DEOSS_CBC ? plainBytes : stored;
  }

  /**
   * Returns the plain bytes of a file of which the chain states the size.
   *
   * @throws IllegalArgumentException if no file of this form can have it, see {@link #allows}
   */
  public long plainBytes(long chainBytes) {
    return switch (this) {
      case PLAIN -> {
        Layout.segmentCount(chainBytes);
        yield chainBytes;
      }
      case DEOSS_CBC -> {
        pieceCount(chainBytes);
        yield chainBytes;
      }
      case CD2N_GCM -> {
        Layout.segmentCount(chainBytes);
        long pieces = ceilDiv(chainBytes, storedPieceBytes());
        if (chainBytes - (pieces - 1) * storedPieceBytes() <= overheadBytes) {
          throw new IllegalArgumentException(
              "the last block of "
                  + chainBytes
                  + " stored bytes would be too short to hold anything but its tag");
        }
        yield chainBytes - pieces * overheadBytes;
      }
    };
  }

  /**
   * Tells whether a file of this form can have this size on the chain and this many segments; any
   * numbers may be asked about.
   */
  public boolean allows(long chainBytes, int segments) {
    if (segments < 1 || segments > Layout.MAX_SEGMENTS) {
      return false;
    }
    if (chainBytes < 1 || chainBytes > Layout.MAX_FILE_BYTES) {
      return false;
    }
    long segmentPlainBytes = this == DEOSS_CBC ? plainPieceBytes : Layout.SEGMENT_BYTES;
    long lastBlockBytes = (chainBytes - 1) % storedPieceBytes() + 1;
    return ceilDiv(chainBytes, segmentPlainBytes) == segments
        && (this != CD2N_GCM || lastBlockBytes > overheadBytes);
  }

  /**
   * Returns the pieces that hold a range of the plain file, in order; the list computes its
   * elements on demand.
   *
   * @param plainBytes the size of the plain file
   * @param range which of its bytes are wanted
   * @throws IllegalArgumentException if the range ends beyond the file, or if no file of this form
   *     has this size
   */
  public List<PieceSlice> pieces(long plainBytes, ByteRange range) {
    int pieces = pieceCount(plainBytes);
    if (range.end() > plainBytes) {
      throw new IllegalArgumentException(
          "the range ends at byte " + range.end() + ", the file has " + plainBytes);
    }
    int lastPlainBytes = (int) (plainBytes - (long) (pieces - 1) * plainPieceBytes);
    int lastStoredBytes = storedBytesOfPiece(lastPlainBytes);
    return new Cuts<>(
        range,
        plainPieceBytes,
        (piece, offset, length, position) ->
            new PieceSlice(
                piece,
                offset,
                length,
                position,
                (long) piece * storedPieceBytes(),
                piece == pieces - 1 ? lastStoredBytes : storedPieceBytes()));
  }

  /**
   * Returns the stored bytes of all pieces that hold a range of the plain file: what to plan and
   * fetch in order to open it.
   *
   * @throws IllegalArgumentException as {@link #pieces} does
   */
  public ByteRange storedRange(long plainBytes, ByteRange range) {
    List<PieceSlice> pieces = pieces(plainBytes, range);
    PieceSlice last = pieces.get(pieces.size() - 1);
    return ByteRange.between(
        pieces.get(0).storedOffset(), last.storedOffset() + last.storedLength());
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}

package io.tributary.origin.deoss;

import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The part of a file to read, and how its bytes are checked.
 *
 * @param manifest the file
 * @param firstByte the first byte wanted
 * @param lastByte the last byte wanted, itself included
 * @param verifier makes what sees the bytes of one attempt pass, never more than the slice has
 */
record FileSlice(
    Manifest manifest, long firstByte, long lastByte, Supplier<Consumer<ByteBuffer>> verifier) {
  /** Returns a slice of whole segments, checked against the manifest. */
  static FileSlice segments(Manifest manifest, int first, int last) {
    SegmentVerifier probe = newVerifier(manifest, first, last);
    long firstByte = (long) first * Layout.SEGMENT_BYTES;
    return new FileSlice(
        manifest,
        firstByte,
        firstByte + probe.bytesLeft() - 1,
        () -> newVerifier(manifest, first, last)::update);
  }

  /** Returns a slice of any bytes; they cannot be checked alone. */
  static FileSlice unchecked(Manifest manifest, long firstByte, long lastByte) {
    if (firstByte < 0 || firstByte > lastByte || lastByte >= manifest.sizeBytes()) {
      throw new IllegalArgumentException(
          "a file of "
              + manifest.sizeBytes()
              + " bytes has no bytes "
              + firstByte
              + " to "
              + lastByte);
    }
    return new FileSlice(manifest, firstByte, lastByte, () -> bytes -> {});
  }

  long bytes() {
    return lastByte - firstByte + 1;
  }

  boolean isWhole() {
    return bytes() == manifest.sizeBytes();
  }

  private static SegmentVerifier newVerifier(Manifest manifest, int first, int last) {
    return new SegmentVerifier(SegmentCheck.of(manifest), manifest.sizeBytes(), first, last);
  }
}

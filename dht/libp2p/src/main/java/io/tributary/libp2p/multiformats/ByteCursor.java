package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TOO_LONG;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TRAILING_BYTES;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TRUNCATED;

import java.util.Arrays;

/** A place in an array of untrusted bytes, which only moves forward and never past the end. */
final class ByteCursor {
  private final byte[] bytes;
  private int at;

  ByteCursor(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  long varint() {
    long value = Varint.read(bytes, at);
    at += Varint.size(value);
    return value;
  }

  /** Takes a length and then that many bytes. */
  byte[] lengthPrefixed(String what, int maxBytes) {
    long length = varint();
    if (length > maxBytes) {
      throw new MalformedFormatException(
          TOO_LONG, what + " has at most " + maxBytes + " bytes, this claims " + length);
    }
    return take(what, (int) length);
  }

  byte[] take(String what, int length) {
    if (bytes.length - at < length) {
      throw new MalformedFormatException(
          TRUNCATED,
          what + " has " + length + " bytes, of which " + (bytes.length - at) + " are there");
    }
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  byte[] rest() {
    return take("the rest", bytes.length - at);
  }

  void requireEnd(String what) {
    if (hasMore()) {
      throw new MalformedFormatException(
          TRAILING_BYTES, (bytes.length - at) + " bytes follow the end of " + what);
    }
  }
}

package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.NOT_CANONICAL;

import com.google.errorprone.annotations.Immutable;

/** A base of 2<sup>n</sup> as in RFC 4648, without padding and with zero bits at the end. */
@Immutable
final class BitsCodec extends BaseCodec {
  private final int bitsPerChar;

  BitsCodec(String alphabet) {
    super(alphabet);
    this.bitsPerChar = Integer.numberOfTrailingZeros(base());
  }

  @Override
  String encode(byte[] bytes) {
    StringBuilder out = new StringBuilder((bytes.length * 8 + bitsPerChar - 1) / bitsPerChar);
    int pending = 0;
    int pendingBits = 0;
    for (byte next : bytes) {
      pending = pending << 8 | (next & 0xff);
      pendingBits += 8;
      while (pendingBits >= bitsPerChar) {
        pendingBits -= bitsPerChar;
        out.append(character(pending >>> pendingBits));
        pending &= (1 << pendingBits) - 1;
      }
    }
    if (pendingBits > 0) {
      out.append(character(pending << (bitsPerChar - pendingBits)));
    }
    return out.toString();
  }

  @Override
  byte[] decode(CharSequence text) {
    requireLength(text);
    byte[] out = new byte[text.length() * bitsPerChar / 8];
    int filled = 0;
    int pending = 0;
    int pendingBits = 0;
    for (int i = 0; i < text.length(); i++) {
      pending = pending << bitsPerChar | digit(text, i);
      pendingBits += bitsPerChar;
      if (pendingBits >= 8) {
        pendingBits -= 8;
        out[filled++] = (byte) (pending >>> pendingBits);
        pending &= (1 << pendingBits) - 1;
      }
    }
    if (pendingBits >= bitsPerChar || pending != 0) {
      throw new MalformedFormatException(
          NOT_CANONICAL, "a text of base " + base() + " has bits left over at its end");
    }
    return out;
  }
}

package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.UNKNOWN_CODE;

/**
 * A content id of version 1: a hash and the format of what was hashed.
 *
 * <pre>
 *  +----+---------------+-----------+
 *  | 01 | codec, varint | multihash |      text: 'b' + base32 of these bytes
 *  +----+---------------+-----------+
 * </pre>
 *
 * @param codec the format, a number of the multicodec table
 * @param hash the hash of the content
 * @see <a href="https://github.com/multiformats/cid">CID</a>
 */
public record Cid(long codec, Multihash hash) {
  /** The codec of a public key of libp2p, whose CID is a peer id. */
  public static final long LIBP2P_KEY = 0x72;

  /** The codec of plain bytes. */
  public static final long RAW = 0x55;

  private static final long VERSION = 1;

  /** Checks the codec. */
  public Cid {
    if (codec < 0) {
      throw new IllegalArgumentException("a codec is not negative, this is " + codec);
    }
  }

  /**
   * Reads a text of any base in {@link Multibase}.
   *
   * @throws MalformedFormatException if it is not a CID of version 1
   */
  public static Cid parse(CharSequence text) {
    return decode(Multibase.decode(text));
  }

  /**
   * Reads a binary form that fills an array.
   *
   * @throws MalformedFormatException if it is not a CID of version 1
   */
  public static Cid decode(byte[] bytes) {
    ByteCursor in = new ByteCursor(bytes);
    long version = in.varint();
    if (version != VERSION) {
      throw new MalformedFormatException(
          UNKNOWN_CODE, "a CID of version " + VERSION + " was expected, this has " + version);
    }
    return new Cid(in.varint(), Multihash.decode(in.rest()));
  }

  /** Returns the binary form in a new array. */
  public byte[] toBytes() {
    byte[] encodedHash = hash.toBytes();
    int head = Varint.size(VERSION) + Varint.size(codec);
    byte[] out = new byte[head + encodedHash.length];
    Varint.write(codec, out, Varint.write(VERSION, out, 0));
    System.arraycopy(encodedHash, 0, out, head, encodedHash.length);
    return out;
  }

  /** Returns the text in a given base. */
  public String toText(Multibase base) {
    return base.encode(toBytes());
  }

  /** Returns the text in base32. */
  @Override
  public String toString() {
    return toText(Multibase.BASE32);
  }
}

package io.tributary.libp2p.multiformats;

import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.BAD_VALUE;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.TOO_LONG;
import static io.tributary.libp2p.multiformats.MalformedFormatException.Reason.UNKNOWN_CODE;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of a peer: the multihash of its public key.
 *
 * <p>A key of at most {@value #MAX_INLINE_KEY_BYTES} encoded bytes is its own hash and can be taken
 * out again with {@link #inlineKey}; a longer one is hashed with SHA-256. Two texts are read: the
 * base58 form ({@code 12D3Koo...}, {@code Qm...}), which is also the one written, and a CID of
 * codec {@code libp2p-key} ({@code bafz...}, {@code k51...}).
 *
 * <p>Ordered by its bytes, unsigned. Immutable.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#peer-ids">Peer
 *     Ids</a>
 */
public final class PeerId implements Comparable<PeerId> {
  /** The longest encoded public key that is put into the id unhashed. */
  public static final int MAX_INLINE_KEY_BYTES = 42;

  /** The longest binary form: function, length and an inline key. */
  public static final int MAX_BYTES = MAX_INLINE_KEY_BYTES + 2;

  /** The longest text that is read; the longest form, hexadecimal, has 93 characters. */
  public static final int MAX_CHARS = 128;

  private final byte[] bytes;
  private final int hash;
  private @Nullable String text;

  private PeerId(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /** Names the peer that has a public key, given in its encoded form (a protobuf message). */
  public static PeerId ofKey(byte[] encodedPublicKey) {
    return new PeerId(
        (encodedPublicKey.length <= MAX_INLINE_KEY_BYTES
                ? Multihash.identity(encodedPublicKey)
                : Multihash.sha256(encodedPublicKey))
            .toBytes());
  }

  /**
   * Takes a multihash as a peer's name.
   *
   * @throws MalformedFormatException if no key can have it
   */
  public static PeerId of(Multihash hash) {
    if (hash.function() == Multihash.IDENTITY) {
      if (hash.digestBytes() == 0 || hash.digestBytes() > MAX_INLINE_KEY_BYTES) {
        throw new MalformedFormatException(
            BAD_VALUE,
            "a peer id holds a key of 1 to "
                + MAX_INLINE_KEY_BYTES
                + " bytes, this has "
                + hash.digestBytes());
      }
    } else if (hash.function() != Multihash.SHA2_256) {
      throw new MalformedFormatException(
          UNKNOWN_CODE,
          "a peer id is an identity or SHA-256 multihash, this has function " + hash.function());
    }
    return new PeerId(hash.toBytes());
  }

  /**
   * Reads a binary form that fills an array.
   *
   * @throws MalformedFormatException if it is not a peer id
   */
  public static PeerId decode(byte[] bytes) {
    return of(Multihash.decode(bytes));
  }

  /**
   * Reads either text.
   *
   * @throws MalformedFormatException if it is not a peer id
   */
  public static PeerId parse(CharSequence text) {
    if (text.length() > MAX_CHARS) {
      throw new MalformedFormatException(
          TOO_LONG,
          "a peer id has at most " + MAX_CHARS + " characters, this has " + text.length());
    }
    String id = text.toString();
    if (id.startsWith("1") || id.startsWith("Qm")) {
      return decode(Base58.decode(id));
    }
    Cid cid = Cid.parse(id);
    if (cid.codec() != Cid.LIBP2P_KEY) {
      throw new MalformedFormatException(
          BAD_VALUE,
          "a CID that is a peer id has codec libp2p-key (0x72), this has 0x"
              + Long.toHexString(cid.codec()));
    }
    return of(cid.hash());
  }

  /** Returns the multihash this is. */
  public Multihash toMultihash() {
    return Multihash.decode(bytes);
  }

  /** Returns the encoded public key, if it is short enough to be in here. */
  public Optional<byte[]> inlineKey() {
    return bytes[0] == Multihash.IDENTITY
        ? Optional.of(Arrays.copyOfRange(bytes, 2, bytes.length))
        : Optional.empty();
  }

  /** Returns the binary form in a new array. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Returns this as a CID of codec {@code libp2p-key}. */
  public Cid toCid() {
    return new Cid(Cid.LIBP2P_KEY, toMultihash());
  }

  @Override
  public int compareTo(PeerId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerId that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns the base58 form. */
  @Override
  public String toString() {
    String known = text;
    if (known == null) {
      known = Base58.encode(bytes);
      text = known;
    }
    return known;
  }
}

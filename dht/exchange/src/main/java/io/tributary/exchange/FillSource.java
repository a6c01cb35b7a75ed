package io.tributary.exchange;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Where bytes came from that turned out wrong, as the one who passed them on names it.
 *
 * @param kind what it is
 * @param id its name in the bytes of its kind: a peer id or an account id
 */
public record FillSource(Kind kind, Id id) {

  /** What a source is. The codes are those on the wire. */
  public enum Kind {
    /** The store of the one who sends. */
    STORE(1),
    /** Another cacher, named by its peer id. */
    CACHER(2),
    /** A storage miner, named by its account id. */
    MINER(3),
    /** A gateway, named by its peer id. */
    GATEWAY(4);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** The number on the wire. */
    public int code() {
      return code;
    }

    /** The kind of a number; empty if there is none. */
    public static Optional<Kind> ofCode(int code) {
      return code > 0 && code <= values().length
          ? Optional.of(values()[code - 1])
          : Optional.empty();
    }
  }

  /** The store of the one who sends; it needs no name. */
  public static FillSource store() {
    return new FillSource(Kind.STORE, Id.of(new byte[0]));
  }

  /** A source's name: 0 to {@value #MAX_BYTES} bytes. */
  public static final class Id {
    /** The longest name. */
    public static final int MAX_BYTES = 44;

    private final byte[] raw;

    private Id(byte[] raw) {
      this.raw = raw;
    }

    /**
     * Copies the bytes of a name.
     *
     * @throws MalformedExchangeException if there are too many
     */
    public static Id of(byte[] raw) {
      if (raw.length > MAX_BYTES) {
        throw new MalformedExchangeException("a source's name of " + raw.length + " bytes");
      }
      return new Id(raw.clone());
    }

    /** Returns the bytes in a new array. */
    public byte[] toBytes() {
      return raw.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Id id && Arrays.equals(raw, id.raw);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(raw);
    }

    /** Returns hexadecimal digits. */
    @Override
    public String toString() {
      return HexFormat.of().formatHex(raw);
    }
  }

  /** Returns {@code kind:id}. */
  @Override
  public String toString() {
    return kind + ":" + id;
  }
}

package io.tributary.kademlia.key;

import io.tributary.libp2p.multiformats.Multihash;
import io.tributary.libp2p.multiformats.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What is looked up in a DHT: bytes, whose SHA-256 says where they lie.
 *
 * <pre>
 *   of a peer       its binary id
 *   of content      its multihash
 *   of a value      / namespace / name       the name is any bytes
 * </pre>
 *
 * Immutable.
 */
public final class DhtKey {

  /** The longest key. */
  public static final int MAX_BYTES = 1024;

  /** The longest namespace. */
  public static final int MAX_NAMESPACE_CHARS = 64;

  private final byte[] bytes;
  private final Position position;

  private DhtKey(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a key has 1 to " + MAX_BYTES + " bytes, this has " + bytes.length);
    }
    this.bytes = bytes;
    this.position = Position.ofHashed(bytes);
  }

  /**
   * A key of given bytes, which are copied.
   *
   * @throws IllegalArgumentException if they are none or more than {@link #MAX_BYTES}
   */
  public static DhtKey of(byte[] bytes) {
    return new DhtKey(bytes.clone());
  }

  /** The key under which a peer is found. */
  public static DhtKey of(PeerId peer) {
    return new DhtKey(peer.toBytes());
  }

  /** The key under which the providers of content are found. */
  public static DhtKey of(Multihash content) {
    return new DhtKey(content.toBytes());
  }

  /**
   * The key of a value.
   *
   * @param namespace whose rules hold for the value; not empty, without a slash
   * @param name what distinguishes it there
   */
  public static DhtKey ofValue(String namespace, byte[] name) {
    if (namespace.isEmpty()
        || namespace.length() > MAX_NAMESPACE_CHARS
        || namespace.contains("/")) {
      throw new IllegalArgumentException("no namespace: " + namespace);
    }
    byte[] prefix = ("/" + namespace + "/").getBytes(StandardCharsets.UTF_8);
    byte[] bytes = Arrays.copyOf(prefix, prefix.length + name.length);
    System.arraycopy(name, 0, bytes, prefix.length, name.length);
    return new DhtKey(bytes);
  }

  /** The namespace, if this is the key of a value. */
  public Optional<String> namespace() {
    int slash = secondSlash();
    return slash < 2
        ? Optional.empty()
        : Optional.of(new String(bytes, 1, slash - 1, StandardCharsets.UTF_8));
  }

  /** What stands after the namespace; everything, if there is none. */
  public byte[] name() {
    int slash = secondSlash();
    return Arrays.copyOfRange(bytes, slash < 2 ? 0 : slash + 1, bytes.length);
  }

  private int secondSlash() {
    if (bytes[0] != '/') {
      return -1;
    }
    for (int i = 1; i < Math.min(bytes.length, MAX_NAMESPACE_CHARS + 2); i++) {
      if (bytes[i] == '/') {
        return i;
      }
    }
    return -1;
  }

  /** Where the key lies. */
  public Position position() {
    return position;
  }

  /** The key itself, in a new array. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** How many bytes the key has. */
  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DhtKey that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return position.hashCode();
  }

  /** The key in hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}

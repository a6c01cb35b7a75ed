package io.tributary.origin.chain;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The 38 bytes a gateway registers itself with, immutable.
 *
 * <p>The older DeOSS gateways put their libp2p peer id here, CD2N's gateways the name of a pool:
 * those with equal bytes work as one cluster.
 */
public final class PoolId {
  /** The length. */
  public static final int BYTES = 38;

  private final byte[] bytes;

  private PoolId(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Wraps 38 bytes; the array is copied.
   *
   * @throws IllegalArgumentException if there are not exactly 38
   */
  public static PoolId of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "a pool id has " + BYTES + " bytes, this has " + bytes.length);
    }
    return new PoolId(bytes.clone());
  }

  /** Returns the bytes in a new array. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PoolId id && Arrays.equals(bytes, id.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns the bytes in hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}

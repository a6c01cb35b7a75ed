package io.tributary.kademlia.message;

import io.tributary.kademlia.key.DhtKey;
import java.util.Arrays;

/**
 * A value under its key.
 *
 * @param key begins with the namespace whose rules the value obeys
 * @param value the bytes; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below, and copied by nobody
public record ValueRecord(DhtKey key, byte[] value) {

  /** The longest value. */
  public static final int MAX_VALUE_BYTES = 64 * 1024;

  public ValueRecord {
    if (value.length > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "a value has at most " + MAX_VALUE_BYTES + " bytes, this has " + value.length);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValueRecord that
        && key.equals(that.key)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * key.hashCode() + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return key + " (" + value.length + " bytes)";
  }
}

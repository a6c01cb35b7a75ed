package io.tributary.ledger.receipt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.ledger.Hash256;
import io.tributary.ledger.MalformedLedgerValueException;
import java.nio.ByteBuffer;

/**
 * What one peer delivered of one fragment.
 *
 * <p>The form that is hashed; numbers are big-endian.
 *
 * <pre>
 *  0          32     40             48           56        57
 *  +----------+------+--------------+------------+---------+---------------------+
 *  | fragment | bytes| milliseconds | atMillis   | outcome | peer, UTF-8         |
 *  +----------+------+--------------+------------+---------+---------------------+
 * </pre>
 *
 * @param fragment the fragment's SHA-256
 * @param peer who delivered, as the network writes its id; 1 to {@value #MAX_PEER_BYTES} bytes
 * @param bytes how many bytes of content arrived
 * @param milliseconds from the request to the last byte
 * @param atMillis when it ended, in milliseconds since 1970
 * @param outcome what became of it
 */
public record Receipt(
    Hash256 fragment, String peer, long bytes, long milliseconds, long atMillis, Outcome outcome) {
  /** The longest id of a peer. */
  public static final int MAX_PEER_BYTES = 128;

  private static final int FIXED_BYTES = Hash256.BYTES + 3 * Long.BYTES + 1;

  /**
   * Checks the ranges.
   *
   * @throws MalformedLedgerValueException if a number is negative or the id has a wrong length
   */
  public Receipt {
    if (bytes < 0 || milliseconds < 0 || atMillis < 0) {
      throw new MalformedLedgerValueException("a number of a receipt is negative");
    }
    int length = peer.getBytes(UTF_8).length;
    if (length == 0 || length > MAX_PEER_BYTES) {
      throw new MalformedLedgerValueException("a peer's id of " + length + " bytes");
    }
  }

  /** Returns the form that is hashed. */
  byte[] toBytes() {
    byte[] id = peer.getBytes(UTF_8);
    return ByteBuffer.allocate(FIXED_BYTES + id.length)
        .put(fragment.toBytes())
        .putLong(bytes)
        .putLong(milliseconds)
        .putLong(atMillis)
        .put(outcome.code())
        .put(id)
        .array();
  }

  /**
   * The root after this receipt: {@code keccak256(root | receipt)}. The root of no receipts is
   * {@link Hash256#ZERO}.
   */
  public Hash256 after(Hash256 root) {
    return Hash256.hashing(root.toBytes(), toBytes());
  }
}

package net.openhft.chronicle.hash;

import java.nio.BufferOverflowException;
import net.openhft.chronicle.bytes.BytesStore;

/**
 * What a map's file says of all its segments together, in place.
 *
 * <p>Chronicle has a compiler make a class of this name in every process that opens a map, unless
 * there is one: that takes a JVM several seconds of processor time, and a JDK. So here is one.
 *
 * <pre>{@code
 * 0                 3                8              13              17                25
 * | extra bulks, 3  | free tier, 5   | tiers, 5     | headers at, 4 | bytes stored, 8 |  little-endian
 * }</pre>
 *
 * <p>As all of its kind not thread-safe: the map uses it under the lock that stands before it.
 */
@SuppressWarnings("rawtypes") // as Chronicle declares it
public final class VanillaGlobalMutableState$$Native implements VanillaGlobalMutableState {
  private static final int BULKS = 0;
  private static final int FREE_TIER = 3;
  private static final int TIERS = 8;
  private static final int HEADERS = 13;
  private static final int STORED = 17;
  private static final int BYTES = 25;

  private static final int THREE_BYTES = (1 << 24) - 1;
  private static final long FOUR_BYTES = (1L << 32) - 1;
  private static final long FIVE_BYTES = (1L << 40) - 1;

  private BytesStore bytes = BytesStore.empty();
  private long at;

  /** A reference to nothing yet; {@link #bytesStore(BytesStore, long, long)} leads it somewhere. */
  public VanillaGlobalMutableState$$Native() {}

  @Override
  public int getAllocatedExtraTierBulks() {
    return bytes.readInt(at + BULKS) & THREE_BYTES;
  }

  @Override
  public void setAllocatedExtraTierBulks(int bulks) {
    require(bulks, THREE_BYTES);
    bytes.writeInt(at + BULKS, (bytes.readInt(at + BULKS) & ~THREE_BYTES) | bulks);
  }

  @Override
  public long getFirstFreeTierIndex() {
    return fiveBytes(FREE_TIER);
  }

  @Override
  public void setFirstFreeTierIndex(long index) {
    setFiveBytes(FREE_TIER, index);
  }

  @Override
  public long getExtraTiersInUse() {
    return fiveBytes(TIERS);
  }

  @Override
  public void setExtraTiersInUse(long tiers) {
    setFiveBytes(TIERS, tiers);
  }

  @Override
  public long getSegmentHeadersOffset() {
    return bytes.readInt(at + HEADERS) & FOUR_BYTES;
  }

  @Override
  public void setSegmentHeadersOffset(long offset) {
    require(offset, FOUR_BYTES);
    bytes.writeInt(at + HEADERS, (int) offset);
  }

  @Override
  public long getDataStoreSize() {
    return bytes.readLong(at + STORED);
  }

  @Override
  public void setDataStoreSize(long size) {
    require(size, Long.MAX_VALUE);
    bytes.writeLong(at + STORED, size);
  }

  @Override
  public long addDataStoreSize(long addition) {
    long size = getDataStoreSize() + addition;
    setDataStoreSize(size);
    return size;
  }

  private long fiveBytes(int field) {
    return bytes.readLong(at + field) & FIVE_BYTES;
  }

  /** Writes eight bytes of which the last three stay: they are the next field's. */
  private void setFiveBytes(int field, long value) {
    require(value, FIVE_BYTES);
    bytes.writeLong(at + field, (bytes.readLong(at + field) & ~FIVE_BYTES) | value);
  }

  private static void require(long value, long most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(value + " is not within 0 to " + most);
    }
  }

  @Override
  public void bytesStore(BytesStore store, long offset, long length) {
    if (length != BYTES) {
      throw new BufferOverflowException();
    }
    bytes = store;
    at = offset;
  }

  @Override
  public BytesStore<?, ?> bytesStore() {
    return bytes;
  }

  @Override
  public long offset() {
    return at;
  }

  @Override
  public long maxSize() {
    return BYTES;
  }
}

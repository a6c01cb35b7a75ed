package io.tributary.kademlia.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** Bytes in the file: their length as a varint, then themselves; ordered as unsigned numbers. */
final class BytesType extends BasicDataType<byte[]> {

  static final BytesType INSTANCE = new BytesType();

  /** The header of an array in memory. */
  private static final int ARRAY_BYTES = 24;

  private BytesType() {}

  @Override
  public int compare(byte[] first, byte[] second) {
    return Arrays.compareUnsigned(first, second);
  }

  @Override
  public int getMemory(byte[] bytes) {
    return bytes.length + ARRAY_BYTES;
  }

  @Override
  public void write(WriteBuffer out, byte[] bytes) {
    out.putVarInt(bytes.length);
    out.put(bytes);
  }

  @Override
  public byte[] read(ByteBuffer in) {
    int length = DataUtils.readVarInt(in);
    if (length < 0 || length > in.remaining()) {
      throw DataUtils.newMVStoreException(
          DataUtils.ERROR_FILE_CORRUPT, "a field of {0} bytes in a page", length);
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  @Override
  public byte[][] createStorage(int size) {
    return new byte[size][];
  }
}

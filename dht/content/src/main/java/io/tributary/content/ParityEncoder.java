package io.tributary.content;

import java.nio.ByteBuffer;

/**
 * The erasure code as the {@link Segmenter} needs it: a function from data columns to parity
 * columns.
 *
 * <p>Byte {@code i} of every parity column depends only on byte {@code i} of the data columns, so a
 * caller may encode any stretch of the columns alone, and may encode different stretches of one
 * segment on several threads at once: an encoder is safe for use by many threads.
 */
@FunctionalInterface
public interface ParityEncoder {
  /**
   * Computes parity columns 4 to 11 from data columns 0 to 3.
   *
   * <p>All twelve buffers have the same number of bytes between position and limit. The encoder
   * writes every such byte of the parity buffers and none of the data buffers, and may leave the
   * positions wherever it likes.
   *
   * @param data the {@value Layout#DATA_COLUMNS} data columns, in order
   * @param parity the {@value Layout#PARITY_COLUMNS} parity columns, in order
   */
  void encode(ByteBuffer[] data, ByteBuffer[] parity);
}

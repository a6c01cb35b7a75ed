package io.tributary.exchange.client;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.FragmentHeader;

/**
 * Takes a fetch's bytes as they come: in order, as many as were {@linkplain Fetch#request asked
 * for}. Called on the fetch's event loop, so it must not block.
 *
 * <p>The bytes are not verified before the fetch's result says so.
 */
public interface FragmentConsumer {

  /** The peer has agreed; bytes follow. */
  default void onHeader(FragmentHeader header) {}

  /**
   * Takes the next bytes.
   *
   * @param bytes never empty; to be released by the consumer
   */
  void onBytes(ByteBuf bytes);
}

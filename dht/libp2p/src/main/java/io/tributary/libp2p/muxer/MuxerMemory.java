package io.tributary.libp2p.muxer;

/**
 * What all connections of a muxer hold in memory, and may hold: payload bytes of streams.
 *
 * @param heldBytes received and not consumed
 * @param maxHeldBytes the bound on them; beyond it the stream that holds most is reset
 * @param grownBytes credit given to peers beyond the windows' initial size
 * @param maxGrownBytes the bound on it; at it windows grow no more
 * @param queuedBytes written and not yet handed to the channel
 * @param maxQueuedBytes the bound on them; beyond it streams stop being writable earlier
 */
public record MuxerMemory(
    long heldBytes,
    long maxHeldBytes,
    long grownBytes,
    long maxGrownBytes,
    long queuedBytes,
    long maxQueuedBytes) {

  /** Of a muxer that does not tell. */
  public static final MuxerMemory UNKNOWN = new MuxerMemory(0, 0, 0, 0, 0, 0);
}

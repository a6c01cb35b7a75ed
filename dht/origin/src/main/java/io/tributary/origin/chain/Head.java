package io.tributary.origin.chain;

/**
 * The newest block that can no longer be undone, as one node sees it.
 *
 * @param hash the name of the block
 * @param number how many blocks came before it
 */
public record Head(BlockHash hash, long number) {}

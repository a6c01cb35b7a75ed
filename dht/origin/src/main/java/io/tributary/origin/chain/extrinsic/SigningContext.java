package io.tributary.origin.chain.extrinsic;

import io.tributary.origin.chain.BlockHash;

/**
 * What a signature binds a call to besides the call: one chain, in one version.
 *
 * @param specVersion the version of the runtime
 * @param transactionVersion the version of its calls
 * @param genesis the first block of the chain
 */
public record SigningContext(long specVersion, long transactionVersion, BlockHash genesis) {}

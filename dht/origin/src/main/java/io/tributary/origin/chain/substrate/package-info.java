/**
 * CESS's chain by the means of its Substrate node: {@link
 * io.tributary.origin.chain.substrate.SubstrateChain} reads, {@link
 * io.tributary.origin.chain.substrate.SubstrateSubmitter} submits.
 */
@NullMarked
package io.tributary.origin.chain.substrate;

import org.jspecify.annotations.NullMarked;

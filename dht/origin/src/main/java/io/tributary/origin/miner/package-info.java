/**
 * The client of CESS's storage miners: reads and stores fragments over their HTTP service.
 *
 * <p>Start at {@link io.tributary.origin.miner.MinerClient}.
 */
@NullMarked
package io.tributary.origin.miner;

import org.jspecify.annotations.NullMarked;

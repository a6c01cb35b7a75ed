/**
 * Storage miners for development: CESS's miner HTTP API over fragments on a real disk ({@link
 * io.tributary.origin.dev.miner.DevMiner}), with {@linkplain io.tributary.origin.dev.miner.Fault
 * faults} on demand.
 */
@NullMarked
package io.tributary.origin.dev.miner;

import org.jspecify.annotations.NullMarked;

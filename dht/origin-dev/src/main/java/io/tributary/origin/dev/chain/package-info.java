/**
 * A chain for development that keeps CESS's records under CESS's storage keys: {@link
 * io.tributary.origin.dev.chain.DevChain}, served by {@link
 * io.tributary.origin.dev.chain.DevChainServer}.
 */
@NullMarked
package io.tributary.origin.dev.chain;

import org.jspecify.annotations.NullMarked;

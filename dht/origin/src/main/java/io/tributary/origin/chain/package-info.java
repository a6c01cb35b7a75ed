/**
 * What a node asks of CESS's chain, and the answers: {@link io.tributary.origin.chain.ChainClient}
 * reads files, miners and gateways, {@link io.tributary.origin.chain.ChainSubmitter} orders and
 * reports storage. No wire format lives here.
 */
@NullMarked
package io.tributary.origin.chain;

import org.jspecify.annotations.NullMarked;

/**
 * JSON-RPC 2.0 to one of several nodes of a chain, over HTTP and WebSocket, with limits, deadlines
 * and failover: {@link io.tributary.origin.chain.rpc.RpcClient}.
 */
@NullMarked
package io.tributary.origin.chain.rpc;

import org.jspecify.annotations.NullMarked;

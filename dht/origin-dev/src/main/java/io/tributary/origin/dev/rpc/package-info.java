/**
 * The JSON-RPC 2.0 face of a dev chain, over HTTP and WebSocket on one port: {@link
 * io.tributary.origin.dev.rpc.RpcPort}.
 */
@NullMarked
package io.tributary.origin.dev.rpc;

import org.jspecify.annotations.NullMarked;

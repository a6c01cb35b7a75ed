package io.tributary.origin.dev.chain;

import io.tributary.origin.dev.rpc.RpcDispatch;
import io.tributary.origin.dev.rpc.RpcPort;
import io.tributary.origin.dev.runtime.DevRuntime;
import java.io.IOException;

/** A dev chain's JSON-RPC server on one loopback port, for HTTP and WebSocket. */
public final class DevChainServer implements AutoCloseable {
  private final RpcPort port;

  private DevChainServer(RpcPort port) {
    this.port = port;
  }

  /**
   * Starts to answer.
   *
   * @param port the port number, or 0 for any free one
   * @throws IOException if the port is taken
   */
  public static DevChainServer start(DevRuntime runtime, int port, DevChain chain)
      throws IOException {
    return new DevChainServer(
        RpcPort.open(runtime, port, new RpcDispatch(new ChainMethods(chain).byName())));
  }

  /** Returns the URL for HTTP. */
  public String httpUrl() {
    return port.httpUrl();
  }

  /** Returns the URL for WebSocket. */
  public String webSocketUrl() {
    return port.webSocketUrl();
  }

  /** Returns the port number. */
  public int port() {
    return port.number();
  }

  /** Stops to answer; the chain stays open. */
  @Override
  public void close() {
    port.close();
  }
}

package io.tributary.origin.dev.rpc;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.dev.runtime.ListeningPort;
import io.tributary.origin.dev.runtime.SmallRequests.Reply;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * The loopback port on which a dev chain answers JSON-RPC, by HTTP POST and by WebSocket alike.
 *
 * <pre>{@code
 * socket - HTTP - whole requests - upgrade? --no--> RpcConnection
 *                                     |
 *                                     +----yes----> WebSocket - whole frames - the same
 * }</pre>
 */
public final class RpcPort implements AutoCloseable {
  static final int IDLE_SECONDS = 60;

  private final DevRuntime runtime;
  private final RpcDispatch dispatch;
  private final ListeningPort port;

  private RpcPort(DevRuntime runtime, int port, RpcDispatch dispatch) throws IOException {
    this.runtime = runtime;
    this.dispatch = dispatch;
    this.port = ListeningPort.open(runtime.loops(), runtime.reach(), port, this::connect);
  }

  /**
   * Listens.
   *
   * @param port the port number, or 0 for any free one
   * @throws IOException if the port is taken
   */
  public static RpcPort open(DevRuntime runtime, int port, RpcDispatch dispatch)
      throws IOException {
    return new RpcPort(runtime, port, dispatch);
  }

  /** Returns the URL for HTTP. */
  public String httpUrl() {
    return port.url();
  }

  /** Returns the URL for WebSocket. */
  public String webSocketUrl() {
    return "ws" + port.url().substring("http".length());
  }

  /** Returns the port number. */
  public int number() {
    return port.number();
  }

  @Override
  public void close() {
    port.close();
  }

  private void connect(Channel connection) {
    connection
        .pipeline()
        .addLast(
            new HttpServerCodec(),
            new IdleStateHandler(IDLE_SECONDS, 0, 0),
            new HttpObjectAggregator(RpcDispatch.MAX_REQUEST_BYTES, true),
            new RpcUpgrade(),
            new RpcConnection(runtime.blocking(), dispatch, this::answer));
  }

  private Reply answer(FullHttpRequest request) {
    if (!request.method().equals(HttpMethod.POST)) {
      return Reply.of(HttpResponseStatus.METHOD_NOT_ALLOWED);
    }
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      return Reply.of(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE);
    }
    Optional<byte[]> answer = dispatch.answer(ByteBufUtil.getBytes(request.content()));
    return answer
        .map(bytes -> Reply.json(HttpResponseStatus.OK, bytes))
        .orElseGet(() -> Reply.of(HttpResponseStatus.NO_CONTENT));
  }
}

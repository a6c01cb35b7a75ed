package io.tributary.origin.chain.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.origin.chain.RpcEndpoint;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A real server on the loopback interface that answers as a test tells it to. */
public abstract class LoopbackNode implements AutoCloseable {
  private volatile Function<JsonNode, Reply> script = request -> new Reply.Stall();
  private final List<JsonNode> requests = new CopyOnWriteArrayList<>();

  /** Opens a node that speaks HTTP. */
  public static LoopbackNode http() {
    return new LoopbackHttpNode();
  }

  /** Opens a node that speaks WebSocket. */
  public static LoopbackNode webSocket() {
    return new LoopbackWebSocketNode();
  }

  /** Says how to answer from now on. */
  public LoopbackNode answering(Function<JsonNode, Reply> newScript) {
    script = newScript;
    return this;
  }

  /** Returns all requests so far. */
  public List<JsonNode> requests() {
    return requests;
  }

  public abstract RpcEndpoint endpoint();

  /** Drops all connections. */
  abstract void hangUpAll();

  @Override
  public abstract void close();

  Reply reply(JsonNode request) {
    requests.add(request);
    return script.apply(request);
  }
}

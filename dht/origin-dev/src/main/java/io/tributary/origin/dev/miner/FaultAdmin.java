package io.tributary.origin.dev.miner;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBufInputStream;
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
import io.tributary.origin.dev.runtime.Reach;
import io.tributary.origin.dev.runtime.SmallRequests;
import io.tributary.origin.dev.runtime.SmallRequests.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A loopback HTTP port by which a developer switches the faults of miners.
 *
 * <pre>{@code
 * GET  /dev/fault    {"code":200,"msg":"ok","data":[{"miner":0,"fault":"SLOW(1000)"},...]}
 * POST /dev/fault    Content-Type: application/json
 *      {"miner":0,"fault":"SLOW","amount":1000,"probability":0.5,"strikes":3}
 *
 * miner         the miner's place in the list, from 0
 * fault         a name of Fault.Kind, or "NONE" to make the miner behave
 * amount        default 0; probability default 1; strikes default: no end
 * }</pre>
 *
 * <p>The media type is demanded so that no page in a developer's browser can post here unasked.
 */
public final class FaultAdmin implements AutoCloseable {
  /** The most bytes of a request's body. */
  public static final int MAX_BODY_BYTES = 4 << 10;

  private static final String PATH = "/dev/fault";
  private static final String NONE = "NONE";
  private static final int IDLE_SECONDS = 60;
  private static final Set<String> FIELDS =
      Set.of("miner", "fault", "amount", "probability", "strikes");
  private static final ObjectReader STRICT =
      Envelope.JSON
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private final List<DevMiner> miners;
  private final ListeningPort port;

  private FaultAdmin(DevRuntime runtime, int port, List<DevMiner> miners) throws IOException {
    this.miners = List.copyOf(miners);
    this.port =
        ListeningPort.open(
            runtime.loops(), Reach.LOOPBACK, port, connection -> connect(runtime, connection));
  }

  /**
   * Listens.
   *
   * @param port the port number, or 0 for any free one
   * @throws IOException if the port is taken
   */
  public static FaultAdmin start(DevRuntime runtime, int port, List<DevMiner> miners)
      throws IOException {
    return new FaultAdmin(runtime, port, miners);
  }

  /** Returns the base URL. */
  public String url() {
    return port.url();
  }

  @Override
  public void close() {
    port.close();
  }

  private void connect(DevRuntime runtime, Channel connection) {
    connection
        .pipeline()
        .addLast(
            new HttpServerCodec(),
            new IdleStateHandler(IDLE_SECONDS, 0, 0),
            new HttpObjectAggregator(MAX_BODY_BYTES, true),
            new SmallRequests("the fault port", runtime.blocking(), this::answer));
  }

  private Reply answer(FullHttpRequest request) {
    if (!request.uri().equals(PATH)) {
      return reply(HttpResponseStatus.NOT_FOUND, "the only page is " + PATH);
    }
    if (request.method().equals(HttpMethod.GET)) {
      return reply(HttpResponseStatus.OK, Envelope.ok(list()));
    }
    if (!request.method().equals(HttpMethod.POST)) {
      return reply(HttpResponseStatus.METHOD_NOT_ALLOWED, "use GET or POST");
    }
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      return reply(
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "the Content-Type is application/json");
    }
    try (InputStream body = new ByteBufInputStream(request.content().duplicate())) {
      apply(STRICT.readTree(body));
      return reply(HttpResponseStatus.OK, Envelope.ok(list()));
    } catch (IllegalArgumentException e) {
      return reply(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return reply(HttpResponseStatus.BAD_REQUEST, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      return reply(HttpResponseStatus.CONFLICT, String.valueOf(e.getMessage()));
    }
  }

  private void apply(JsonNode order) throws IOException {
    Set<String> unknown = new TreeSet<>();
    order.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(FIELDS);
    if (!order.isObject() || !unknown.isEmpty()) {
      throw new IllegalArgumentException("expected an object of " + FIELDS + ", found " + unknown);
    }
    JsonNode number = order.path("miner");
    if (!number.isInt() || number.intValue() < 0 || number.intValue() >= miners.size()) {
      throw new IllegalArgumentException("miner is a number, 0 to " + (miners.size() - 1));
    }
    DevMiner miner = miners.get(number.intValue());
    String fault = order.path("fault").asText("");
    if (fault.equals(NONE)) {
      miner.clearFault();
      return;
    }
    miner.setFault(
        new FaultRule(
            new Fault(kind(fault), integer(order, "amount", 0)),
            number(order, "probability", 1),
            integer(order, "strikes", FaultRule.ALWAYS)));
  }

  private ArrayNode list() {
    ArrayNode list = Envelope.JSON.createArrayNode();
    for (int i = 0; i < miners.size(); i++) {
      DevMiner miner = miners.get(i);
      ObjectNode entry = list.addObject();
      entry.put("miner", i);
      entry.put("account", miner.account().toString());
      entry.put("endpoint", miner.url());
      entry.put("fault", miner.fault().map(FaultRule::toString).orElse(NONE));
    }
    return list;
  }

  private static Fault.Kind kind(String name) {
    for (Fault.Kind kind : Fault.Kind.values()) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "fault is NONE or one of " + List.of(Fault.Kind.values()) + ", not \"" + name + "\"");
  }

  private static long integer(JsonNode order, String field, long otherwise) {
    JsonNode value = order.path(field);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException(field + " is a whole number");
    }
    return value.longValue();
  }

  private static double number(JsonNode order, String field, double otherwise) {
    JsonNode value = order.path(field);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw new IllegalArgumentException(field + " is a number");
    }
    return value.doubleValue();
  }

  private static Reply reply(HttpResponseStatus status, String message) {
    return reply(status, Envelope.of(status.code(), message));
  }

  private static Reply reply(HttpResponseStatus status, Envelope envelope) {
    return Reply.json(status, envelope.toBytes());
  }
}

package io.tributary.origin.dev;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.origin.chain.Call;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.chain.extrinsic.SigningContext;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.identity.Signer;
import io.tributary.origin.identity.Ss58Address;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/** A plain JSON-RPC client, made of the JDK's HTTP client and Jackson alone. */
public final class RpcClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  public RpcClient(String url) {
    this.url = url;
  }

  /** Posts any text and returns the answer's body. */
  public HttpResponse<byte[]> post(byte[] body) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }

  /** Calls a method and returns the whole answer. */
  public JsonNode call(String method, Object... params) throws IOException, InterruptedException {
    ObjectNode request = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    request.put("method", method);
    ArrayNode list = request.putArray("params");
    for (Object param : params) {
      list.addPOJO(param);
    }
    return JSON.readTree(post(JSON.writeValueAsBytes(request)).body());
  }

  /** Reads a value. */
  public Optional<byte[]> storage(byte[] key) throws IOException, InterruptedException {
    JsonNode result = call("state_getStorage", hex(key)).get("result");
    return result.isNull() ? Optional.empty() : Optional.of(bytes(result.textValue()));
  }

  /** Signs a call with the account's next nonce and submits it. */
  public JsonNode submit(Call call, SigningContext context, Signer signer)
      throws IOException, InterruptedException {
    long nonce =
        call("system_accountNextIndex", new Ss58Address(42, signer.account()).toString())
            .get("result")
            .longValue();
    byte[] extrinsic =
        ExtrinsicCodec.sign(call, DevPallets.CALLS, nonce, BigInteger.ZERO, context, signer);
    return call("author_submitExtrinsic", hex(extrinsic));
  }

  public static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  public static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }
}

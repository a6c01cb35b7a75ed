package io.tributary.origin.dev.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.tributary.origin.chain.extrinsic.ExtrinsicCodec;
import io.tributary.origin.chain.storage.StorageKey;
import io.tributary.origin.dev.Accounts;
import io.tributary.origin.dev.RpcClient;
import io.tributary.origin.dev.SampleFile;
import io.tributary.origin.dev.rpc.RpcDispatch;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.Sr25519KeyPair;
import io.tributary.origin.identity.Ss58Address;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node's methods over real HTTP and WebSocket connections. */
class ChainMethodsTest {
  private static final Sr25519KeyPair ALICE = Accounts.number(101);

  private static final JsonNode NULL = NullNode.getInstance();

  private DevRuntime runtime;
  private DevChain chain;
  private DevChainServer server;
  private RpcClient rpc;

  @TempDir private Path directory;

  @BeforeEach
  void start() throws Exception {
    runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
    chain = DevChain.open(directory, Clock.systemUTC());
    for (int i = 0; i < 12; i++) {
      chain.registerMiner(Accounts.number(i).account(), "http://127.0.0.1:" + (15000 + i));
    }
    server = DevChainServer.start(runtime, 0, chain);
    rpc = new RpcClient(server.httpUrl());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    chain.close();
    runtime.close();
  }

  @Test
  void blocks_areFoundByNumberAndHash() throws Exception {
    String head = rpc.call("chain_getFinalizedHead").get("result").textValue();
    assertThat(head).isEqualTo(chain.head().hash().toHex());
    assertThat(rpc.call("chain_getBlockHash").get("result").textValue()).isEqualTo(head);
    assertThat(rpc.call("chain_getBlockHash", 12).get("result").textValue()).isEqualTo(head);
    assertThat(rpc.call("chain_getBlockHash", 0).get("result").textValue())
        .isEqualTo(chain.signingContext().genesis().toHex());
    assertThat(rpc.call("chain_getBlockHash", 13).get("result").isNull()).isTrue();
    JsonNode header = rpc.call("chain_getHeader", head).get("result");
    assertThat(header.get("number").textValue()).isEqualTo("0xc");
    assertThat(header.get("parentHash").textValue())
        .isEqualTo(rpc.call("chain_getBlockHash", 11).get("result").textValue());
    assertThat(header.get("stateRoot").textValue())
        .isEqualTo("0x" + chain.head().stateRoot().toHex());
    assertThat(header.get("extrinsicsRoot").textValue())
        .isEqualTo("0x" + chain.head().extrinsicsRoot().toHex());
    assertThat(header.at("/digest/logs")).isEmpty();
    assertThat(rpc.call("chain_getHeader").get("result")).isEqualTo(header);
    assertThat(rpc.call("chain_getHeader", "0x" + "00".repeat(32)).get("result").isNull()).isTrue();
  }

  @Test
  void storageAndKeys_areReadNowAndAtABlock() throws Exception {
    String key = StorageKey.miner(Accounts.number(3).account()).toHex();
    String value = rpc.call("state_getStorage", key).get("result").textValue();
    assertThat(RpcClient.bytes(value)).isEqualTo(chain.storage(RpcClient.bytes(key)).orElseThrow());
    String before = rpc.call("chain_getBlockHash", 3).get("result").textValue();
    String after = rpc.call("chain_getBlockHash", 4).get("result").textValue();
    assertThat(rpc.call("state_getStorage", key, before).get("result").isNull()).isTrue();
    assertThat(rpc.call("state_getStorage", key, after).get("result").textValue()).isEqualTo(value);
    assertThat(rpc.call("state_getStorage", "0x00").get("result").isNull()).isTrue();

    String prefix = key.substring(0, 66);
    JsonNode first = rpc.call("state_getKeysPaged", prefix, 7).get("result");
    assertThat(first).hasSize(7);
    JsonNode rest =
        rpc.call("state_getKeysPaged", prefix, 7, first.get(6).textValue()).get("result");
    assertThat(rest).hasSize(5);
    assertThat(rpc.call("state_getKeysPaged", prefix, 100, prefix, after).get("result")).hasSize(4);
    assertThat(rpc.call("state_getKeysPaged", NULL, 1000, NULL).get("result")).hasSize(14);
  }

  @Test
  void constants_areThoseOfADevChain() throws Exception {
    JsonNode version = rpc.call("state_getRuntimeVersion").get("result");
    assertThat(version.get("specVersion").longValue()).isEqualTo(DevChain.SPEC_VERSION);
    assertThat(version.get("transactionVersion").longValue())
        .isEqualTo(DevChain.TRANSACTION_VERSION);
    assertThat(version.get("specName").textValue()).isEqualTo("tributary-dev");
    String head = chain.head().hash().toHex();
    assertThat(rpc.call("state_getRuntimeVersion", head).get("result")).isEqualTo(version);
    assertThat(rpc.call("system_chain").get("result").textValue()).isEqualTo("Tributary Dev");
    assertThat(rpc.call("system_version").get("result").isTextual()).isTrue();
    assertThat(rpc.call("system_health").get("result").get("isSyncing").booleanValue()).isFalse();
    JsonNode methods = rpc.call("rpc_methods").get("result").get("methods");
    assertThat(methods).hasSize(12);
    for (JsonNode method : methods) {
      JsonNode error = rpc.call(method.textValue(), 1, 2, 3, 4, 5).get("error");
      assertThat(error.get("code").intValue()).isEqualTo(-32602);
    }
  }

  @Test
  void extrinsic_isDoneOnce_andCounted() throws Exception {
    String address = new Ss58Address(Ss58Address.CESS_TESTNET, ALICE.account()).toString();
    assertThat(rpc.call("system_accountNextIndex", address).get("result").intValue()).isZero();
    byte[] extrinsic = declaration();
    assertThat(rpc.call("author_submitExtrinsic", RpcClient.hex(extrinsic)).get("result"))
        .hasToString("\"" + ExtrinsicCodec.hash(extrinsic).toHex() + "\"");
    assertThat(rpc.call("system_accountNextIndex", address).get("result").intValue()).isEqualTo(1);

    JsonNode again = rpc.call("author_submitExtrinsic", RpcClient.hex(extrinsic)).get("error");
    assertThat(again.get("code").intValue()).isEqualTo(ChainMethods.INVALID);
    assertThat(again.get("data").textValue()).isEqualTo("STALE_NONCE");
    assertThat(again.get("message").textValue()).startsWith("STALE_NONCE: ");
    JsonNode garbage = rpc.call("author_submitExtrinsic", "0x0400").get("error");
    assertThat(garbage.get("code").intValue()).isEqualTo(ChainMethods.MALFORMED);
    assertThat(garbage.get("data").textValue()).isEqualTo("MALFORMED_EXTRINSIC");
    JsonNode refused =
        rpc.call("author_submitExtrinsic", RpcClient.hex(declaration())).get("error");
    assertThat(refused.get("code").intValue()).isEqualTo(ChainMethods.CANNOT_BE_DONE);
    assertThat(refused.get("data").textValue()).isEqualTo("DEAL_EXISTS");
  }

  @Test
  void badParameters_areInvalid() throws Exception {
    for (Object[] call :
        new Object[][] {
          {"state_getStorage"},
          {"state_getStorage", 5},
          {"state_getStorage", "00"},
          {"state_getStorage", "0x0"},
          {"state_getStorage", "0xzz"},
          {"state_getStorage", "0x" + "00".repeat(513)},
          {"state_getStorage", "0x00", "0x00"},
          {"state_getKeysPaged", "0x00", 0},
          {"state_getKeysPaged", "0x00", 1001},
          {"state_getKeysPaged", "0x00"},
          {"chain_getBlockHash", -1},
          {"chain_getBlockHash", "x"},
          {"system_accountNextIndex", "not an address"},
          {"author_submitExtrinsic", 1}
        }) {
      Object[] params = java.util.Arrays.copyOfRange(call, 1, call.length);
      JsonNode error = rpc.call((String) call[0], params).get("error");
      assertThat(error.get("code").intValue()).as("%s", (Object) call).isEqualTo(-32602);
    }
  }

  @Test
  void unknownBlock_isATypedError() throws Exception {
    String never = "0x" + "00".repeat(32);
    for (Object[] call :
        new Object[][] {
          {"state_getStorage", "0x00", never},
          {"state_getKeysPaged", "0x00", 1, NULL, never},
          {"state_getRuntimeVersion", never}
        }) {
      Object[] params = java.util.Arrays.copyOfRange(call, 1, call.length);
      JsonNode error = rpc.call((String) call[0], params).get("error");
      assertThat(error.get("code").intValue()).isEqualTo(ChainMethods.NO_STATE);
      assertThat(error.get("data").textValue()).isEqualTo("UNKNOWN_BLOCK");
    }
  }

  @Test
  void declarationOfTheLargestFile_fitsARequest() throws Exception {
    SampleFile largest = SampleFile.onPaper(5, 1000);
    rpc.submit(largest.declaration(ALICE.account()), chain.signingContext(), ALICE);
    String key = StorageKey.deal(largest.fid()).toHex();
    assertThat(rpc.storage(RpcClient.bytes(key))).isPresent();
  }

  @Test
  void requestThatIsNoPostOfJson_orTooLarge_isRefusedByHttp() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    URI url = URI.create(server.httpUrl());
    assertThat(http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding()))
        .extracting(answer -> answer.statusCode())
        .isEqualTo(405);
    HttpRequest text = HttpRequest.newBuilder(url).POST(BodyPublishers.ofString("{}")).build();
    assertThat(http.send(text, BodyHandlers.discarding()).statusCode()).isEqualTo(415);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                      + (RpcDispatch.MAX_REQUEST_BYTES + 1)
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 413 ");
    }
    assertThat(rpc.post("{\"jsonrpc\":\"2.0\",\"method\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
        .extracting(answer -> answer.statusCode())
        .isEqualTo(204);
  }

  @Test
  void bytesThatAreNotHttp_endTheConnectionAlone() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write("\u0001\u0002\u0003 rubbish\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
    assertThat(rpc.call("system_health").has("result")).isTrue();
  }

  @Test
  void webSocket_answersCallsBatchesAndGarbage() throws Exception {
    Frames frames = new Frames();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(server.webSocketUrl()), frames)
            .get(10, TimeUnit.SECONDS);
    String head = chain.head().hash().toHex();
    for (int i = 0; i < 3; i++) {
      send(socket, "{\"jsonrpc\":\"2.0\",\"id\":" + i + ",\"method\":\"chain_getFinalizedHead\"}");
      JsonNode answer = frames.next();
      assertThat(answer.get("id").intValue()).isEqualTo(i);
      assertThat(answer.get("result").textValue()).isEqualTo(head);
    }
    send(socket, "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"system_chain\"}]");
    assertThat(frames.next()).hasSize(1);
    send(socket, "garbage");
    assertThat(frames.next().get("error").get("code").intValue()).isEqualTo(-32700);
    socket.sendPing(java.nio.ByteBuffer.allocate(0)).get(10, TimeUnit.SECONDS);
    byte[] extrinsic = declaration();
    String call =
        "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"author_submitExtrinsic\",\"params\":[\""
            + RpcClient.hex(extrinsic)
            + "\"]}";
    socket.sendText(call.substring(0, 100), false).get(10, TimeUnit.SECONDS);
    socket.sendText(call.substring(100), true).get(10, TimeUnit.SECONDS);
    assertThat(frames.next().get("result").textValue())
        .isEqualTo(ExtrinsicCodec.hash(extrinsic).toHex());
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
    assertThat(frames.closed()).isEqualTo(WebSocket.NORMAL_CLOSURE);
  }

  @Test
  void webSocketMessageThatIsTooLarge_closesTheSocketWithItsCode() throws Exception {
    Frames frames = new Frames();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(server.webSocketUrl()), frames)
            .get(10, TimeUnit.SECONDS);
    String piece = "x".repeat(RpcDispatch.MAX_REQUEST_BYTES / 2 + 1);
    socket.sendText(piece, false).get(10, TimeUnit.SECONDS);
    CompletableFuture<WebSocket> rest = socket.sendText(piece, true);
    assertThat(frames.closed()).isEqualTo(1009);
    assertThat(rest).isNotNull();
  }

  private byte[] declaration() {
    return ExtrinsicCodec.sign(
        SampleFile.onPaper(1, 1).declaration(ALICE.account()),
        DevPallets.CALLS,
        chain.nonce(ALICE.account()),
        BigInteger.ZERO,
        chain.signingContext(),
        ALICE);
  }

  private static void send(WebSocket socket, String text) throws Exception {
    socket.sendText(text, true).get(10, TimeUnit.SECONDS);
  }

  /** Collects what comes over a WebSocket. */
  private static final class Frames implements WebSocket.Listener {
    private final StringBuilder partial = new StringBuilder();
    private final BlockingQueue<String> texts = new ArrayBlockingQueue<>(16);
    private final BlockingQueue<Integer> closes = new ArrayBlockingQueue<>(16);

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        texts.add(partial.toString());
        partial.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedStage("taken");
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closes.add(code);
      return CompletableFuture.completedStage("taken");
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closes.add(-1);
    }

    JsonNode next() throws Exception {
      String text = texts.poll(10, TimeUnit.SECONDS);
      assertThat(text).isNotNull();
      return new ObjectMapper().readTree(text);
    }

    int closed() throws InterruptedException {
      Integer code = closes.poll(10, TimeUnit.SECONDS);
      assertThat(code).isNotNull();
      return code;
    }
  }
}

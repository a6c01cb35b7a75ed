package io.tributary.retriever.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tributary.exchange.client.Payer;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.Keccak256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.Keystore;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.nodekit.network.NetworkProfile;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wallet of a node that has lost its books knows from the chain what it has paid. */
final class PayingWalletTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long CHAIN = 11330;
  private static final long LANE = 3;
  private static final int FINALITY_BLOCKS = 2;
  private static final long FROM_BLOCK = 5;
  private static final EvmAddress CONTRACT = address(1);
  private static final EvmAddress PAYEE = address(2);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final IoEngine io = IoEngine.start(IoEngine.Kind.NIO, 1);
  private final ExecutorService pool = Executors.newFixedThreadPool(2);
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final SecureRandom random = new SecureRandom();
  private final SigningKey key = SigningKey.generate(random, Curve.fastest());
  @TempDir private Path directory;
  private HttpServer chain;

  private static EvmAddress address(int number) {
    byte[] raw = new byte[EvmAddress.BYTES];
    Arrays.fill(raw, (byte) number);
    return EvmAddress.of(raw);
  }

  @BeforeEach
  void start() throws Exception {
    chain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    new KeyDirectory(directory.resolve("keys"))
        .add(
            key.address(),
            Keystore.lock(key, "secret".toCharArray(), Keystore.Hardness.LIGHT, random));
    Path password = directory.resolve("password");
    Files.createFile(
        password,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(password, "secret\n");
  }

  @AfterEach
  void stop() {
    chain.stop(0);
    pool.shutdownNow();
    timers.shutdownNow();
    io.close();
  }

  private Payer open(StartedParts parts) throws Exception {
    return PayingWallet.open(
        new RetrieverConfig.Wallet(
            new KeyDirectory(directory.resolve("keys")).fileOf(key.address()),
            directory.resolve("password"),
            LANE,
            1_000),
        new NetworkProfile.Settlement(
            CHAIN,
            List.of(URI.create("http://127.0.0.1:" + chain.getAddress().getPort())),
            CONTRACT.toString().toLowerCase(Locale.ROOT),
            address(9).toString().toLowerCase(Locale.ROOT),
            FINALITY_BLOCKS,
            FROM_BLOCK),
        directory,
        new RetrieverRuntime(
            io, pool, pool, pool, pool, timers, Clock.systemUTC(), new SecureRandom(), "test"),
        parts);
  }

  private LaneId lane() {
    return new LaneId(key.address(), PAYEE, LANE);
  }

  /** Serves a chain of ten blocks, in the seventh of which a voucher was redeemed. */
  private void serve() {
    chain.createContext("/", this::answer);
    chain.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode asked = JSON.readTree(exchange.getRequestBody());
    Object result =
        switch (asked.path("method").asText()) {
          case "eth_chainId" -> "0x" + Long.toHexString(CHAIN);
          case "eth_blockNumber" -> "0xa";
          case "eth_getCode" -> "0x60";
          case "eth_call" -> new SettlementDomain(CHAIN, CONTRACT).separator().toString();
          case "eth_getBlockByNumber" -> block(asked.path("params").path(0).asText());
          case "eth_getLogs" -> logs(asked.path("params").path(0));
          default -> throw new IOException("nobody asks a chain this: " + asked);
        };
    byte[] text =
        JSON.writeValueAsBytes(
            Map.of("jsonrpc", "2.0", "id", asked.path("id").asLong(), "result", result));
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  private static Map<String, String> block(String number) {
    return Map.of(
        "number",
        number,
        "hash",
        Hash256.hashing(number.getBytes(US_ASCII)).toString(),
        "timestamp",
        "0x6b000000");
  }

  private List<Map<String, Object>> logs(JsonNode filter) {
    long from = Long.decode(filter.path("fromBlock").asText());
    long to = Long.decode(filter.path("toBlock").asText());
    if (from > 7 || to < 7) {
      return List.of();
    }
    String event =
        "Redeemed(address,address,uint64,uint128,uint128,uint128,uint64,bytes32,address)";
    String topic = "0x" + HexFormat.of().formatHex(Keccak256.hash(event.getBytes(US_ASCII)));
    String data =
        word(LANE) + word(700) + word(700) + word(7) + word(70) + word(0) + word(key.address());
    return List.of(
        Map.of(
            "address",
            CONTRACT.toString(),
            "topics",
            List.of(topic, "0x" + word(key.address()), "0x" + word(PAYEE)),
            "data",
            "0x" + data,
            "blockNumber",
            "0x7",
            "logIndex",
            "0x0"));
  }

  private static String word(long number) {
    return "%064x".formatted(number);
  }

  private static String word(EvmAddress address) {
    return "%064x".formatted(new BigInteger(1, address.toBytes()));
  }

  @Test
  void emptyBooks_whatTheChainHasPaidOutIsKnown() throws Exception {
    serve();
    try (StartedParts parts = new StartedParts()) {
      Payer payer = open(parts);
      assertThat(payer.ledger().lane(lane()).issued()).isEmpty();
      await().atMost(PATIENCE).until(() -> payer.settled().settled(lane()).isPresent());
      assertThat(payer.settled().settled(lane()))
          .contains(new Voucher(lane(), Amount.of(700), 70, 0, Hash256.ZERO));
      assertThat(payer.settled().settled(new LaneId(key.address(), PAYEE, LANE + 1))).isEmpty();
    }
  }

  @Test
  void chainThatDoesNotAnswer_keepsNobodyFromOpeningTheWallet() throws Exception {
    chain.createContext("/", HttpExchange::close);
    chain.start();
    try (StartedParts parts = new StartedParts()) {
      assertThat(open(parts).settled().settled(lane())).isEqualTo(Optional.empty());
    }
  }
}

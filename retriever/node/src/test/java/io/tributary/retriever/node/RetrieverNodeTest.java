package io.tributary.retriever.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.FidRule;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.content.SegmentHash;
import io.tributary.content.Segmenter;
import io.tributary.content.erasure.ErasureCode;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.chain.RpcEndpoint;
import io.tributary.origin.chain.extrinsic.CallIndices;
import io.tributary.origin.chain.rpc.RpcClient;
import io.tributary.origin.chain.rpc.RpcLimits;
import io.tributary.origin.chain.rpc.RpcObserver;
import io.tributary.origin.chain.substrate.ListingLimits;
import io.tributary.origin.chain.substrate.SubstrateChain;
import io.tributary.origin.chain.substrate.SubstrateSubmitter;
import io.tributary.origin.dev.AssignedMiners;
import io.tributary.origin.dev.DevOrigin;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.Sr25519KeyPair;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.origin.miner.MinerClient;
import io.tributary.origin.publish.PublishListener;
import io.tributary.origin.publish.PublishSettings;
import io.tributary.origin.publish.Publisher;
import io.tributary.origin.upstream.UpstreamRuntime;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole node over a dev chain and dev storage miners. */
final class RetrieverNodeTest {
  private static final byte[] CONTENT = new byte[9_000_000];

  static {
    new SplittableRandom(11).nextBytes(CONTENT);
  }

  private final IoEngine io = IoEngine.start(IoEngine.Kind.NIO, 2);
  private final ExecutorService pool = Executors.newFixedThreadPool(4);
  private final ExecutorService callbacks = Executors.newFixedThreadPool(4);
  private final ScheduledExecutorService timers = UpstreamRuntime.newTimers(Thread::new);
  private final DevRuntime runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
  @TempDir private Path directory;
  private DevOrigin origin;

  @BeforeEach
  void start() throws Exception {
    origin =
        DevOrigin.start(
            runtime,
            new DevOrigin.Config(
                directory.resolve("origin"),
                Layout.COLUMNS,
                0,
                0,
                OptionalInt.empty(),
                Duration.ofMillis(200)),
            new SecureRandom());
    Files.writeString(
        directory.resolve("network.toml"),
        new NetworkProfile(
                "test",
                new NetworkProfile.Chain(
                    Optional.of(origin.chain().signingContext().genesis().toHex()),
                    Ss58Address.CESS_TESTNET,
                    List.of(URI.create(origin.chainHttpUrl())),
                    true,
                    new NetworkProfile.Calls(
                        DevPallets.CALLS.fileBank(),
                        DevPallets.CALLS.uploadDeclaration(),
                        DevPallets.CALLS.transferReport(),
                        DevPallets.CALLS.deleteFile())))
            .toToml());
    Files.writeString(
        directory.resolve("retriever.toml"),
        """
        network = "network.toml"
        [http]
        listen = "127.0.0.1:0"
        [cache]
        mebibytes = 160
        """);
  }

  @AfterEach
  void stop() throws IOException {
    origin.close();
    runtime.close();
    pool.shutdownNow();
    callbacks.shutdownNow();
    timers.shutdownNow();
    io.close();
  }

  private RetrieverNode node() throws Exception {
    return RetrieverNode.start(
        RetrieverConfig.read(directory.resolve("retriever.toml")),
        new RetrieverRuntime(
            io,
            pool,
            callbacks,
            pool,
            pool,
            timers,
            Clock.systemUTC(),
            new SecureRandom(),
            "test"));
  }

  /** Stores a file with the miners, as a user of CESS would. */
  private FileRecord publish(byte[] content) throws IOException {
    Sr25519KeyPair owner = Sr25519KeyPair.generate(new SecureRandom());
    try (RpcClient rpc =
        new RpcClient(
            List.of(RpcEndpoint.parse(origin.chainHttpUrl())),
            RpcLimits.DEFAULT,
            callbacks,
            timers,
            Clock.systemUTC(),
            RpcObserver.NONE)) {
      SubstrateChain chain = new SubstrateChain(rpc, ListingLimits.DEFAULT);
      ErasureCode code = ErasureCode.on(ErasureCode.Engine.PLAIN);
      Path file = Files.write(directory.resolve("film.mp4"), content);
      return new Publisher(
              chain,
              submitter(rpc, owner, DevPallets.CALLS),
              new AssignedMiners(rpc, chain, submitter(rpc, owner, AssignedMiners.REASSIGN)),
              new MinerClient(
                  MinerClient.DEFAULT_LIMITS,
                  new UpstreamRuntime(
                      callbacks, timers, System::nanoTime, Clock.systemUTC(), new SecureRandom()),
                  owner,
                  Ss58Address.CESS_TESTNET),
              new Segmenter(code::encode, pool, 1),
              directory.resolve("journals"),
              PublishSettings.DEFAULT,
              pause -> Thread.sleep(pause.toMillis()))
          .publish(file, "film.mp4", "land", FidRule.MERKLE, new PublishListener() {});
    }
  }

  private SubstrateSubmitter submitter(RpcClient rpc, Sr25519KeyPair owner, CallIndices calls) {
    return new SubstrateSubmitter(
        rpc,
        calls,
        owner,
        account -> new Ss58Address(Ss58Address.CESS_TESTNET, account).toString(),
        Optional.of(origin.chain().signingContext().genesis()),
        BigInteger.ZERO);
  }

  private static HttpResponse<byte[]> get(URI base, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void node_servesWhatMinersHold_alsoWithOneGone_andTellsItsOperator() throws Exception {
    FileRecord file = publish(CONTENT);
    String fid = file.manifest().fid().toHex();
    origin.miner(file.placement().seat(0, 0).miner()).close();
    try (RetrieverNode node = node()) {
      HttpResponse<byte[]> cold = get(node.url(), "/file/" + fid);
      assertThat(cold.statusCode()).isEqualTo(200);
      assertThat(Arrays.equals(cold.body(), CONTENT)).isTrue();
      assertThat(cold.headers().firstValue("content-type")).contains("video/mp4");

      HttpResponse<byte[]> part = get(node.url(), "/file/" + fid, "Range", "bytes=8388600-8388700");
      assertThat(part.statusCode()).isEqualTo(206);
      assertThat(part.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 8388600, 8388701));

      assertThat(get(node.url(), "/file/" + "ab".repeat(32)).statusCode()).isEqualTo(404);
      assertThat(
              get(node.url(), "/trace/" + cold.headers().firstValue("x-trace-id").orElseThrow())
                  .statusCode())
          .isEqualTo(200);

      assertThat(get(node.adminUrl(), "/readyz").statusCode()).isEqualTo(200);
      assertThat(new String(get(node.adminUrl(), "/status").body(), StandardCharsets.UTF_8))
          .contains("\"knownFiles\":1");
      assertThat(new String(get(node.adminUrl(), "/metrics").body(), StandardCharsets.UTF_8))
          .contains("tributary_http_answers_total", "engine_reads_total", "jvm_memory_used_bytes");
    }
  }

  @Test
  void fileOfEqualSegments_isStoredAndServed() throws Exception {
    byte[] content = new byte[2 * Layout.SEGMENT_BYTES];
    byte[] segment = Arrays.copyOf(CONTENT, Layout.SEGMENT_BYTES);
    System.arraycopy(segment, 0, content, 0, segment.length);
    System.arraycopy(segment, 0, content, segment.length, segment.length);
    FileRecord file = publish(content);
    assertThat(file.manifest().segmentHashes()).hasSize(2).containsOnly(segmentHash(file));
    String path = "/file/" + file.manifest().fid().toHex();
    try (RetrieverNode node = node()) {
      HttpResponse<byte[]> whole = get(node.url(), path);
      assertThat(whole.statusCode()).isEqualTo(200);
      assertThat(Arrays.equals(whole.body(), content)).isTrue();

      int from = Layout.SEGMENT_BYTES - 5;
      assertThat(get(node.url(), path, "Range", "bytes=" + from + "-" + (from + 9)).body())
          .isEqualTo(Arrays.copyOfRange(content, from, from + 10));
    }
  }

  private static SegmentHash segmentHash(FileRecord file) {
    return file.manifest().segmentHashes().get(0);
  }

  @Test
  void addressThatIsTaken_endsTheStartAndLeavesNothingOpen() throws Exception {
    try (RetrieverNode node = node()) {
      Files.writeString(
          directory.resolve("retriever.toml"),
          """
          network = "network.toml"
          directory = "other"
          [http]
          listen = "127.0.0.1:%d"
          [cache]
          mebibytes = 160
          """
              .formatted(node.url().getPort()));
      assertThatThrownBy(this::node)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen");
    }
    // The store of the one that failed to start is free.
    Files.writeString(
        directory.resolve("retriever.toml"),
        """
        network = "network.toml"
        directory = "other"
        [http]
        listen = "127.0.0.1:0"
        [cache]
        mebibytes = 160
        """);
    node().close();
  }
}

package io.tributary.retriever.node.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.content.Layout;
import io.tributary.libp2p.identity.KeyFile;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.region.Region;
import io.tributary.retriever.node.RetrieverNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole retrievers that have the file from others than its miners, all of which are gone. */
class FurtherSourcesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path directory;

  private static Optional<TestNetwork> started = Optional.empty();

  /** One that read the file while its miners were there, and the one retriever that it knows. */
  private static Optional<RetrieverNode> early = Optional.empty();

  private static Optional<FragmentGiver> bootstrap = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    TestNetwork network = new TestNetwork(directory);
    started = Optional.of(network);
    FragmentGiver first = network.giver();
    bootstrap = Optional.of(first);
    RetrieverNode node =
        network.retriever(
            "early",
            Optional.of(first.address()),
            """
            [sources]
            retrievers = ["/ip4/127.0.0.1/tcp/1/p2p/%s"]
            """
                .formatted(idOf("friend")));
    early = Optional.of(node);
    assertWhole(get(node.url(), "/file/" + fid()));
    network.stopMiners();
  }

  @AfterAll
  static void stop() throws IOException {
    early.ifPresent(RetrieverNode::close);
    bootstrap.ifPresent(FragmentGiver::close);
    started.orElseThrow().close();
  }

  private static TestNetwork network() {
    return started.orElseThrow();
  }

  private static String fid() {
    return network().file.manifest().fid().toHex();
  }

  /** The peer id that a retriever will have. */
  private static PeerId idOf(String name) throws IOException {
    Path state = Files.createDirectories(network().home(name).resolve("state"));
    return new KeyFile(state.resolve("identity.key")).loadOrCreate(new SecureRandom()).peerId();
  }

  private static HttpResponse<byte[]> get(URI base, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void assertWhole(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode())
        .as(
            () ->
                new String(
                    answer.body(), 0, Math.min(500, answer.body().length), StandardCharsets.UTF_8))
        .isEqualTo(200);
    assertThat(Arrays.equals(answer.body(), network().content)).isTrue();
  }

  /** Reads the file through a node, all of it from one kind of source. */
  private static void assertReadsFrom(String kind, RetrieverNode node) throws Exception {
    HttpResponse<byte[]> answer = get(node.url(), "/file/" + fid());
    assertWhole(answer);
    String trace =
        new String(
            get(node.url(), "/trace/" + answer.headers().firstValue("x-trace-id").orElseThrow())
                .body(),
            StandardCharsets.UTF_8);
    assertThat(trace).contains("\"" + kind + "\":" + network().content.length);
  }

  private static String addressOf(RetrieverNode node) {
    // As text: [/ip4/127.0.0.1/tcp/4001], or with the peer's id.
    String addresses = String.valueOf(node.ready().get("addresses"));
    String first = addresses.substring(1, addresses.length() - 1).split(", ", -1)[0];
    return Multiaddr.parse(first)
        .withoutPeerId()
        .withPeerId(PeerId.parse(String.valueOf(node.ready().get("peer"))))
        .toString();
  }

  @Test
  void gateway_givesRangesOfTheFile_whichAreVerifiedAsFragments() throws Exception {
    try (RetrieverNode node =
        network()
            .retriever(
                "gateways",
                Optional.empty(),
                "[sources]\ngateways = [\"" + early.orElseThrow().url() + "\"]\n")) {
      assertReadsFrom("GATEWAY", node);
    }
  }

  @Test
  void gateway_smallRange_costsTheFragmentItLiesIn() throws Exception {
    try (RetrieverNode node =
        network()
            .retriever(
                "ranges",
                Optional.empty(),
                "[sources]\ngateways = [\"" + early.orElseThrow().url() + "\"]\n")) {
      HttpResponse<byte[]> part =
          get(node.url(), "/file/" + fid(), "Range", "bytes=9000000-9000099");
      assertThat(part.statusCode()).isEqualTo(206);
      assertThat(part.body())
          .isEqualTo(Arrays.copyOfRange(network().content, 9_000_000, 9_000_100));
      assertThat(node.engine().status().usefulBytes()).isEqualTo(Layout.FRAGMENT_BYTES);
    }
  }

  @Test
  void otherRetriever_givesWhatItHasCached_toThoseItKnows() throws Exception {
    try (RetrieverNode node =
        network()
            .retriever(
                "friend",
                Optional.of(bootstrap.orElseThrow().address()),
                "[sources]\nretrievers = [\"" + addressOf(early.orElseThrow()) + "\"]\n")) {
      assertReadsFrom("RETRIEVER", node);
    }
  }

  @Test
  void otherRetriever_givesNothingToStrangers() throws Exception {
    try (RetrieverNode node =
        network()
            .retriever(
                "stranger",
                Optional.of(bootstrap.orElseThrow().address()),
                "[sources]\nretrievers = [\"" + addressOf(early.orElseThrow()) + "\"]\n")) {
      assertThat(get(node.url(), "/file/" + fid()).statusCode()).isEqualTo(503);
    }
  }

  @Test
  void neighbourRegion_helps_whereTheOwnHasNoCachers() throws Exception {
    try (FragmentGiver far = network().giver(bootstrap.orElseThrow().address())) {
      far.join(new Region("far"));
      try (RetrieverNode node =
          network()
              .retriever(
                  "neighbours",
                  Optional.of(bootstrap.orElseThrow().address()),
                  """
                  [overlay]
                  region = "here"
                  [sources]
                  neighbour-regions = ["far", "empty"]
                  """)) {
        await()
            .atMost(PATIENCE)
            .until(() -> String.valueOf(node.status().get("neighbourRegions")).contains("far"));
        assertReadsFrom("CACHER", node);
        assertThat(far.given).hasValueGreaterThanOrEqualTo(network().dataFragments.size());
      }
    }
  }

  @Test
  void whoAnnouncesFragmentsInTheDht_isFound() throws Exception {
    try (FragmentGiver announcer = network().giver(bootstrap.orElseThrow().address())) {
      announcer.announce();
      try (RetrieverNode node =
          network().retriever("dht", Optional.of(bootstrap.orElseThrow().address()), "")) {
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(500))
            .untilAsserted(() -> assertReadsFrom("CACHER", node));
        assertThat(announcer.given).hasValueGreaterThanOrEqualTo(network().dataFragments.size());
      }
    }
  }
}

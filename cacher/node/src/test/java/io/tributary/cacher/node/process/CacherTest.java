package io.tributary.cacher.node.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.cacher.node.TestOrigin;
import io.tributary.cacher.node.TestOrigin.Sample;
import io.tributary.cacher.node.config.CacherConfigFile;
import io.tributary.cacher.node.http.AccessTokens;
import io.tributary.content.Layout;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.nodekit.admin.RunningNode;
import io.tributary.nodekit.config.Overrides;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.dev.miner.Fault;
import io.tributary.origin.upstream.UpstreamRuntime;
import io.tributary.region.record.CacherRecord;
import io.tributary.region.record.SignedRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole cachers from their configuration on, and what their HTTP and admin pages tell. */
final class CacherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final ExecutorService executor = Executors.newFixedThreadPool(4);
  private final ExecutorService journals = Executors.newFixedThreadPool(1);
  private final ScheduledExecutorService timers = UpstreamRuntime.newTimers(Thread::new);
  private final SigningKey payer = SigningKey.generate(new SecureRandom(), Curve.fastest());
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<AutoCloseable> open = new ArrayList<>();
  private TestOrigin origin;

  @BeforeEach
  void start() throws Exception {
    origin = new TestOrigin(directory.resolve("origin"));
    open.add(origin);
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    timers.shutdownNow();
    executor.shutdownNow();
    journals.shutdownNow();
  }

  private Cacher cacher(String name, List<String> bootstrap, Map<String, String> overrides)
      throws Exception {
    Path home = Files.createDirectories(directory.resolve(name));
    NetworkProfile profile =
        new NetworkProfile(
                "test",
                new NetworkProfile.Chain(
                    Optional.empty(),
                    11330,
                    List.of(URI.create(origin.origin.chainHttpUrl())),
                    true,
                    new NetworkProfile.Calls(104, 0, 3, 6)))
            .withOverlay(new NetworkProfile.Overlay("/tributary/test", bootstrap, true));
    Files.writeString(home.resolve("network.toml"), profile.toToml());
    Files.writeString(
        home.resolve("cacher.toml"),
        """
        network = "network.toml"
        region = "eu-west"
        drain-seconds = 5
        [listen]
        addresses = ["/ip4/127.0.0.1/tcp/0"]
        [store]
        quota = "256 MiB"
        [admin]
        listen = "127.0.0.1:0"
        [http]
        listen = "127.0.0.1:0"
        payers = ["%s"]
        """
            .formatted(payer.address()));
    CacherConfigFile file =
        CacherConfigFile.read(home.resolve("cacher.toml"), Overrides.NONE.withFlags(overrides));
    Cacher cacher =
        Cacher.start(
            file.config(),
            new CacherRuntime(
                executor,
                journals,
                timers,
                Clock.systemUTC(),
                new SecureRandom(),
                CacherRuntime.Settling.by(new StaticEscrow(Map.of()))));
    open.add(cacher);
    return cacher;
  }

  private static String relayOf(Multiaddr address) {
    return address.relay().flatMap(Multiaddr::peerId).map(PeerId::toString).orElse("direct");
  }

  /** The record of a cacher as another one has it. */
  private static Optional<CacherRecord> recordOf(Cacher cacher, Cacher asSeenBy) {
    return asSeenBy.region().orElseThrow().members().join().stream()
        .map(SignedRecord::record)
        .filter(each -> each.peer().toString().equals(cacher.peerId()))
        .findFirst();
  }

  private static Set<String> relays(Cacher cacher, Cacher asSeenBy) {
    return recordOf(cacher, asSeenBy).map(CacherRecord::addresses).orElse(List.of()).stream()
        .map(CacherTest::relayOf)
        .collect(Collectors.toSet());
  }

  @Test
  void cacherBehindANat_isInItsRegionByItsRelays_andByAnotherOneWhenOneDies() throws Exception {
    Map<String, Cacher> relays = new HashMap<>();
    List<String> known = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Cacher relay =
          cacher(
              "relay-" + i,
              known,
              Map.of("reach.standing", "public", "reach.relay-server", "true"));
      relays.put(relay.peerId(), relay);
      known.add(relay.addresses().get(0).toString());
    }
    Cacher home =
        cacher(
            "home",
            known,
            Map.of(
                "reach.standing",
                "private",
                "reach.static-relays",
                known.stream().collect(Collectors.joining("\", \"", "[\"", "\"]"))));

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                relays.values().stream()
                    .allMatch(
                        each ->
                            relays(home, each).size() == 2
                                && relays.keySet().containsAll(relays(home, each))));
    assertThat(home.state().tree().get("reach"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("kind", "RELAYED")
        .containsEntry("declared", true);
    String lost = relays(home, relays.values().iterator().next()).iterator().next();
    Cacher left =
        relays.values().stream().filter(each -> !each.peerId().equals(lost)).findFirst().get();
    long before = recordOf(home, left).orElseThrow().sequence();

    Optional.ofNullable(relays.remove(lost)).orElseThrow().close();

    await().atMost(PATIENCE).until(() -> relays(home, left).equals(relays.keySet()));
    assertThat(recordOf(home, left).orElseThrow().sequence()).isGreaterThan(before);
  }

  private HttpResponse<byte[]> get(Cacher cacher, Sample file, int column, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                cacher
                    .httpUrl()
                    .orElseThrow()
                    .resolve("/fragment/" + file.manifest().fid() + "/0/" + column))
            .timeout(PATIENCE);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private String token(Cacher cacher, long bytes) {
    return "Bearer "
        + AccessTokens.sign(
            payer,
            PeerId.parse(cacher.peerId()),
            Clock.systemUTC().instant().plusSeconds(600),
            bytes,
            7);
  }

  @Test
  void http_servesColdAndHotFragments_wholeAndInRanges_toAllowedClients() throws Exception {
    Sample file = origin.publish(21, 1);
    Cacher cacher = cacher("c", List.of(), Map.of("http.allow", "[\"127.0.0.0/8\"]"));
    byte[] right = file.bytes(0);

    HttpResponse<byte[]> cold = get(cacher, file, 0);
    assertThat(cold.statusCode()).isEqualTo(200);
    assertThat(cold.body()).isEqualTo(right);
    assertThat(cold.headers().firstValue("cache-control").orElse("")).contains("immutable");
    String tag = cold.headers().firstValue("etag").orElseThrow();
    assertThat(tag).isEqualTo('"' + file.name(0).hash().toHex() + '"');

    HttpResponse<byte[]> range = get(cacher, file, 0, "Range", "bytes=1000-1999");
    assertThat(range.statusCode()).isEqualTo(206);
    assertThat(range.body()).isEqualTo(Arrays.copyOfRange(right, 1000, 2000));
    assertThat(get(cacher, file, 0, "If-None-Match", tag).statusCode()).isEqualTo(304);
    assertThat(get(cacher, Sample.of(22, 1), 0).statusCode()).isEqualTo(404);
  }

  @Test
  void http_answersShortRangesByAShortCut_asItDoesWithoutIt() throws Exception {
    Sample file = origin.publish(27, 1);
    Cacher cacher = cacher("c", List.of(), Map.of("http.allow", "[\"127.0.0.0/8\"]"));
    assertThat(get(cacher, file, 0).statusCode()).isEqualTo(200);
    URI address =
        cacher.httpUrl().orElseThrow().resolve("/fragment/" + file.manifest().fid() + "/0/0");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address).timeout(PATIENCE).header("Range", "bytes=4096-8191");
    List<HttpResponse<byte[]>> answers = new ArrayList<>();
    // On connections of their own; a field that is not known keeps the second from the short cut.
    for (HttpRequest each : List.of(request.build(), request.header("X-Other", "1").build())) {
      answers.add(
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .build()
              .send(each, BodyHandlers.ofByteArray()));
    }
    for (HttpResponse<byte[]> answer : answers) {
      assertThat(answer.statusCode()).isEqualTo(206);
      assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(file.bytes(0), 4096, 8192));
    }
    assertThat(lasting(answers.get(0))).isEqualTo(lasting(answers.get(1)));
  }

  private static Map<String, List<String>> lasting(HttpResponse<?> answer) {
    Map<String, List<String>> fields = new HashMap<>(answer.headers().map());
    fields.keySet().removeAll(List.of("date", "x-trace-id", "X-Trace-Id"));
    return fields;
  }

  @Test
  void http_asksOthersForAToken_andHoldsThemToItsBytes() throws Exception {
    Sample file = origin.publish(23, 1);
    Cacher cacher = cacher("c", List.of(), Map.of());
    assertThat(get(cacher, file, 0).statusCode()).isEqualTo(401);
    assertThat(get(cacher, file, 0, "Authorization", token(cacher, 1) + "0").statusCode())
        .isEqualTo(401);
    String once = token(cacher, Layout.FRAGMENT_BYTES + 10L);
    assertThat(get(cacher, file, 0, "Authorization", once).body()).isEqualTo(file.bytes(0));
    assertThat(get(cacher, file, 0, "Authorization", once).statusCode()).isEqualTo(403);
    assertThat(get(cacher, file, 0, "Authorization", once, "Range", "bytes=0-9").statusCode())
        .isEqualTo(206);
  }

  @Test
  void http_neverGivesAllOfAWrongFragment() throws Exception {
    Sample file = origin.publish(24, 1);
    origin.setFault(file, 0, Fault.of(Fault.Kind.WRONG_BYTES));
    Cacher cacher = cacher("c", List.of(), Map.of("http.allow", "[\"127.0.0.0/8\"]"));
    assertThat(bytesOfWhole(cacher, file)).isEmpty();
  }

  /** What came, if all of an answer did. */
  private Optional<byte[]> bytesOfWhole(Cacher cacher, Sample file) throws Exception {
    try {
      HttpResponse<byte[]> got = get(cacher, file, 0);
      return got.statusCode() == 200 ? Optional.of(got.body()) : Optional.empty();
    } catch (IOException expected) {
      // The connection is broken in the middle of the body.
      return Optional.empty();
    }
  }

  @Test
  void members_findEachOther_andTheStateTellsOfIt() throws Exception {
    Cacher first = cacher("a", List.of(), Map.of());
    Cacher second =
        cacher("b", first.addresses().stream().map(Object::toString).toList(), Map.of());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(first.state().tree().toString()).contains("members=2");
              assertThat(second.state().tree().toString()).contains("members=2");
            });
    HttpResponse<String> metrics =
        http.send(
            HttpRequest.newBuilder(first.adminUrl().resolve("/metrics")).build(),
            BodyHandlers.ofString());
    assertThat(metrics.body()).contains("cacher_region_members 2.0").contains("cacher_fills_max");
    assertThat(RunningNode.find(directory.resolve("a")).orElseThrow().adminUrl())
        .isEqualTo(first.adminUrl().toString());
  }

  @Test
  void restart_goesOnWithTheSameIdentityAndFragments() throws Exception {
    Sample file = origin.publish(25, 1);
    Map<String, String> allow = Map.of("http.allow", "[\"127.0.0.0/8\"]");
    Cacher before = cacher("c", List.of(), allow);
    String peer = before.peerId();
    assertThat(get(before, file, 0).body()).isEqualTo(file.bytes(0));
    before.drain();
    before.close();
    origin.setFault(file, 0, Fault.of(Fault.Kind.DOWN));

    Cacher after = cacher("c", List.of(), allow);
    assertThat(after.peerId()).isEqualTo(peer);
    assertThat(get(after, file, 0).body()).isEqualTo(file.bytes(0));
  }

  @Test
  void blockedFile_isNotServed() throws Exception {
    Sample file = origin.publish(26, 1);
    Cacher cacher =
        cacher(
            "c",
            List.of(),
            Map.of(
                "http.allow",
                "[\"127.0.0.0/8\"]",
                "rules.blocked-files",
                "[\"" + file.manifest().fid() + "\"]"));
    assertThat(get(cacher, file, 0).statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http1.1", "--http2"})
  void https_servesFragmentsToCurl(String protocol) throws Exception {
    Sample file = origin.publish(27, 1);
    Path certificate = directory.resolve("certificate.pem");
    Path key = directory.resolve("key.pem");
    assertThat(
            run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString()))
        .isZero();
    Cacher cacher =
        cacher(
            "c",
            List.of(),
            Map.of(
                "http.allow",
                "[\"127.0.0.0/8\"]",
                "http.certificates",
                certificate.toString(),
                "http.key",
                key.toString()));
    String url =
        cacher.httpUrl().orElseThrow().resolve("/fragment/" + file.manifest().fid() + "/0/0") + "";
    assertThat(url).startsWith("https://");
    String version = protocol.equals("--http2") ? "2" : "1.1";
    for (String temperature : List.of("cold", "hot")) {
      Path whole = directory.resolve(temperature);
      Path said = directory.resolve(temperature + ".said");
      assertThat(
              run(
                  said,
                  "curl",
                  "-sS",
                  protocol,
                  "--cacert",
                  certificate.toString(),
                  "-o",
                  whole.toString(),
                  "-w",
                  "%{http_code} %{http_version} %{ssl_verify_result}",
                  url))
          .isZero();
      assertThat(said).hasContent("200 " + version + " 0");
      assertThat(whole).hasBinaryContent(file.bytes(0));
    }
    Path part = directory.resolve("part");
    assertThat(
            run(
                "curl",
                "-sS",
                protocol,
                "--cacert",
                certificate.toString(),
                "-r",
                "8388000-",
                "-o",
                part.toString(),
                url))
        .isZero();
    assertThat(part)
        .hasBinaryContent(Arrays.copyOfRange(file.bytes(0), 8388000, Layout.FRAGMENT_BYTES));
    assertThat(run("curl", "-sS", protocol, "-o", part.toString(), url))
        .as("a certificate that nobody vouches for")
        .isEqualTo(60);
  }

  private int run(String... command) throws Exception {
    return run(directory.resolve("said"), command);
  }

  private static int run(Path out, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void fileThatIsDeletedOnTheChain_isGoneWithinTheConfiguredTime() throws Exception {
    Sample file = origin.publish(28, 1);
    Cacher cacher =
        cacher(
            "c", List.of(), Map.of("http.allow", "[\"127.0.0.0/8\"]", "rules.purge-seconds", "10"));
    assertThat(get(cacher, file, 0).body()).isEqualTo(file.bytes(0));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(store(cacher)).contains("fragments=1"));
    origin.delete(file);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(store(cacher)).contains("fragments=0"));
    assertThat(get(cacher, file, 0).statusCode()).isEqualTo(404);
  }

  private static String store(Cacher cacher) {
    return String.valueOf(cacher.state().tree().get("store"));
  }
}

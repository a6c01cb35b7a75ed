package io.tributary.acceptance.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The network of the compose file in containers, whose nodes are cut off, restarted, killed, or run
 * out of disk, while files are read through it.
 */
@Testcontainers(disabledWithoutDocker = true)
@Tag("containers")
final class ContainersTest {
  private static final String SMALL = "cacher-2";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Path LOGS = Path.of("target", "containers.log");
  private static final Pattern LAST_WORD = Pattern.compile("(\\S+)\\s*$");

  private static ContainerNetwork network = new ContainerNetwork(new ComposeFile(Map.of()));
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Images.canBeBuilt() || System.getenv("CI") != null,
        "there is no distribution: the goal is package or a later one");
    Images.build();
    network = new ContainerNetwork(ComposeFile.read().withSmallCacher(SMALL, "128 MiB", 200));
    network.start();
    for (String each : List.of("cacher-0", "cacher-1", SMALL)) {
      awaitSlowly().until(() -> metric(each, "cacher_region_members") >= 3);
    }
    awaitSlowly().until(() -> status("retriever-0").path("regionMembersKnown").asInt() >= 3);
  }

  @AfterAll
  static void stop() throws IOException {
    Files.writeString(LOGS, network.logs());
    network.close();
  }

  /** A file in the network: its id, and the hash that a download must have. */
  private record Published(String fid, String sha256) {}

  private static Published publish(int mebibytes) throws Exception {
    String hash =
        network.run(
            "network",
            "sh",
            "-c",
            "dd if=/dev/urandom of=/tmp/file bs=1M count="
                + mebibytes
                + " 2>/dev/null && sha256sum /tmp/file");
    String said =
        network.run(
            "network",
            "tributary",
            "publish",
            "/tmp/file",
            "--network",
            "/network/network.toml",
            "--state-dir",
            "/tmp/publish",
            "--progress",
            "none");
    Matcher fid = LAST_WORD.matcher(said);
    assertThat(fid.find()).as(said).isTrue();
    return new Published(fid.group(1), hash.substring(0, 64));
  }

  /** Reads a file through the retriever; something happens when its first bytes are here. */
  private JsonNode download(Published file, ThrowingRunnable meanwhile) throws Throwable {
    URI retriever = URI.create("http://127.0.0.1:" + network.port("retriever-0", 8080));
    HttpResponse<InputStream> answer =
        http.send(
            HttpRequest.newBuilder(retriever.resolve("/file/" + file.fid())).build(),
            BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    boolean isFirst = true;
    try (InputStream in = answer.body()) {
      byte[] buffer = new byte[64 << 10];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
        if (isFirst) {
          meanwhile.run();
          isFirst = false;
        }
      }
    }
    assertThat(HexFormat.of().formatHex(sha256.digest())).isEqualTo(file.sha256());
    String trace = answer.headers().firstValue("X-Trace-Id").orElse("");
    HttpRequest request = HttpRequest.newBuilder(retriever.resolve("/trace/" + trace)).build();
    return new ObjectMapper().readTree(http.send(request, BodyHandlers.ofString()).body());
  }

  private static JsonNode status(String name) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(page(name, "/status"));
  }

  private static String page(String name, String path) throws IOException, InterruptedException {
    return network.run(name, "wget", "-q", "-O", "-", "http://127.0.0.1:9601" + path);
  }

  /** The sum of a metric over all its labels. */
  private static double metric(String name, String metric)
      throws IOException, InterruptedException {
    return page(name, "/metrics")
        .lines()
        .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Asks a cacher for a fragment by HTTP, from the retriever's container. */
  private static void fetchFragment(String cacher, Published file)
      throws IOException, InterruptedException {
    network.run(
        "retriever-0",
        "wget",
        "-q",
        "-O",
        "/dev/null",
        "http://" + cacher + ":8080/fragment/" + file.fid() + "/0/0");
  }

  /** Each look is a process in a container, so they are few. */
  private static ConditionFactory awaitSlowly() {
    return await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).ignoreExceptions();
  }

  /** Waits until a node that was started, or had trouble, says that it can do its work. */
  private static void awaitReady(String name) {
    awaitSlowly().until(() -> page(name, "/readyz").contains("\"ready\":true"));
  }

  @Test
  void published_isReadThroughCachers_whoArePaid() throws Throwable {
    Published file = publish(40);

    JsonNode trace = download(file, () -> {});

    assertThat(trace.path("bytesBySource").properties())
        .extracting(Map.Entry::getKey)
        .anyMatch(source -> source.equals("HOME") || source.equals("CACHER"));
    double vouchers = 0;
    for (String each : List.of("cacher-0", "cacher-1", SMALL)) {
      vouchers += metric(each, "exchange_vouchers_received_total");
    }
    assertThat(vouchers).isPositive();
    for (String each : List.of("network", "cacher-0", "retriever-0")) {
      awaitSlowly().until(() -> network.health(each).equals("healthy"));
    }
  }

  @Test
  void cacherCutOff_isDoneWithout_andTakesPartAgain() throws Throwable {
    Published file = publish(40);

    download(file, () -> network.disconnect("cacher-1"));
    assertThat(network.isRunning("cacher-1")).isTrue();
    network.connect("cacher-1");

    awaitSlowly().untilAsserted(() -> fetchFragment("cacher-1", file));
    awaitSlowly().until(() -> metric("cacher-1", "cacher_region_members") >= 3);
    awaitReady("cacher-1");
  }

  @Test
  void rollingRestart_losesNoRead() throws Throwable {
    for (String each : List.of("cacher-0", "cacher-1")) {
      Published file = publish(24);
      download(file, () -> network.stop(each));
      assertThat(network.container(each).getLogs())
          .contains("stopped: all deliveries ended in order");
      network.startAgain(each);
      awaitReady(each);
      fetchFragment(each, file);
    }
    Published file = publish(8);
    download(file, () -> {});
    network.stop("retriever-0");
    network.startAgain("retriever-0");
    awaitReady("retriever-0");
    download(file, () -> {});
  }

  @Test
  void cacherKilled_isDoneWithout_andRecovers() throws Throwable {
    Published file = publish(40);
    fetchFragment("cacher-0", file);

    download(file, () -> network.kill("cacher-0"));
    network.startAgain("cacher-0");

    awaitReady("cacher-0");
    assertThat(network.container("cacher-0").getLogs()).contains("was not closed in order");
    fetchFragment("cacher-0", file);
  }

  @Test
  void fullDisk_stopsNobodysReads_andIsOverWhenThereIsRoom() throws Throwable {
    Published file = publish(40);
    network.run(
        SMALL, "sh", "-c", "dd if=/dev/zero of=/var/lib/tributary/fill bs=64k 2>/dev/null; true");

    download(file, () -> {});
    assertThat(network.isRunning(SMALL)).isTrue();

    network.run(SMALL, "rm", "/var/lib/tributary/fill");
    awaitReady(SMALL);
    fetchFragment(SMALL, file);
  }

  @Test
  void quotaBeyondTheDisk_isRefusedAtTheStartWithAWord() throws Exception {
    ComposeFile compose = ComposeFile.read().withSmallCacher(SMALL, "1 GiB", 64);
    try (GenericContainer<?> tooSmall =
        network.make(new ComposeFile.Service("too-small", compose.service(SMALL).said()))) {
      // A container that did not start is gone with its log, so it is read from the beginning.
      ToStringConsumer log = new ToStringConsumer();
      tooSmall
          .withLogConsumer(log)
          .withStartupCheckStrategy(
              new OneShotStartupCheckStrategy().withTimeout(Duration.ofSeconds(60)));
      assertThatThrownBy(tooSmall::start).isInstanceOf(ContainerLaunchException.class);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThat(log.toUtf8String()).contains("store").contains("lower the quota"));
    }
  }
}

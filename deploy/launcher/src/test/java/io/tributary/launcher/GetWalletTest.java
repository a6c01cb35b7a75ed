package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.cacher.node.config.CacherConfigFile;
import io.tributary.cacher.node.process.Cacher;
import io.tributary.cacher.node.process.CacherRuntime;
import io.tributary.cacher.node.process.StaticEscrow;
import io.tributary.content.Layout;
import io.tributary.nodekit.config.Overrides;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.dev.DevOrigin;
import io.tributary.origin.dev.chain.DevPallets;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.miner.Fault;
import io.tributary.origin.dev.miner.FaultRule;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.SeedFile;
import io.tributary.origin.identity.Ss58Address;
import io.tributary.origin.upstream.UpstreamRuntime;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Downloads that join an overlay of two cachers, which sell what storage miners gave them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GetWalletTest {
  private static final int FILE_BYTES = 2 * Layout.FRAGMENT_BYTES + 1_234_567;
  private static final int COLUMNS = 3;

  /** A unit a byte. */
  private static final String PRICE = "1073741824";

  private static final String CONTRACT = "0x" + "c0".repeat(20);

  @TempDir private static Path dir = Path.of("");
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Cacher> cachers = new ArrayList<>();
  private final ExecutorService executor = Executors.newFixedThreadPool(4);
  private final ExecutorService journals = Executors.newFixedThreadPool(1);
  private final ScheduledExecutorService timers = UpstreamRuntime.newTimers(Thread::new);
  private DevOrigin origin;
  private Path profile = Path.of("");
  private Path file = Path.of("");
  private Path password = Path.of("");
  private String fid = "";
  private String rich = "";
  private String poor = "";

  @BeforeAll
  void start() throws Exception {
    password = Files.writeString(dir.resolve("password"), "correct horse\n");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    rich = newKey();
    poor = newKey();
    DevRuntime runtime = keep(DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1)));
    origin =
        keep(
            DevOrigin.start(
                runtime,
                new DevOrigin.Config(
                    dir.resolve("origin"),
                    Layout.COLUMNS,
                    0,
                    0,
                    OptionalInt.empty(),
                    Duration.ofMillis(200)),
                new SecureRandom()));
    profile = dir.resolve("network.toml");
    Files.writeString(profile, network(List.of()).toToml());
    cachers.add(cacher("one"));
    Files.writeString(
        profile,
        network(cachers.get(0).addresses().stream().map(Object::toString).toList()).toToml());
    cachers.add(cacher("two"));
    publish();
    for (Cacher each : cachers) {
      fill(each);
    }
  }

  @AfterAll
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    timers.shutdownNow();
    executor.shutdownNow();
    journals.shutdownNow();
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.add(part);
    return part;
  }

  private String newKey() {
    Ran made =
        Ran.tributary(
            "keys",
            "new",
            "--light",
            "--keys",
            dir.resolve("keys").toString(),
            "--password-file",
            password.toString());
    assertThat(made.exitCode()).as(made.err()).isZero();
    return made.out().strip();
  }

  private NetworkProfile network(List<String> bootstrap) {
    return new NetworkProfile(
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
        .withOverlay(new NetworkProfile.Overlay("/tributary/test", bootstrap, true))
        .withSettlement(
            new NetworkProfile.Settlement(
                31337, List.of(URI.create("http://127.0.0.1:1")), CONTRACT, CONTRACT, 1, 0));
  }

  private Cacher cacher(String name) throws Exception {
    Path home = Files.createDirectories(dir.resolve(name));
    Files.writeString(
        home.resolve("cacher.toml"),
        """
        network = "%s"
        directory = "state"
        region = "eu-west"
        drain-seconds = 1
        [listen]
        addresses = ["/ip4/127.0.0.1/tcp/0"]
        [store]
        quota = "256 MiB"
        [payment]
        price-per-gib = "%s"
        payout = "0x%s"
        escrow = "static"
        static-escrow = ["%s=1000000000000"]
        [admin]
        listen = "127.0.0.1:0"
        [http]
        listen = "127.0.0.1:0"
        allow = ["127.0.0.0/8"]
        """
            .formatted(profile, PRICE, (name.equals("one") ? "a1" : "b2").repeat(20), rich));
    CacherConfigFile config = CacherConfigFile.read(home.resolve("cacher.toml"), Overrides.NONE);
    return keep(
        Cacher.start(
            config.config(),
            new CacherRuntime(
                executor,
                journals,
                timers,
                Clock.systemUTC(),
                new SecureRandom(),
                CacherRuntime.Settling.by(
                    new StaticEscrow(config.config().payment().staticEscrow())))));
  }

  private void publish() throws IOException {
    byte[] content = new byte[FILE_BYTES];
    new SplittableRandom(5).nextBytes(content);
    file = Files.write(dir.resolve("film.mp4"), content);
    SeedFile.readOrCreate(dir.resolve("publisher.seed"), new SecureRandom());
    Ran published =
        Ran.tributary(
            "publish",
            file.toString(),
            "--network",
            profile.toString(),
            "--state-dir",
            dir.resolve("publish").toString());
    assertThat(published.exitCode()).as(published.err()).isZero();
    fid = published.out().strip();
  }

  /** Has a cacher fetch what the file consists of. */
  private void fill(Cacher cacher) throws Exception {
    for (int column = 0; column < COLUMNS; column++) {
      URI fragment = cacher.httpUrl().orElseThrow().resolve("/fragment/" + fid + "/0/" + column);
      assertThat(
              HttpClient.newHttpClient()
                  .send(HttpRequest.newBuilder(fragment).build(), BodyHandlers.ofByteArray())
                  .body())
          .hasSize(Layout.FRAGMENT_BYTES);
    }
  }

  @AfterEach
  void bringMinersBack() throws IOException {
    for (DevMiner miner : origin.miners()) {
      miner.clearFault();
    }
  }

  private void takeMinersDown() throws IOException {
    for (DevMiner miner : origin.miners()) {
      miner.setFault(FaultRule.always(new Fault(Fault.Kind.DOWN, 0)));
    }
  }

  private Ran get(String owner, Path to, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "get",
                fid,
                "-o",
                to.toString(),
                "--wallet",
                dir.resolve("keys").resolve(owner.toLowerCase(Locale.ROOT) + ".json").toString(),
                "--password-file",
                password.toString(),
                "--network",
                profile.toString(),
                "--region",
                "eu-west",
                "--state-dir",
                dir.resolve("state-of-" + owner).toString(),
                "--attempts",
                "2"));
    all.addAll(List.of(more));
    return Ran.tributary(all.toArray(new String[0]));
  }

  private BigInteger received() throws Exception {
    BigInteger sum = BigInteger.ZERO;
    for (Cacher each : cachers) {
      JsonNode status = AdminQuery.read(each.adminUrl().toString(), "/status", Optional.empty());
      sum = sum.add(new BigInteger(status.path("money").path("received").asText()));
    }
    return sum;
  }

  private static JsonNode event(Ran ran, String name) throws IOException {
    for (String line : ran.err().lines().toList()) {
      if (line.startsWith("{\"event\":\"" + name + "\"")) {
        return new ObjectMapper().readTree(line);
      }
    }
    throw new AssertionError("no event " + name + " in " + ran.err());
  }

  @Test
  void cachersArePaid_again_andEachRunSaysWhatItCost() throws Exception {
    takeMinersDown();
    BigInteger before = received();
    Path first = dir.resolve("first");
    Path second = dir.resolve("second");

    Ran one = get(rich, first, "--max-price", PRICE, "--progress", "json", "--explain");
    Ran two = get(rich, second, "--max-price", PRICE, "--progress", "json");

    assertThat(one.exitCode()).as(one.err()).isZero();
    assertThat(two.exitCode()).as(two.err()).isZero();
    assertThat(Files.mismatch(file, first)).isEqualTo(-1);
    assertThat(Files.mismatch(file, second)).isEqualTo(-1);
    assertThat(event(one, "joined").path("cachers").asInt()).isPositive();
    assertThat(event(one, "joined").path("peer").asText())
        .as("the same directory, the same node")
        .isEqualTo(event(two, "joined").path("peer").asText());
    assertThat(event(one, "asked").path("kind").asText()).isEqualTo("HOME");
    assertThat(event(one, "asked").path("outcome").asText()).isEqualTo("VERIFIED");
    assertThat(received().subtract(before))
        .isGreaterThanOrEqualTo(BigInteger.valueOf(2L * FILE_BYTES));
    assertThat(received())
        .isLessThanOrEqualTo(new BigInteger(event(two, "promised").path("atMost").asText()));
  }

  @Test
  void priceAboveTheCeiling_isPassedOver_andNamedWhereNobodyElseHasIt() throws Exception {
    BigInteger before = received();
    Path target = dir.resolve("target");

    Ran cheap = get(rich, target, "--max-price", "1", "--explain");
    assertThat(cheap.exitCode()).as(cheap.err()).isZero();
    assertThat(Files.mismatch(file, target)).isEqualTo(-1);
    assertThat(cheap.err()).contains("OVER_CEILING").contains("MINER");
    takeMinersDown();
    Ran refused = get(rich, dir.resolve("other"), "--max-price", "1");
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCode.PAYMENT_REFUSED.code());
    assertThat(refused.err()).contains("tributary: TOO_EXPENSIVE: ");
    assertThat(dir.resolve("other")).doesNotExist();
    assertThat(received()).isEqualTo(before);
  }

  @Test
  void walletWithoutEscrow_isRefusedByName() throws Exception {
    takeMinersDown();
    Ran refused = get(poor, dir.resolve("poor"), "--max-price", PRICE);
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCode.PAYMENT_REFUSED.code());
    assertThat(refused.err()).contains("tributary: PAYMENT_REFUSED: ");
  }

  @Test
  void options_thatDoNotGoTogether_areToldApart() {
    Ran both = get(rich, dir.resolve("target"), "--via", "http://127.0.0.1:1");
    assertThat(both.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(both.err()).contains("--via and --wallet exclude each other");
    Ran nowhere = Ran.tributary("get", fid, "--wallet", "key.json");
    assertThat(nowhere.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(nowhere.err()).contains("--wallet needs --network");
  }
}

package io.tributary.bench.nat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.tributary.bench.nat.NatLab.PublicHost;
import io.tributary.bench.nat.NatLab.Site;
import io.tributary.cacher.node.config.CacherConfigFile;
import io.tributary.libp2p.identity.KeyFile;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whole nodes in the laboratory: a cacher behind one NAT and a retriever behind another read and
 * sell a file, both configured as by an operator at home who fills in the network, the wallet and
 * the region, and nothing else.
 *
 * <pre>
 *   site-a  cacher run      -- NAT -- one  cacher run: public, relay
 *   site-b  retriever run   -- NAT -- two  cacher run: public, relay; the chains and the miners
 * </pre>
 *
 * <p>The public cachers are of another region, and the retriever's router lets nothing through to
 * the miners, so that bytes can only come from the cacher at home.
 */
public final class NodeTrial implements AutoCloseable {

  /**
   * What came of it.
   *
   * @param home the cacher's NAT
   * @param visitor the retriever's
   * @param homeReach how the cacher says that it is reached
   * @param visitorReach likewise the retriever
   * @param reachableSeconds from the cacher's start until it has a place at a relay
   * @param knownSeconds from the retriever's start until it knows the cacher
   * @param bytes of the file
   * @param isSame whether it came back as it had been published
   * @param downloadSeconds how long that took, filling the cacher and punching included
   * @param bytesBySource where they came from
   * @param punches how the cacher says that hole punching has ended
   * @param paidBytes of fragments that the retriever has promised to pay for
   * @param received what the cacher has durable vouchers for, in the token's smallest unit
   * @param relayedBytes that both relays have passed on since the retriever was started, in both
   *     directions
   */
  public record Outcome(
      String home,
      String visitor,
      String homeReach,
      String visitorReach,
      double reachableSeconds,
      double knownSeconds,
      long bytes,
      boolean isSame,
      double downloadSeconds,
      Map<String, Long> bytesBySource,
      Map<String, Long> punches,
      long paidBytes,
      String received,
      long relayedBytes) {

    /** The outcome as JSON. */
    public String toJson() {
      try {
        return JSON.writeValueAsString(this);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a record of numbers and names can be written", e);
      }
    }
  }

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final Duration START = Duration.ofMinutes(4);
  private static final Duration KNOWN = Duration.ofMinutes(4);
  private static final int LOOK_MILLIS = 500;
  private static final int FIRST_MINER_PORT = 9100;
  private static final int MINERS = 12;
  private static final int PEER_PORT = 4001;
  private static final String REGION = "home";
  private static final String ADMIN = "http://127.0.0.1:9601";
  private static final String PRICE = "1000000000000000";

  /** Of one segment. */
  private static final int FILE_BYTES = 5_000_000;

  private final Function<List<String>, List<String>> tributary;
  private final PrintStream progress;
  private final Path folder = Files.createTempDirectory("tributary-nodes-");
  private final Path network = folder.resolve("network");
  private final Path profile = folder.resolve("lab.toml");
  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final NatLab lab;

  private NodeTrial(Function<List<String>, List<String>> tributary, PrintStream progress)
      throws IOException {
    this.tributary = tributary;
    this.progress = progress;
    this.lab = NatLab.build();
    running.push(lab);
  }

  /**
   * Starts everything, has a file published and read, tells what came of it, and ends everything.
   *
   * @param tributary the command that runs this program with some arguments
   * @param progress told what goes on
   */
  public static Outcome run(
      Function<List<String>, List<String>> tributary,
      PrintStream progress,
      NatKind home,
      NatKind visitor)
      throws IOException {
    try (NodeTrial trial = new NodeTrial(tributary, progress)) {
      return trial.run(home, visitor);
    }
  }

  private Outcome run(NatKind home, NatKind visitor) throws IOException {
    lab.translate(Site.A, home);
    lab.translate(Site.B, visitor);
    lab.shut(Site.B, FIRST_MINER_PORT, FIRST_MINER_PORT + MINERS - 1);
    startNetwork();
    writeProfile();
    NodeProgram one = startPublic("cacher-0", PublicHost.ONE);
    NodeProgram two = startPublic("cacher-1", PublicHost.TWO);
    one.awaitReady(START);
    two.awaitReady(START);

    long homeBegan = System.nanoTime();
    NodeProgram cacher = startHome();
    cacher.awaitReady(START);
    long relayedBefore = relayedBytes();
    long visitorBegan = System.nanoTime();
    NodeProgram retriever = startRetriever();
    JsonNode doors = retriever.awaitReadyJson(START);
    progress.println("the nodes run");
    JsonNode state =
        await(
            "the cacher has no place at a relay",
            () -> status(site(Site.A), ADMIN),
            each -> kind(each).equals("RELAYED") || kind(each).equals("PUBLIC"));
    double reachable = secondsSince(homeBegan);
    String admin = doors.get("admin").asText();
    await(
        "the retriever knows no cacher",
        () -> status(site(Site.B), admin),
        each -> each.path("regionMembersKnown").asInt() > 0);
    double known = secondsSince(visitorBegan);
    progress.println("the cacher is " + kind(state) + ", and the retriever knows it");
    return read(home, visitor, doors, reachable, known, relayedBefore);
  }

  private Outcome read(
      NatKind home,
      NatKind visitor,
      JsonNode doors,
      double reachable,
      double known,
      long relayedBefore)
      throws IOException {
    Path file = folder.resolve("file");
    byte[] content = new byte[FILE_BYTES];
    new SplittableRandom(System.nanoTime()).nextBytes(content);
    Files.write(file, content);
    String fid = publish(file);
    long began = System.nanoTime();
    Path came = folder.resolve("came");
    Path head = folder.resolve("head");
    String http = doors.get("http").asText();
    output(
        site(Site.B),
        "curl",
        "-sS",
        "--max-time",
        "240",
        "-D",
        head.toString(),
        "-o",
        came.toString(),
        http + "/file/" + fid);
    double seconds = secondsSince(began);
    boolean isSame = Arrays.equals(Files.readAllBytes(came), content);
    JsonNode trace = JSON.readTree(get(site(Site.B), http + "/trace/" + trace(head)));
    JsonNode payer = status(site(Site.B), doors.get("admin").asText());
    long paid = 0;
    for (JsonNode lane : payer.path("lanes")) {
      paid += lane.path("bytes").asLong();
    }
    JsonNode seller =
        await(
            "the cacher has no voucher",
            () -> status(site(Site.A), ADMIN),
            each -> !each.path("money").path("received").asText("0").equals("0"));
    return new Outcome(
        home.label(),
        visitor.label(),
        seller.path("reach").path("line").asText(),
        payer.path("reach").path("line").asText(),
        reachable,
        known,
        content.length,
        isSame,
        seconds,
        numbers(trace.path("bytesBySource")),
        numbers(seller.path("reach").path("punches")),
        paid,
        seller.path("money").path("received").asText(),
        relayedBytes() - relayedBefore);
  }

  private static Map<String, Long> numbers(JsonNode tree) {
    Map<String, Long> numbers = new TreeMap<>();
    tree.properties().forEach(each -> numbers.put(each.getKey(), each.getValue().asLong()));
    return numbers;
  }

  private static String trace(Path head) throws IOException {
    List<String> lines = Files.readAllLines(head);
    return lines.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("x-trace-id:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElseThrow(() -> new IOException("no trace: " + lines));
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  // The nodes

  private void startNetwork() throws IOException {
    List<String> command =
        List.of(
            "devnet",
            "up",
            "--dir",
            network.toString(),
            "--host",
            PublicHost.TWO.address(),
            "--miners",
            Integer.toString(MINERS),
            "--cachers",
            "3",
            "--retrievers",
            "1",
            "--chain-port",
            "9944",
            "--miner-port",
            Integer.toString(FIRST_MINER_PORT),
            "--settlement-port",
            "8545");
    NodeProgram started =
        start(
            "network",
            lab.at(PublicHost.TWO, tributary.apply(command)),
            line -> line.startsWith("network  "));
    started.awaitReady(START);
    progress.println("the chains and the miners run");
  }

  /** The network's profile as an operator would get it, with two nodes to begin with. */
  private void writeProfile() throws IOException {
    NetworkProfile read = NetworkProfile.read(network.resolve("network.toml"));
    List<String> bootstrap = new ArrayList<>();
    bootstrap.add(bootstrap("cacher-0", PublicHost.ONE));
    bootstrap.add(bootstrap("cacher-1", PublicHost.TWO));
    Files.writeString(
        profile,
        read.withOverlay(
                new NetworkProfile.Overlay(
                    "/tributary/lab", bootstrap, false, NatLab.PUBLIC_BLOCKS))
            .toToml());
  }

  private String bootstrap(String name, PublicHost at) throws IOException {
    KeyFile identity = new KeyFile(network.resolve(name).resolve("identity.key"));
    return "/ip4/" + at.address() + "/tcp/" + PEER_PORT + "/p2p/" + identity.load().peerId();
  }

  private NodeProgram startPublic(String name, PublicHost at) throws IOException {
    return start(
        name,
        lab.at(
            at,
            cacher(
                name,
                Map.of(
                    "region",
                    quoted("elsewhere"),
                    "reach.standing",
                    quoted("public"),
                    "reach.relay-server",
                    "true"))),
        line -> line.startsWith("{"));
  }

  private NodeProgram startHome() throws IOException {
    return start(
        "cacher-2",
        lab.at(Site.A, cacher("cacher-2", Map.of("region", quoted(REGION)))),
        line -> line.startsWith("{"));
  }

  private List<String> cacher(String name, Map<String, String> more) throws IOException {
    Path home = network.resolve(name);
    Path config = home.resolve("own.toml");
    Files.writeString(config, CacherConfigFile.template());
    Map<String, String> values = new LinkedHashMap<>();
    values.put("network", quoted(profile.toString()));
    values.put("store.quota", quoted("256 MiB"));
    values.put("payment.price-per-gib", quoted(PRICE));
    values.put("payment.payout", quoted(wallet(home).replace(".json", "")));
    values.putAll(more);
    return tributary.apply(arguments("cacher", config, values));
  }

  private NodeProgram startRetriever() throws IOException {
    Path home = network.resolve("retriever-0");
    Path config = home.resolve("own.toml");
    Files.writeString(config, RetrieverConfig.template(profile.toString()));
    Map<String, String> values = new LinkedHashMap<>();
    values.put("overlay.region", quoted(REGION));
    values.put("wallet.keystore", quoted(home.resolve("keys").resolve(wallet(home)).toString()));
    values.put("wallet.password-file", quoted(home.resolve("password").toString()));
    values.put("wallet.ceiling-per-gib", PRICE);
    values.put("cache.mebibytes", "128");
    return start(
        "retriever",
        lab.at(Site.B, tributary.apply(arguments("retriever", config, values))),
        line -> line.startsWith("{"));
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  /** The name of the only key of a node. */
  private static String wallet(Path home) throws IOException {
    try (Stream<Path> keys = Files.list(home.resolve("keys"))) {
      return keys.map(each -> each.getFileName().toString())
          .filter(each -> each.endsWith(".json"))
          .findFirst()
          .orElseThrow(() -> new IOException("no wallet in " + home));
    }
  }

  private static List<String> arguments(String kind, Path config, Map<String, String> values) {
    List<String> arguments = new ArrayList<>(List.of(kind, "run", "--config", config.toString()));
    values.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return arguments;
  }

  private NodeProgram start(String name, List<String> command, Predicate<String> isReady)
      throws IOException {
    NodeProgram program = NodeProgram.start(name, command, isReady, folder.resolve(name + ".log"));
    running.push(program);
    return program;
  }

  private String publish(Path file) throws IOException {
    String said =
        output(
            command -> lab.at(PublicHost.TWO, command),
            tributary
                .apply(
                    List.of(
                        "publish",
                        file.toString(),
                        "--network",
                        network.resolve("network.toml").toString(),
                        "--state-dir",
                        folder.resolve("publish").toString(),
                        "--progress",
                        "none"))
                .toArray(String[]::new));
    String[] words = said.strip().split("\\s+", -1);
    return words[words.length - 1];
  }

  // Asking them

  private Function<List<String>, List<String>> site(Site site) {
    return command -> lab.at(site, command);
  }

  private JsonNode status(Function<List<String>, List<String>> place, String admin)
      throws IOException {
    return JSON.readTree(get(place, admin + "/status"));
  }

  private static String kind(JsonNode state) {
    return state.path("reach").path("kind").asText();
  }

  private long relayedBytes() throws IOException {
    long sum = 0;
    for (PublicHost each : PublicHost.values()) {
      sum +=
          status(command -> lab.at(each, command), ADMIN)
              .path("reach")
              .path("relayServer")
              .path("relayedBytes")
              .asLong();
    }
    return sum;
  }

  private static String get(Function<List<String>, List<String>> place, String url)
      throws IOException {
    return output(place, "curl", "-sS", "--fail", "--max-time", "20", url);
  }

  private static String output(Function<List<String>, List<String>> place, String... command)
      throws IOException {
    Process process =
        new ProcessBuilder(place.apply(Arrays.asList(command)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command[0] + " ended with " + process.exitValue() + ": " + said);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return said;
  }

  /** Asks a node for its state. */
  private interface Question {
    JsonNode ask() throws IOException;
  }

  private static JsonNode await(String otherwise, Question question, Predicate<JsonNode> isEnough)
      throws IOException {
    long deadline = System.nanoTime() + KNOWN.toNanos();
    Optional<JsonNode> last = Optional.empty();
    do {
      last = Optional.of(question.ask());
      if (isEnough.test(last.get())) {
        return last.get();
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    } while (System.nanoTime() < deadline);
    throw new IOException(otherwise + ": " + last.get().toPrettyString());
  }

  @Override
  public void close() throws IOException {
    IOException failed = null;
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        IOException now = new IOException("something did not end", e);
        if (failed != null) {
          now.addSuppressed(failed);
        }
        failed = now;
      }
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(files::add);
    }
    for (Path each : files) {
      Files.delete(each);
    }
    if (failed != null) {
      throw failed;
    }
  }
}

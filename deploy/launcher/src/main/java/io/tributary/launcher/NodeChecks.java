package io.tributary.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.nodekit.admin.RunningNode;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.identity.Sr25519KeyPair;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code doctor} looks at for every kind of node. */
final class NodeChecks {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What clocks of nodes may differ by; more, and signed records and tokens are refused. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(2);

  private static final long ENOUGH_FILES = 8192;

  /** What implementations of QUIC ask for. */
  private static final long ENOUGH_UDP_BYTES = 7_500_000;

  private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+)");
  private static final Pattern LISTEN =
      Pattern.compile("/ip[46]/([0-9a-fA-F.:]+)/(tcp|udp)/(\\d{1,5})(/.*)?");
  private static final ObjectMapper JSON = new ObjectMapper();

  private NodeChecks() {}

  /** Looks whether an address is free, unless the node itself has it. */
  static String port(InetSocketAddress address, boolean isRunning) throws IOException {
    if (isRunning) {
      return address + " is the running node's";
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
      return address + " is free";
    } catch (IOException e) {
      throw new IOException(
          address + ": " + e.getMessage() + "; stop what listens there, or choose another", e);
    }
  }

  /** Looks whether a multiaddr to listen at is free, unless the node itself has it. */
  static String listen(String multiaddr, boolean isRunning) throws IOException {
    Matcher parts = LISTEN.matcher(multiaddr);
    if (!parts.matches()) {
      return multiaddr + " is not looked at";
    }
    InetSocketAddress address =
        new InetSocketAddress(
            InetAddress.getByName(parts.group(1)), Integer.parseInt(parts.group(3)));
    if (parts.group(2).equals("tcp") || isRunning) {
      return port(address, isRunning);
    }
    try (DatagramSocket socket = new DatagramSocket(address)) {
      return socket.getLocalSocketAddress() + " is free";
    } catch (IOException e) {
      throw new IOException(
          multiaddr + ": " + e.getMessage() + "; stop what listens there, or choose another", e);
    }
  }

  /** Looks whether only its owner can read a file that holds a secret. */
  static String secret(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException(
          file + " cannot be read; correct its name, or give it to the user that runs the node");
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(each -> !each.name().startsWith("OWNER"))) {
      throw new IOException(file + " can be read by others: chmod 600 " + file);
    }
    return file + " is its owner's alone";
  }

  /** Looks whether there is room for something that will grow. */
  static String room(Path directory, long wantedBytes, String key) throws IOException {
    Path at = directory.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    if (!Files.isWritable(at)) {
      throw new IOException(at + " cannot be written; give it to the user that runs the node");
    }
    long free = Files.getFileStore(at).getUsableSpace();
    if (free < wantedBytes) {
      throw new IOException(
          key
              + " is "
              + Terminal.bytes(wantedBytes)
              + ", free are "
              + Terminal.bytes(free)
              + "; lower it, or make room");
    }
    return Terminal.bytes(wantedBytes) + " of " + Terminal.bytes(free) + " free";
  }

  /** Looks how many files may be open, of which sockets are most. */
  static String openFiles() throws IOException {
    Path limits = Path.of("/proc/self/limits");
    if (!Files.exists(limits)) {
      return "this system does not tell";
    }
    Matcher limit = OPEN_FILES.matcher(Files.readString(limits));
    if (limit.find() && Long.parseLong(limit.group(1)) < ENOUGH_FILES) {
      throw new IOException(
          limit.group(1)
              + " may be open: ulimit -n "
              + ENOUGH_FILES
              + ", or LimitNOFILE="
              + ENOUGH_FILES
              + " in its unit");
    }
    return "enough may be open";
  }

  /** Looks how large the buffers of UDP sockets may be, where QUIC is spoken. */
  static String udpBuffers(List<String> listens) throws IOException, Checkup.Advice {
    if (listens.stream().noneMatch(each -> each.contains("/udp/"))) {
      return "not used: no address to listen at is of UDP";
    }
    for (String name : List.of("rmem_max", "wmem_max")) {
      Path file = Path.of("/proc/sys/net/core", name);
      if (Files.exists(file)) {
        long bytes = Long.parseLong(Files.readString(file).strip());
        if (bytes < ENOUGH_UDP_BYTES) {
          throw new Checkup.Advice(
              name
                  + " is "
                  + Terminal.bytes(bytes)
                  + ", fast QUIC wants more: sysctl -w net.core."
                  + name
                  + "="
                  + ENOUGH_UDP_BYTES);
        }
      }
    }
    return "large enough";
  }

  /** Looks how peers reach the node, which only it knows while it runs. */
  static String reach(Optional<RunningNode> running, Optional<Path> token)
      throws IOException, InterruptedException, KeystoreException, Checkup.Advice {
    if (running.isEmpty()) {
      return "not known before the node runs";
    }
    JsonNode reach = AdminQuery.read(running.get().adminUrl(), "/status", token).path("reach");
    if (reach.isMissingNode()) {
      return "the node is in no overlay";
    }
    StringBuilder text = new StringBuilder(reach.path("line").asText());
    for (JsonNode each : reach.path("advice")) {
      text.append("; ").append(each.asText());
    }
    if (!reach.path("advice").isEmpty()) {
      throw new Checkup.Advice(text.toString());
    }
    return text.toString();
  }

  /** Looks at each endpoint of the network's chains, and at the clock by the time they tell. */
  static void chains(Checkup checkup, NetworkProfile network) {
    for (URI endpoint : network.chain().rpc()) {
      checkup.look("chain", () -> chain(network, endpoint));
    }
    List<URI> timekeepers = new ArrayList<>(network.chain().rpc());
    if (network.settlement().isPresent()) {
      NetworkProfile.Settlement settlement = network.settlement().get();
      for (URI endpoint : settlement.rpc()) {
        checkup.look("settlement", () -> settlement(settlement, endpoint));
      }
      timekeepers.addAll(settlement.rpc());
    }
    checkup.look("clock", () -> clock(timekeepers));
  }

  private static String chain(NetworkProfile network, URI endpoint)
      throws IOException, InterruptedException {
    NetworkProfile.Chain all = network.chain();
    NetworkProfile one =
        new NetworkProfile(
            network.name(),
            new NetworkProfile.Chain(
                all.genesis(),
                all.ss58Prefix(),
                List.of(endpoint),
                all.assignsMiners(),
                all.calls()));
    try (NetworkAccess access =
        new NetworkAccess(one, Sr25519KeyPair.generate(new SecureRandom()))) {
      long block =
          access.chain().finalizedHead().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).number();
      return endpoint + ": block " + block + " is final";
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          endpoint
              + ": "
              + (cause.getMessage() == null ? "no answer" : cause.getMessage())
              + "; correct chain.rpc of the profile, or see to the way out of this network",
          e);
    }
  }

  private static String settlement(NetworkProfile.Settlement wanted, URI endpoint)
      throws IOException, InterruptedException {
    HttpResponse<String> answer;
    try {
      answer = ask(endpoint);
    } catch (IOException e) {
      throw new IOException(
          endpoint
              + ": "
              + e
              + "; correct settlement.rpc of the profile, or see to the way out of this network",
          e);
    }
    JsonNode id = JSON.readTree(answer.body()).path("result");
    if (!id.asText("").matches("0x[0-9a-fA-F]{1,15}")) {
      throw new IOException(endpoint + " is no EVM endpoint; correct settlement.rpc");
    }
    long chain = Long.parseLong(id.asText().substring(2), 16);
    if (chain != wanted.chainId()) {
      throw new IOException(
          endpoint + " is of chain " + chain + ", the profile's is " + wanted.chainId());
    }
    return endpoint + ": chain " + chain;
  }

  private static HttpResponse<String> ask(URI endpoint) throws IOException, InterruptedException {
    return HttpClient.newBuilder()
        .connectTimeout(PATIENCE)
        .build()
        .send(
            HttpRequest.newBuilder(endpoint)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}"))
                .build(),
            BodyHandlers.ofString());
  }

  private static String clock(List<URI> timekeepers)
      throws IOException, InterruptedException, Checkup.Advice {
    for (URI each : timekeepers) {
      Optional<Instant> told = timeOf(each);
      if (told.isPresent()) {
        Duration off = Duration.between(told.get(), Instant.now());
        if (off.abs().compareTo(CLOCK_TOLERANCE) > 0) {
          throw new IOException(
              "it differs by "
                  + off.abs().toSeconds()
                  + " s from "
                  + each.getHost()
                  + "'s: timedatectl set-ntp true");
        }
        return "within " + (off.abs().toSeconds() + 1) + " s of " + each.getHost() + "'s";
      }
    }
    throw new Checkup.Advice("no endpoint tells the time; see that this machine's NTP runs");
  }

  private static Optional<Instant> timeOf(URI endpoint) throws InterruptedException {
    if (!String.valueOf(endpoint.getScheme()).startsWith("http")) {
      return Optional.empty();
    }
    try {
      return ask(endpoint)
          .headers()
          .firstValue("Date")
          .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME))
          .map(ZonedDateTime::toInstant);
    } catch (IOException | DateTimeParseException e) {
      return Optional.empty();
    }
  }
}

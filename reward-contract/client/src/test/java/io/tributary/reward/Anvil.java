package io.tributary.reward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.ledger.EvmAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A development chain of its own on a free loopback port. */
final class Anvil implements AutoCloseable {
  static final long CHAIN_ID = 31337;

  private static final Path MODULE = Path.of("..");
  private static final Path BINARY =
      MODULE.resolve("node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");
  private static final Pattern LISTENING = Pattern.compile("Listening on (127\\.0\\.0\\.1:\\d+)");
  private static final int INSTALL_TIMEOUT_SECONDS = 240;

  private final Process process;
  private final URI url;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  private Anvil(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  static Anvil start() throws IOException, InterruptedException {
    if (!Files.isExecutable(BINARY)) {
      Process install =
          new ProcessBuilder(
                  "node",
                  "-e",
                  "import('./tools/install.mjs').then((each) => each.install('everything'))")
              .directory(MODULE.toFile())
              .inheritIO()
              .start();
      if (!install.waitFor(INSTALL_TIMEOUT_SECONDS, TimeUnit.SECONDS) || install.exitValue() != 0) {
        throw new IOException("the tools of the contract's tests cannot be installed");
      }
    }
    Process process =
        new ProcessBuilder(BINARY.toString(), "--port", "0", "--hardfork", "cancun")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        Thread drain = new Thread(() -> out.lines().forEach(each -> {}), "anvil-output");
        drain.setDaemon(true);
        drain.start();
        return new Anvil(process, URI.create("http://" + listening.group(1)));
      }
    }
    throw new IOException("anvil ended with " + process.waitFor());
  }

  URI url() {
    return url;
  }

  ChainOptions options(int finalityDepth) {
    return new ChainOptions(
        List.of(url),
        Duration.ofSeconds(20),
        finalityDepth,
        BigInteger.valueOf(100_000_000_000L),
        BigInteger.valueOf(1_000_000_000L),
        Duration.ofMillis(5),
        Duration.ofSeconds(20));
  }

  JsonNode ask(String method, Object... parameters) throws IOException, InterruptedException {
    String body =
        json.writeValueAsString(
            Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", parameters));
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    JsonNode answer = json.readTree(http.send(request, BodyHandlers.ofString()).body());
    if (answer.has("error")) {
      throw new IOException(method + ": " + answer.get("error"));
    }
    return answer.get("result");
  }

  void mine(int blocks) throws IOException, InterruptedException {
    ask("anvil_mine", "0x" + Integer.toHexString(blocks));
  }

  void giveCoins(EvmAddress account) throws IOException, InterruptedException {
    ask("anvil_setBalance", account.toString(), "0x56bc75e2d63100000");
  }

  @Override
  public void close() {
    process.destroy();
  }
}

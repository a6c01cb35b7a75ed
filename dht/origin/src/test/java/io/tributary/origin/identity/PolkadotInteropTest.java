package io.tributary.origin.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.content.AccountId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Lets {@code @polkadot/util-crypto} and schnorrkel itself judge our signatures and addresses.
 *
 * <p>Needs {@code node} and {@code npm}. Where {@code CI=true} their absence is a failure,
 * elsewhere the test is left out and says so.
 */
class PolkadotInteropTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SOURCES = Path.of("src/test/interop");
  private static final Path INSTALLED = Path.of("target/interop");
  private static final int COMMAND_LIMIT_SECONDS = 120;

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    if (!Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))) {
      Files.createDirectories(INSTALLED);
      copy("package.json");
      copy("package-lock.json");
      run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), "");
    }
    copy("judge.mjs");
  }

  @Test
  void ourSignatures_areValidForBothJudges() throws IOException, InterruptedException {
    SecureRandom random = new SecureRandom();
    List<ObjectNode> requests = new ArrayList<>();
    for (int length = 0; length < 340; length += 17) {
      Sr25519KeyPair pair = Sr25519KeyPair.generate(random);
      byte[] message = new byte[length];
      random.nextBytes(message);
      requests.add(signatureRequest(pair.account(), message, pair.sign(message)));
    }
    for (JsonNode verdict : judge(requests)) {
      assertThat(verdict.get("utilCrypto").asBoolean()).isTrue();
      assertThat(verdict.get("schnorrkel").asBoolean()).isTrue();
    }
  }

  @Test
  void changedSignatures_areJudgedAsWeJudgeThem() throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(25519);
    Sr25519KeyPair pair = Sr25519KeyPair.generate(new SecureRandom());
    byte[] message = "1700000000".getBytes(StandardCharsets.US_ASCII);
    List<ObjectNode> requests = new ArrayList<>();
    List<Boolean> ours = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      byte[] signature = pair.sign(message);
      if (i > 0) {
        int bit = i == 1 ? 511 : random.nextInt(512);
        signature[bit / 8] ^= (byte) (1 << bit % 8);
      }
      requests.add(signatureRequest(pair.account(), message, signature));
      ours.add(Sr25519.verify(pair.account(), message, signature));
    }
    List<JsonNode> verdicts = judge(requests);
    assertThat(ours.get(0)).isTrue();
    for (int i = 0; i < requests.size(); i++) {
      assertThat(ours.get(i))
          .as("%s", requests.get(i))
          .isEqualTo(verdicts.get(i).get("utilCrypto").asBoolean())
          .isEqualTo(verdicts.get(i).get("schnorrkel").asBoolean());
    }
  }

  @Test
  void ourAddresses_areReadByPolkadot() throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(58);
    List<ObjectNode> requests = new ArrayList<>();
    List<AccountId> accounts = new ArrayList<>();
    for (int prefix : new int[] {42, Ss58Address.CESS_TESTNET, Ss58Address.CESS_MAINNET, 0, 64}) {
      byte[] raw = new byte[AccountId.BYTES];
      random.nextBytes(raw);
      accounts.add(AccountId.of(raw));
      String address = new Ss58Address(prefix, AccountId.of(raw)).toString();
      requests.add(JSON.createObjectNode().put("address", address));
    }
    List<JsonNode> answers = judge(requests);
    for (int i = 0; i < accounts.size(); i++) {
      assertThat(answers.get(i).path("account").asText()).isEqualTo(accounts.get(i).toString());
    }
  }

  private static ObjectNode signatureRequest(AccountId account, byte[] message, byte[] signature) {
    HexFormat hex = HexFormat.of();
    return JSON.createObjectNode()
        .put("account", account.toString())
        .put("message", hex.formatHex(message))
        .put("signature", hex.formatHex(signature));
  }

  private static List<JsonNode> judge(List<ObjectNode> requests)
      throws IOException, InterruptedException {
    StringBuilder lines = new StringBuilder();
    requests.forEach(request -> lines.append(request).append('\n'));
    List<JsonNode> answers = new ArrayList<>();
    for (String line : run(List.of("node", "judge.mjs"), lines.toString()).lines().toList()) {
      answers.add(JSON.readTree(line));
    }
    assertThat(answers).hasSameSizeAs(requests);
    return answers;
  }

  private static void copy(String name) throws IOException {
    Files.copy(SOURCES.resolve(name), INSTALLED.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String run(List<String> command, String input)
      throws IOException, InterruptedException {
    Path in = Files.writeString(INSTALLED.resolve("stdin.txt"), input);
    Path out = INSTALLED.resolve("stdout.txt");
    Path err = INSTALLED.resolve("stderr.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(INSTALLED.toFile())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return missing("cannot start " + command.get(0) + " (" + e.getMessage() + ")");
    }
    if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return missing(command + " did not end within " + COMMAND_LIMIT_SECONDS + " s");
    }
    if (process.exitValue() != 0) {
      String said = Files.readString(err);
      if (command.get(0).equals("npm")) {
        return missing("npm could not install the judges: " + said);
      }
      Assertions.fail("the judge broke: " + said);
    }
    return Files.readString(out);
  }

  /** Fails where the judges must be there, and leaves the test out elsewhere. */
  private static String missing(String what) {
    String message = "sr25519 was not judged by @polkadot/util-crypto: " + what;
    if ("true".equals(System.getenv("CI"))) {
      Assertions.fail(message);
    }
    Assumptions.abort(message);
    throw new IllegalStateException(message);
  }
}

package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord.VoucherIn;
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.identity.KeyFile;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.reward.Chain;
import io.tributary.reward.SettlementContract;
import io.tributary.reward.dev.AnvilProcess;
import io.tributary.reward.dev.DevSettlement;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of settlement, as an operator gives them, on a chain. */
final class SettlementCommandsTest {
  private static final Path BUILT = Path.of("../../reward-contract");
  private static final BigInteger COIN = BigInteger.TEN.pow(18);
  private static final String PASSWORD = "correct horse\n";

  @TempDir private Path dir = Path.of("");
  private AnvilProcess anvil;
  private String payer = "";
  private String payee = "";
  private Path profile = Path.of("");

  @BeforeEach
  void build() throws Exception {
    Path tools =
        Files.isDirectory(BUILT.resolve("node_modules/@foundry-rs/anvil-linux-amd64"))
            ? BUILT
            : Path.of("target", "anvil");
    anvil = AnvilProcess.start(tools, AnvilProcess.Options.defaults());
    Path password = Files.writeString(dir.resolve("password"), PASSWORD);
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    payer = newKey();
    payee = newKey();
    profile = dir.resolve("network.toml");
    NetworkProfile network =
        new NetworkProfile(
            "test",
            new NetworkProfile.Chain(
                Optional.empty(),
                11330,
                List.of(URI.create("ws://127.0.0.1:9944")),
                true,
                new NetworkProfile.Calls(60, 0, 5, 7)));
    Files.writeString(profile, network.toToml());
  }

  @AfterEach
  void takeDown() {
    anvil.close();
  }

  private String newKey() throws IOException {
    Ran made = withKeys("keys", "new", "--light");
    assertThat(made.exitCode()).as(made.err()).isZero();
    String address = made.out().strip();
    anvil.setCoins(EvmAddress.parse(address), COIN.multiply(BigInteger.TEN));
    return address;
  }

  private Ran withKeys(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--keys",
            dir.resolve("keys").toString(),
            "--password-file",
            dir.resolve("password").toString()));
    return Ran.tributary(all.toArray(new String[0]));
  }

  private Ran as(String account, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--network", profile.toString(), "--account", account));
    return withKeys(all.toArray(new String[0]));
  }

  private String done(String account, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--yes");
    Ran ran = as(account, all.toArray(new String[0]));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("It costs at most");
    return ran.out();
  }

  private JsonNode shown(String account, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Ran ran = as(account, all.toArray(new String[0]));
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    return new ObjectMapper().readTree(ran.out());
  }

  private void deploy() throws Exception {
    done(
        payer,
        "contract",
        "deploy",
        "--rpc",
        anvil.url().toString(),
        "--dev-token",
        "--finality",
        "0");
    try (SigningKey key = unlock(payer);
        Chain chain = Chain.connect(DevSettlement.options(anvil, 0))) {
      SettlementContract contract = SettlementContract.at(chain, domain(), key);
      contract
          .mintDevTokens(contract.account(), new Amount(COIN.multiply(BigInteger.valueOf(1_000))))
          .send();
    }
  }

  private SigningKey unlock(String address) throws Exception {
    return new KeyDirectory(dir.resolve("keys"))
        .read(EvmAddress.parse(address))
        .unlock(PASSWORD.strip().toCharArray(), Curve.fastest());
  }

  private SettlementDomain domain() throws IOException {
    NetworkProfile.Settlement settlement = NetworkProfile.read(profile).settlement().orElseThrow();
    return new SettlementDomain(settlement.chainId(), EvmAddress.parse(settlement.contract()));
  }

  @Test
  void escrow_isDepositedReservedThawedAndShown() throws Exception {
    deploy();
    assertThat(NetworkProfile.read(profile).settlement().orElseThrow().rpc())
        .containsExactly(anvil.url());
    done(payer, "escrow", "deposit", "100");
    done(payer, "escrow", "reserve", payee, "30.5");
    done(payer, "escrow", "thaw", "10");
    JsonNode status = shown(payer, "escrow", "status", "--payee", payee);
    assertThat(status.get("escrow").asText()).isEqualTo("100" + "0".repeat(18));
    assertThat(status.get("reserved").asText()).isEqualTo("305" + "0".repeat(17));
    assertThat(status.get("thawing").asText()).isEqualTo("10" + "0".repeat(18));
    assertThat(status.get("free").asText()).isEqualTo("595" + "0".repeat(17));
    assertThat(status.at("/payees").elements().next().get("redeemable").asText())
        .isEqualTo("100" + "0".repeat(18));
    assertThat(as(payer, "escrow", "status").out()).contains("free", "59.5 TDEV");

    Ran refused = as(payer, "escrow", "thaw", "100", "--yes");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.PAYMENT_REFUSED.code());
    assertThat(refused.err())
        .contains("REVERTED: InsufficientFreeEscrow(needed=110" + "0".repeat(18))
        .contains("available=695" + "0".repeat(17));
    Ran early = as(payer, "escrow", "thaw", "--yes");
    assertThat(early.err()).contains("ThawNotOver(endsAt=");
    anvil.rpc().ask("evm_increaseTime", 6 * 86_400);
    anvil.mine(1);
    done(payer, "escrow", "thaw");
    assertThat(shown(payer, "escrow", "status").get("escrow").asText())
        .isEqualTo("90" + "0".repeat(18));
  }

  @Test
  void nothingIsSent_withoutAYesOrAboveTheCeiling() throws Exception {
    deploy();
    Ran unasked = as(payer, "escrow", "deposit", "1");
    assertThat(unasked.exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(unasked.err()).contains("It costs at most", "nothing is sent", "--yes");
    Ran dear = as(payer, "escrow", "deposit", "1", "--yes", "--fee-ceiling", "0.5");
    assertThat(dear.exitCode()).isEqualTo(ExitCode.PAYMENT_REFUSED.code());
    assertThat(dear.err()).contains("FEES_ABOVE_CEILING", "the ceiling is 500000000");
    Ran poor = as(payee, "escrow", "deposit", "1", "--yes");
    assertThat(poor.err())
        .contains("InsufficientTokens(needed=1" + "0".repeat(18) + ", available=0)");
    assertThat(shown(payer, "escrow", "status").get("escrow").asText()).isEqualTo("0");
    anvil.close();
    Ran gone = as(payer, "escrow", "status");
    assertThat(gone.exitCode()).isEqualTo(ExitCode.UNREACHABLE.code());
  }

  @Test
  void vouchers_areRedeemedAndCreditIsWithdrawn() throws Exception {
    deploy();
    done(payer, "escrow", "deposit", "100");
    Path books = dir.resolve("books");
    receive(books, COIN.multiply(BigInteger.valueOf(40)));
    String ledger = books.toString();
    assertThat(shown(payee, "rewards", "show", "--ledger", ledger).get("unredeemed").asText())
        .isEqualTo("40" + "0".repeat(18));
    assertThat(done(payee, "rewards", "claim", "--ledger", ledger)).contains("MINED", "Withdraw");
    JsonNode after = shown(payee, "rewards", "show");
    // 40 less 5 % of fee, and of the fee half, or the pool's 60 %, whichever is less.
    assertThat(after.get("credit").asText()).isEqualTo("0");
    assertThat(after.get("outside").asText()).isEqualTo("39" + "0".repeat(18));
    JsonNode history = shown(payee, "rewards", "history");
    assertThat(history.findValuesAsText("kind")).containsExactly("EARNED", "SUBSIDY", "WITHDRAWN");
    assertThat(history.get(0).get("fee").asText()).isEqualTo("2" + "0".repeat(18));
    assertThat(as(payee, "rewards", "claim", "--ledger", ledger, "--yes").out())
        .contains("no vouchers to redeem", "no credit to withdraw");
  }

  private void receive(Path books, BigInteger amount) throws Exception {
    try (SigningKey key = unlock(payer);
        Ledger ledger =
            Ledger.open(
                books,
                domain(),
                JournalOptions.defaults(),
                InstantSource.system(),
                Runnable::run)) {
      Voucher voucher =
          new Voucher(
              new LaneId(key.address(), EvmAddress.parse(payee), 1),
              new Amount(amount),
              1 << 20,
              4_000_000_000L,
              Hash256.ZERO);
      ledger.record(
          new VoucherIn(
              new SignedVoucher(voucher, key.sign(new VoucherDigest(domain()).of(voucher)))),
          new DurableListener() {
            @Override
            public void onDurable(long sequence) {}

            @Override
            public void onFailed(JournalException cause) {
              throw new AssertionError(cause);
            }
          });
    }
  }

  @Test
  void node_isRegisteredByItsOwnKeyAndLeaves() throws Exception {
    deploy();
    Path identity = dir.resolve("identity.key");
    String peer =
        new KeyFile(identity).loadOrCreate(new SecureRandom()).publicKey().peerId().toString();
    String[] register = {
      "node", "register", "--identity", identity.toString(), "--region", "eu-west-1", "--stake"
    };
    Ran little = as(payer, with(register, "1", "--yes"));
    assertThat(little.err()).contains("InsufficientStake(stake=1" + "0".repeat(18));
    done(payer, with(register, "150"));
    done(payer, "node", "stake", "50");
    JsonNode node = shown(payer, "node", "show");
    assertThat(node.get("peerId").asText()).isEqualTo(peer);
    assertThat(node.get("attested").asBoolean()).isTrue();
    assertThat(node.get("region").asText()).isEqualTo("eu-west-1");
    assertThat(node.get("stake").asText()).isEqualTo("200" + "0".repeat(18));
    done(payer, "node", "exit");
    assertThat(as(payer, "node", "exit", "--finish", "--yes").err())
        .contains("ExitNotOver(exitsAt=");
    anvil.rpc().ask("evm_increaseTime", 15 * 86_400);
    anvil.mine(1);
    done(payer, "node", "exit", "--finish");
    assertThat(as(payer, "node", "show").exitCode()).isEqualTo(ExitCode.NOT_FOUND.code());
  }

  private static String[] with(String[] first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }
}

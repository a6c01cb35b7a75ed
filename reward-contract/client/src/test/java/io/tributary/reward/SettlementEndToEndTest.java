package io.tributary.reward;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.book.LaneBook;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.Movement.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One payer and a hundred payees, in processes of their own that are killed in the middle of it, on
 * a chain that takes blocks back, behind an endpoint that loses requests: in the end everybody has
 * what is due, to the last wei.
 */
final class SettlementEndToEndTest {
  private static final int FINALITY_DEPTH = 8;
  private static final int REORG_DEPTH = 5;
  private static final int TIMEOUT_SECONDS = 240;
  private static final int KILLED = 128 + 9;
  private static final int VOUCHERS = Traffic.PAYEES * Traffic.STEPS;
  private static final Amount ESCROW = Stage.coins(1_000);

  @TempDir private Path directory;
  private Stage stage;
  private FlakyEndpoint flaky;
  private int port;
  private final AtomicInteger paid = new AtomicInteger();
  private final AtomicInteger redeemed = new AtomicInteger();
  private final List<Process> processes = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(7);

  @BeforeEach
  void build() throws Exception {
    stage = Stage.of(ESCROW);
    flaky = new FlakyEndpoint(stage.anvil.url());
    for (int i = 0; i < Traffic.PAYEES; i++) {
      stage.anvil.setCoins(Traffic.payee(i).address(), Stage.GIVEN_WEI);
    }
    stage.anvil.mine(FINALITY_DEPTH + 1);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void takeDown() {
    processes.forEach(Process::destroyForcibly);
    flaky.close();
    stage.close();
  }

  private Process start(Class<?> main, Object... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    Process process =
        new ProcessBuilder(command)
            .redirectError(
                ProcessBuilder.Redirect.appendTo(
                    directory.resolve(main.getSimpleName() + ".err").toFile()))
            .start();
    processes.add(process);
    Thread reader =
        new Thread(
            () -> {
              try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
                lines.lines().forEach(this::hear);
              } catch (IOException | UncheckedIOException e) {
                return; // killed
              }
            });
    reader.setDaemon(true);
    reader.start();
    return process;
  }

  private void hear(String line) {
    if (line.equals("paid")) {
      paid.incrementAndGet();
    } else if (line.equals("redeemed")) {
      redeemed.incrementAndGet();
    }
  }

  private Process startPayees() throws IOException {
    return start(
        PayeesProcess.class,
        directory.resolve("payees"),
        flaky.url(),
        stage.domain.chainId(),
        stage.domain.contract(),
        stage.firstBlock,
        FINALITY_DEPTH,
        port);
  }

  private Process startPayer() throws IOException {
    return start(
        PayerProcess.class,
        directory.resolve("payer"),
        stage.domain.chainId(),
        stage.domain.contract(),
        port);
  }

  private void kill(Process process) throws InterruptedException {
    process.destroyForcibly(); // kill -9
    assertThat(process.waitFor(20, SECONDS)).isTrue();
  }

  private void awaitPaid(int vouchers) {
    patiently().until(() -> paid.get() >= vouchers);
  }

  /**
   * Waits as long as it takes on a busy machine, but not for processes that ended by themselves.
   */
  private ConditionFactory patiently() {
    return await()
        .atMost(TIMEOUT_SECONDS, SECONDS)
        .failFast(
            "a process ended by itself: see " + directory,
            () ->
                processes.stream()
                    .anyMatch(
                        each ->
                            !each.isAlive()
                                && each.exitValue() != KILLED
                                && each.exitValue() != 0));
  }

  private synchronized boolean loses() {
    return random.nextInt(50) == 0;
  }

  @Test
  void everybodyHasWhatIsDue_afterCrashesLossesAReorgAndANonceGap() throws Exception {
    BigInteger coinsAtFirst = allCoins();
    long firstBlock = stage.chain.newestBlock() + 1;
    SignedTransaction dropped = beginWithANonceGap();
    flaky.losesRequest = body -> loses();
    flaky.losesAnswer = body -> loses();
    Process payees = startPayees();
    Process payer = startPayer();
    awaitRedemptionBehind(dropped);
    stage.anvil.rpc().ask("anvil_dropTransaction", dropped.hash().toString());
    stage.anvil.rpc().ask("evm_setAutomine", true);
    stage.anvil.mine(1);

    awaitPaid(VOUCHERS / 4);
    kill(payees);
    payees = startPayees();
    awaitPaid(VOUCHERS / 2);
    stage.anvil.rpc().ask("anvil_reorg", REORG_DEPTH, List.of());
    kill(payer);
    payer = startPayer();
    awaitPaid(VOUCHERS * 3 / 4);
    kill(payer);
    kill(payees);
    stage.anvil.rpc().ask("anvil_reorg", REORG_DEPTH, List.of());
    payees = startPayees();
    payer = startPayer();

    assertThat(payer.waitFor(TIMEOUT_SECONDS, SECONDS)).isTrue();
    assertThat(payer.exitValue()).isZero();
    patiently()
        .until(
            () -> {
              stage.anvil.mine(1);
              return redeemed.get() > 0;
            });
    kill(payees);
    checkLanes();
    checkCoins(firstBlock, coinsAtFirst);
    checkFees();
  }

  /** A transaction of the last payee's account waits for a block, and will never be in one. */
  private SignedTransaction beginWithANonceGap() throws Exception {
    SigningKey last = Traffic.payee(Traffic.PAYEES - 1);
    stage.anvil.rpc().ask("evm_setAutomine", false);
    Sender sender = new Sender(stage.chain, last);
    String self = last.address().toString();
    SignedTransaction first = sender.sign(0, self, "0x", sender.fees(self, "0x"));
    stage.chain.send(first.toBytes());
    return first;
  }

  private void awaitRedemptionBehind(SignedTransaction first) {
    EvmAddress last = Traffic.payee(Traffic.PAYEES - 1).address();
    patiently().until(() -> stage.chain.nextNonce(last) == first.nonce() + 2);
  }

  /** The chain, the payer's books and the payees' books say the same of each lane. */
  private void checkLanes() throws Exception {
    BigInteger sum = BigInteger.ZERO;
    BigInteger fees = BigInteger.ZERO;
    Map<EvmAddress, LaneBook> owed = new HashMap<>();
    for (LaneBook each : Ledger.readLanes(directory.resolve("payer"), Traffic.JOURNAL)) {
      owed.put(each.lane().payee(), each);
    }
    long newest = stage.chain.newestBlock();
    Map<EvmAddress, BigInteger> earned = new HashMap<>();
    Map<EvmAddress, BigInteger> credited = new HashMap<>();
    int redemptions = 0;
    for (Movement each :
        stage.payer.movements(stage.payerKey.address(), stage.firstBlock, newest)) {
      if (each.kind() == Kind.PAID) {
        EvmAddress payee = each.other().orElseThrow();
        BigInteger fee =
            each.amount()
                .units()
                .multiply(BigInteger.valueOf(500))
                .add(BigInteger.valueOf(9_999))
                .divide(BigInteger.valueOf(10_000));
        assertThat(each.fee().units()).isEqualTo(fee);
        earned.merge(payee, each.amount().units(), BigInteger::add);
        credited.merge(payee, each.amount().units().subtract(fee), BigInteger::add);
        fees = fees.add(fee);
        redemptions++;
      }
    }
    for (int i = 0; i < Traffic.PAYEES; i++) {
      EvmAddress payee = Traffic.payee(i).address();
      var issued = Objects.requireNonNull(owed.get(payee)).issued().orElseThrow();
      assertThat(issued.voucher().bytesServed()).isEqualTo(Traffic.targetBytes(i));
      LaneBook book =
          Ledger.readLanes(directory.resolve("payees").resolve("payee" + i), Traffic.JOURNAL)
              .get(0);
      assertThat(book.received()).contains(issued);
      assertThat(book.redeeming()).isEmpty();
      Amount due = issued.voucher().amount();
      assertThat(book.redeemed().orElseThrow().amount()).isEqualTo(due);
      assertThat(stage.payer.paid(Traffic.lane(payee))).isEqualTo(due);
      assertThat(earned.get(payee)).isEqualTo(due.units());
      assertThat(stage.payer.earnings(payee).credit().units()).isEqualTo(credited.get(payee));
      sum = sum.add(due.units());
    }
    assertThat(redemptions).isGreaterThan(Traffic.PAYEES);
    assertThat(stage.payer.totalFees().units()).isEqualTo(fees);
    assertThat(stage.payer.account(stage.payerKey.address()).whole().units())
        .isEqualTo(ESCROW.units().subtract(sum));
  }

  /** Of the token, nothing is lost but what is burned, and that is the part that should be. */
  private void checkFees() throws Exception {
    BigInteger burned =
        stage
            .payer
            .totalFees()
            .units()
            .multiply(BigInteger.valueOf(4_000))
            .divide(BigInteger.valueOf(10_000));
    stage.payer.burnFees().send();
    assertThat(stage.payer.tokens(stage.payer.burned()).units()).isEqualTo(burned);
    assertThat(stage.payer.tokens(stage.domain.contract()).units())
        .isEqualTo(ESCROW.units().subtract(burned));
  }

  private BigInteger allCoins() throws Exception {
    BigInteger sum = stage.chain.balanceWei(stage.payerKey.address());
    for (int i = 0; i < Traffic.PAYEES; i++) {
      sum = sum.add(stage.chain.balanceWei(Traffic.payee(i).address()));
    }
    return sum.add(stage.chain.balanceWei(EvmAddress.of(new byte[EvmAddress.BYTES])));
  }

  /** Each account paid for the gas of its transactions and for nothing else. */
  private void checkCoins(long firstBlock, BigInteger coinsAtFirst) throws Exception {
    ObjectMapper json = new ObjectMapper();
    Map<String, BigInteger> costs = new HashMap<>();
    BigInteger burned = BigInteger.ZERO;
    long newest = stage.chain.newestBlock();
    for (long block = firstBlock; block <= newest; block++) {
      String number = "0x" + Long.toHexString(block);
      JsonNode head = json.readTree(stage.anvil.rpc().ask("eth_getBlockByNumber", number, false));
      BigInteger baseFee = quantity(head.get("baseFeePerGas"));
      burned = burned.add(baseFee.multiply(quantity(head.get("gasUsed"))));
      if (!head.get("transactions").isEmpty()) {
        for (JsonNode each : json.readTree(stage.anvil.rpc().ask("eth_getBlockReceipts", number))) {
          costs.merge(
              each.get("from").asText(),
              quantity(each.get("gasUsed")).multiply(quantity(each.get("effectiveGasPrice"))),
              BigInteger::add);
        }
      }
    }
    for (int i = 0; i < Traffic.PAYEES; i++) {
      EvmAddress payee = Traffic.payee(i).address();
      BigInteger cost = costs.get(payee.toString().toLowerCase(Locale.ROOT));
      assertThat(stage.chain.balanceWei(payee)).isEqualTo(Stage.GIVEN_WEI.subtract(cost));
    }
    assertThat(allCoins()).isEqualTo(coinsAtFirst.subtract(burned));
  }

  private static BigInteger quantity(JsonNode hex) {
    return new BigInteger(hex.asText().substring(2), 16);
  }
}

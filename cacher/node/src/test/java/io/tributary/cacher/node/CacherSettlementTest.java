package io.tributary.cacher.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.cacher.node.TestCacher.Got;
import io.tributary.cacher.node.TestOrigin.Sample;
import io.tributary.cacher.node.config.CacherConfigFile;
import io.tributary.cacher.node.process.Cacher;
import io.tributary.cacher.node.process.CacherRuntime;
import io.tributary.cacher.node.process.ContractSettlement;
import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.Status;
import io.tributary.exchange.client.ClientSettings;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FetchResult;
import io.tributary.exchange.client.FragmentClient;
import io.tributary.exchange.client.Payer;
import io.tributary.exchange.client.Provider;
import io.tributary.exchange.lane.SettledVouchers;
import io.tributary.exchange.lane.UnprovenLimits;
import io.tributary.ledger.Amount;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.journal.JournalOptions;
import io.tributary.ledger.keys.KeyDirectory;
import io.tributary.ledger.keys.Keystore;
import io.tributary.ledger.signature.Curve;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.EventLoopTimekeeper;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.nodekit.config.Overrides;
import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.upstream.UpstreamRuntime;
import io.tributary.reward.ContractTerms;
import io.tributary.reward.SettlementContract;
import io.tributary.reward.dev.AnvilProcess;
import io.tributary.reward.dev.DevSettlement;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole cacher that is paid, and redeems by itself, on a real chain. */
final class CacherSettlementTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final BigInteger COIN = BigInteger.TEN.pow(18);
  private static final int FINALITY_BLOCKS = 2;
  private static final long LANE = 5;

  /** A byte costs a thousand million base units, so that nothing is rounded. */
  private static final PricePerGib PRICE = PricePerGib.of(1_000_000_000L << 30);

  private static final Amount FRAGMENT = PRICE.costOf(Layout.FRAGMENT_BYTES);

  /** Where npm's anvil is, or is put. */
  private static final Path TOOLS =
      Files.isDirectory(Path.of("../../reward-contract/node_modules/@foundry-rs"))
          ? Path.of("../../reward-contract")
          : Path.of("target", "anvil");

  @TempDir private Path directory;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final ExecutorService executor = Executors.newFixedThreadPool(4);
  private final ExecutorService journals = Executors.newFixedThreadPool(2);
  private final ScheduledExecutorService timers = UpstreamRuntime.newTimers(Thread::new);
  private final ScheduledExecutorService rounds = Executors.newSingleThreadScheduledExecutor();
  private final SecureRandom random = new SecureRandom();
  private final SigningKey payer = SigningKey.generate(random, Curve.fastest());
  private final SigningKey earner = SigningKey.generate(random, Curve.fastest());
  private TestOrigin origin;
  private AnvilProcess anvil;
  private DevSettlement settlement;
  private SettlementContract asPayer;
  private Ledger payerBooks;
  private FragmentClient client;

  @BeforeEach
  void start() throws Exception {
    origin = opened(new TestOrigin(directory.resolve("origin")));
    anvil = opened(AnvilProcess.start(TOOLS, AnvilProcess.Options.defaults()));
    settlement =
        opened(DevSettlement.deploy(anvil, payer, ContractTerms.defaults(), FINALITY_BLOCKS));
    // The payer deploys too, so that it has coins for gas of its own.
    asPayer = settlement.contract();
    settlement.fund(earner.address(), COIN, Amount.ZERO);
    IoEngine io = IoEngine.start(IoEngine.Kind.preferred(), 2);
    open.push(() -> io.shutdown().awaitUninterruptibly());
    Host host = opened(TestCacher.host(io));
    payerBooks =
        opened(
            Ledger.open(
                directory.resolve("payer"),
                asPayer.domain(),
                new JournalOptions(1 << 20, 100_000, 256 << 10, 4, 2),
                InstantSource.system(),
                journals));
    client =
        new FragmentClient(
            host,
            Optional.of(
                new Payer(
                    payer.address(),
                    LANE,
                    payer,
                    Curve.fastest(),
                    payerBooks,
                    SettledVouchers.NONE,
                    CreditTerms.defaults(),
                    PRICE,
                    UnprovenLimits.defaults())),
            ClientSettings.defaults(),
            executor,
            new EventLoopTimekeeper(io.group().next(), InstantSource.system()),
            ExchangeMetrics.NONE);
  }

  @AfterEach
  void stop() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    rounds.shutdownNow();
    timers.shutdownNow();
    executor.shutdownNow();
    journals.shutdownNow();
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  private static void writePrivately(Path file, String text) throws Exception {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  private Cacher cacher(String settings) throws Exception {
    Path home = Files.createDirectories(directory.resolve("cacher"));
    KeyDirectory keys = new KeyDirectory(home.resolve("keys"));
    keys.add(
        earner.address(),
        Keystore.lock(earner, "secret".toCharArray(), Keystore.Hardness.LIGHT, random));
    writePrivately(home.resolve("password"), "secret\n");
    NetworkProfile.Settlement where =
        new NetworkProfile.Settlement(
            AnvilProcess.CHAIN_ID,
            List.of(anvil.url()),
            settlement.deployment().domain().contract().toString().toLowerCase(Locale.ROOT),
            settlement.deployment().token().toString().toLowerCase(Locale.ROOT),
            FINALITY_BLOCKS,
            settlement.deployment().firstBlock());
    NetworkProfile profile =
        new NetworkProfile(
                "test",
                new NetworkProfile.Chain(
                    Optional.empty(),
                    11330,
                    List.of(URI.create(origin.origin.chainHttpUrl())),
                    true,
                    new NetworkProfile.Calls(104, 0, 3, 6)))
            .withSettlement(where);
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
        [payment]
        price-per-gib = "%s"
        payout = "%s"
        keystore = "keys/%s"
        password-file = "password"
        [settlement]
        ask-every-seconds = 1
        answer-within-seconds = 1
        %s
        """
            .formatted(
                PRICE, earner.address(), keys.fileOf(earner.address()).getFileName(), settings));
    CacherConfigFile file = CacherConfigFile.read(home.resolve("cacher.toml"), Overrides.NONE);
    ContractSettlement contract =
        opened(
            new ContractSettlement(
                where,
                file.config().settlement(),
                SigningKey.generate(random, Curve.fastest()),
                rounds,
                Clock.systemUTC()));
    return opened(
        Cacher.start(
            file.config(),
            new CacherRuntime(
                executor, journals, timers, Clock.systemUTC(), random, contract.settling())));
  }

  // What is asked and seen

  private Got begin(Cacher cacher, FragmentName name, long bytes, Duration deadline) {
    FetchRequest request =
        bytes == Layout.FRAGMENT_BYTES
            ? FetchRequest.whole(name, PRICE, deadline)
            : FetchRequest.range(name, new ByteRange(0, bytes), PRICE, deadline);
    return TestCacher.begin(
        client,
        new Provider(
            PeerId.parse(cacher.peerId()), cacher.addresses(), Optional.of(earner.address())),
        request);
  }

  private void fetch(Cacher cacher, Sample file, int column) {
    Got got = begin(cacher, file.name(column), Layout.FRAGMENT_BYTES, TestCacher.PATIENCE);
    assertThat(got.result()).isInstanceOf(FetchResult.Verified.class);
    assertThat(got.bytes().toByteArray()).isEqualTo(file.bytes(column));
  }

  @SuppressWarnings("unchecked") // as the tree for JSON is made
  private static Map<String, Object> money(Cacher cacher) {
    return (Map<String, Object>) Objects.requireNonNull(cacher.state().tree().get("money"));
  }

  @SuppressWarnings("unchecked") // as the tree for JSON is made
  private static Map<String, Object> chain(Cacher cacher) {
    return (Map<String, Object>) Objects.requireNonNull(money(cacher).get("chain"));
  }

  private static Amount times(int count, Amount amount) {
    return new Amount(amount.units().multiply(BigInteger.valueOf(count)));
  }

  private void awaitEscrowSeen(Cacher cacher) throws Exception {
    long funded = settlement.contract().chain().newestBlock();
    anvil.mine(FINALITY_BLOCKS);
    await()
        .atMost(PATIENCE)
        .until(() -> chain(cacher).get("block") instanceof Long block && block >= funded);
  }

  /** Waits until so much has been paid by vouchers. */
  private static void awaitReceived(Cacher cacher, Amount amount) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(money(cacher)).containsEntry("received", amount.toString()));
  }

  /** Waits until so much has been redeemed and is final, while blocks are made. */
  private void awaitRedeemed(Cacher cacher, Amount amount) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              anvil.mine(1);
              assertThat(chain(cacher)).containsEntry("redeemed", amount.toString());
            });
  }

  private void assertBalances(Amount deposited, Amount paid) throws Exception {
    Amount fee = new Amount(ceilingOf(paid.units(), ContractTerms.defaults().feeBps()));
    assertThat(asPayer.account(payer.address()).whole()).isEqualTo(deposited.minus(paid));
    assertThat(asPayer.earnings(earner.address()).credit()).isEqualTo(paid.minus(fee));
    assertThat(asPayer.totalFees()).isEqualTo(fee);
    assertThat(asPayer.paid(new LaneId(payer.address(), earner.address(), LANE))).isEqualTo(paid);
    assertThat(payerBooks.lanes().get(0).mostOwed()).isGreaterThanOrEqualTo(paid);
  }

  private static BigInteger ceilingOf(BigInteger units, int bps) {
    BigInteger whole = BigInteger.valueOf(ContractTerms.BPS);
    return units
        .multiply(BigInteger.valueOf(bps))
        .add(whole.subtract(BigInteger.ONE))
        .divide(whole);
  }

  // The cases

  @Test
  void cacher_redeemsItsOwnVouchersByPolicy_toTheLastUnit() throws Exception {
    Sample file = origin.publish(31, 2);
    Amount deposited = new Amount(COIN);
    settlement.fillEscrow(payer.address(), deposited);
    Cacher cacher = cacher("redeem-worth = 1000000");
    awaitEscrowSeen(cacher);

    fetch(cacher, file, 0);
    awaitReceived(cacher, FRAGMENT);
    // The first of a node's life does not wait, not even for the whole fragment.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              anvil.mine(1);
              assertThat(chain(cacher)).containsEntry("redemption", "FINAL");
            });
    Amount first = new Amount(new BigInteger(String.valueOf(chain(cacher).get("redeemed"))));
    assertThat(first).isBetween(Amount.of(1), FRAGMENT);
    assertBalances(deposited, first);

    fetch(cacher, file, 1);
    awaitReceived(cacher, times(2, FRAGMENT));
    awaitRounds(cacher, 2);
    assertThat(chain(cacher))
        .as("it is worth more than the gas, but not a million times, and the week is not over")
        .containsEntry("redeemed", first.toString())
        .containsEntry("waiting", times(2, FRAGMENT).minus(first).toString());
    assertBalances(deposited, first);

    // The payer calls escrow back: what it owes is redeemed before that is over.
    asPayer.thaw(Amount.of(1)).send();
    awaitRedeemed(cacher, times(2, FRAGMENT));
    assertThat(chain(cacher)).containsEntry("waiting", "0").containsEntry("refusedLanes", 0);
    assertBalances(deposited, times(2, FRAGMENT));
  }

  private static void awaitRounds(Cacher cacher, int count) {
    for (int i = 0; i < count; i++) {
      Object before = String.valueOf(chain(cacher).get("readAt"));
      await().atMost(PATIENCE).until(() -> !before.equals(chain(cacher).get("readAt")));
    }
  }

  @Test
  void withoutAChain_payersAreServedAndPayWithinTheirLimits_andAllIsRedeemedAfterwards()
      throws Exception {
    Sample file = origin.publish(32, 3);
    Amount deposited = times(3, FRAGMENT);
    settlement.fillEscrow(payer.address(), deposited);
    Cacher cacher = cacher("fresh-seconds = 3\nredeem-worth = 1\nredeem-wait-seconds = 1");
    awaitEscrowSeen(cacher);
    fetch(cacher, file, 0);
    awaitRedeemed(cacher, FRAGMENT);

    anvil.pause();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(chain(cacher)).containsEntry("escrow", "STALE");
              assertThat(String.valueOf(chain(cacher).get("trouble"))).startsWith("UNREACHABLE");
            });
    fetch(cacher, file, 1);
    fetch(cacher, file, 2);
    awaitReceived(cacher, deposited);
    Got beyond = begin(cacher, file.name(0), 64 << 10, Duration.ofSeconds(1));
    assertThat(beyond.failure().reason())
        .as("no more than the escrow that was seen last can pay for")
        .isIn(Breakage.DEADLINE_PASSED, Status.TIMED_OUT);
    assertThat(beyond.bytes().size()).isZero();
    assertThat(money(cacher)).containsEntry("received", deposited.toString());
    assertThat(chain(cacher)).containsEntry("escrow", "STALE");

    anvil.resume();
    awaitRedeemed(cacher, deposited);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(chain(cacher))
                    .containsEntry("escrow", "FRESH")
                    .containsEntry("waiting", "0")
                    .doesNotContainKey("trouble"));
    assertBalances(deposited, deposited);
  }
}

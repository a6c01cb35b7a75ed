package io.tributary.reward;

import static io.tributary.reward.Stage.coins;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.ledger.LaneId;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.FinalEscrowView.State;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's settlement begins without a chain, loses it, and catches up each time. */
final class SettlementServiceTest {
  private static final long LANE = 1;
  private static final Duration EVERY = Duration.ofMillis(50);

  @TempDir private Path directory;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final AtomicReference<Instant> now = new AtomicReference<>(Stage.NOW);
  private Stage stage;
  private FlakyEndpoint flaky;

  @BeforeEach
  void build() throws Exception {
    stage = Stage.of(coins(1_000));
    flaky = new FlakyEndpoint(stage.anvil.url());
    stage.anvil.mine(Stage.FINALITY_DEPTH);
  }

  @AfterEach
  void takeDown() throws Exception {
    executor.shutdown();
    assertThat(executor.awaitTermination(60, SECONDS)).isTrue();
    flaky.close();
    stage.close();
  }

  @Test
  void service_saysWhatIsWrong_andCatchesUpWhenTheChainIsBack() throws Exception {
    SigningKey payee = Stage.key(2);
    LaneId lane = new LaneId(stage.payerKey.address(), payee.address(), LANE);
    stage.anvil.setCoins(payee.address(), Stage.GIVEN_WEI);
    flaky.losesRequest = body -> true;
    InstantSource clock = now::get;
    try (Chain chain = Chain.of(stage.optionsThrough(flaky.url()), stage.domain.chainId());
        Ledger ledger = stage.books(directory)) {
      SettlementContract contract = SettlementContract.unchecked(chain, stage.domain, payee);
      FinalEscrowView view =
          new FinalEscrowView(contract, stage.firstBlock, EscrowViewOptions.defaults(), clock);
      Redeemer redeemer =
          new Redeemer(
              ledger, contract, view, RedeemPolicy.defaults(), Duration.ofMinutes(10), clock);
      Stage.receive(ledger, stage.voucher(payee.address(), LANE, coins(5), stage.payerKey));
      try (SettlementService service =
          SettlementService.start(view, Optional.of(redeemer), executor, EVERY)) {
        await().atMost(60, SECONDS).until(() -> service.status().trouble().isPresent());
        assertThat(service.status().escrow().state()).isEqualTo(State.UNKNOWN);
        assertThat(service.status().trouble().orElseThrow()).startsWith("UNREACHABLE");

        flaky.losesRequest = body -> false;
        await().atMost(60, SECONDS).until(() -> isAt(service, Redemption.State.MINED));
        assertThat(service.status().escrow().state()).isEqualTo(State.FRESH);

        flaky.losesRequest = body -> true;
        await().atMost(60, SECONDS).until(() -> service.status().trouble().isPresent());
        now.set(Stage.NOW.plus(Duration.ofHours(1)));
        assertThat(service.status().escrow().state()).isEqualTo(State.STALE);
        assertThat(view.escrow(lane, stage.payerKey.address())).isPresent();

        stage.anvil.mine(Stage.FINALITY_DEPTH);
        flaky.losesRequest = body -> false;
        await().atMost(60, SECONDS).until(() -> isAt(service, Redemption.State.FINAL));
        await().atMost(60, SECONDS).until(() -> service.status().trouble().isEmpty());
        RedeemerStatus status = service.status().redemptions().orElseThrow();
        assertThat(status.redeemed()).isEqualTo(coins(5));
        assertThat(status.waiting().isZero()).isTrue();
        assertThat(status.reached())
            .containsEntry(Redemption.State.PENDING, 1L)
            .containsEntry(Redemption.State.SUBMITTED, 1L)
            .containsEntry(Redemption.State.FINAL, 1L)
            .doesNotContainKey(Redemption.State.FAILED);
      }
      executor.shutdown();
      assertThat(executor.awaitTermination(60, SECONDS)).isTrue();
    }
    assertThat(stage.payer.paid(lane)).isEqualTo(coins(5));
  }

  @Test
  void stop_waitsForTheRoundUnderWay_noLongerThanItIsTold() throws Exception {
    SigningKey payee = Stage.key(2);
    CountDownLatch isAsked = new CountDownLatch(1);
    flaky.losesRequest =
        body -> {
          isAsked.countDown();
          return false;
        };
    ChainOptions own = stage.optionsThrough(flaky.url());
    Chain chain = Chain.of(own, stage.domain.chainId());
    FinalEscrowView view =
        new FinalEscrowView(
            SettlementContract.unchecked(chain, stage.domain, payee),
            stage.firstBlock,
            EscrowViewOptions.defaults(),
            now::get);
    SettlementService waits = SettlementService.start(view, Optional.empty(), executor, EVERY);
    assertThat(isAsked.await(60, SECONDS)).isTrue();
    assertThat(waits.stop(Duration.ofSeconds(60))).isTrue();

    stage.anvil.pause();
    CountDownLatch isAskedAgain = new CountDownLatch(1);
    flaky.losesRequest =
        body -> {
          isAskedAgain.countDown();
          return false;
        };
    SettlementService hangs = SettlementService.start(view, Optional.empty(), executor, EVERY);
    CompletableFuture<Void> isAfterTheRound = CompletableFuture.runAsync(() -> {}, executor);
    assertThat(isAskedAgain.await(60, SECONDS)).isTrue();
    assertThat(hangs.stop(Duration.ofMillis(300))).isFalse();
    chain.close();
    isAfterTheRound.get(60, SECONDS);
    assertThat(hangs.stop(Duration.ofSeconds(60))).isTrue();
    stage.anvil.resume();
  }

  private static boolean isAt(SettlementService service, Redemption.State state) {
    return service
        .status()
        .redemptions()
        .flatMap(RedeemerStatus::latest)
        .filter(each -> each.state() == state)
        .isPresent();
  }
}

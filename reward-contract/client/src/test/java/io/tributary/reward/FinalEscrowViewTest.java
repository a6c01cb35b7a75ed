package io.tributary.reward;

import static io.tributary.reward.Stage.coins;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.ChainException.Reason;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the events add up to is what the contract says, and only what is final counts. */
final class FinalEscrowViewTest {
  private static final Duration LONGEST_AGE = Duration.ofHours(1);
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  private Stage stage;
  private Instant now = NOW;
  private FinalEscrowView view;

  @BeforeEach
  void build() throws Exception {
    stage = Stage.of(coins(1_000));
    view = new FinalEscrowView(stage.payer, stage.firstBlock, LONGEST_AGE, () -> now);
  }

  @AfterEach
  void takeDown() throws Exception {
    stage.close();
  }

  private LaneId lane(EvmAddress payee) {
    return new LaneId(stage.payerKey.address(), payee, 1);
  }

  private static void redeem(SettlementContract contract, SignedVoucher voucher)
      throws ChainException {
    contract.sender().call(contract.address().toString(), contract.redeemPacked(voucher.toBytes()));
  }

  @Test
  void escrow_countsWhenItIsFinal() throws Exception {
    EvmAddress payee = Stage.key(2).address();
    view.refresh();
    assertThat(view.escrow(lane(payee), stage.payerKey.address())).isEmpty();
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    assertThat(view.escrow(lane(payee), stage.payerKey.address()))
        .contains(new Escrow(Amount.ZERO, coins(1_000)));
    assertThat(view.escrow(lane(payee), payee)).isEmpty();
  }

  @Test
  void answer_isGoodForAWhileWithoutAChain() throws Exception {
    EvmAddress payee = Stage.key(2).address();
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    stage.anvil.close();
    assertThatThrownBy(view::refresh)
        .isInstanceOfSatisfying(
            ChainException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
    now = NOW.plus(LONGEST_AGE);
    assertThat(view.escrow(lane(payee), stage.payerKey.address())).isPresent();
    now = NOW.plus(LONGEST_AGE).plusSeconds(1);
    assertThat(view.escrow(lane(payee), stage.payerKey.address())).isEmpty();
    assertThat(view.freshAt()).contains(NOW);
  }

  @Test
  void chainThatChangesItsFinalPast_isReadAgain() throws Exception {
    EvmAddress payee = Stage.key(2).address();
    stage.payer.reserve(payee, coins(400));
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    assertThat(view.escrow(lane(Stage.key(3).address()), stage.payerKey.address()))
        .contains(new Escrow(Amount.ZERO, coins(600)));
    stage.anvil.ask("anvil_reorg", Stage.FINALITY_DEPTH + 1, List.of());
    view.refresh();
    assertThat(view.escrow(lane(Stage.key(3).address()), stage.payerKey.address()))
        .contains(new Escrow(Amount.ZERO, coins(1_000)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void randomOperations_leaveTheSameSumsAsOnTheChain(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    SigningKey hot = Stage.key(70);
    List<EvmAddress> payees =
        List.of(Stage.key(2).address(), Stage.key(3).address(), Stage.key(4).address());
    Map<EvmAddress, BigInteger> amounts = new TreeMap<>();
    BigInteger cap = BigInteger.ZERO;
    for (int i = 0; i < 60; i++) {
      EvmAddress payee = payees.get(random.nextInt(payees.size()));
      Amount some = Amount.of(1 + random.nextLong(Long.MAX_VALUE - 1));
      try {
        switch (random.nextInt(7)) {
          case 0 -> {
            stage.payer.mintDevTokens(some);
            stage.payer.deposit(some);
          }
          case 1 -> stage.payer.reserve(payee, some);
          case 2 -> stage.payer.thaw(some);
          case 3 -> {
            stage.payer.authorize(hot.address(), 1, some, Stage.FAR_SECONDS);
            cap = cap.add(some.units());
          }
          default -> {
            BigInteger sum = amounts.getOrDefault(payee, BigInteger.ZERO).add(some.units());
            boolean byHot = random.nextBoolean();
            redeem(
                stage.payer,
                stage.voucher(payee, 1, new Amount(sum), byHot ? hot : stage.payerKey));
            amounts.put(payee, sum);
          }
        }
      } catch (ChainException e) {
        // The contract may refuse what chance asks for; nothing else is allowed to happen.
        assertThat(e.reason()).as("seed %d: %s", seed, e).isEqualTo(Reason.REVERTED);
      }
    }
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    BigInteger thawing = stage.payer.thawing(stage.payerKey.address()).units();
    for (EvmAddress payee : payees) {
      Escrow escrow = view.escrow(lane(payee), stage.payerKey.address()).orElseThrow();
      assertThat(escrow.redeemed().units())
          .as("seed %d", seed)
          .isEqualTo(amounts.getOrDefault(payee, BigInteger.ZERO))
          .isEqualTo(stage.payer.paid(lane(payee)).units());
      BigInteger whole = stage.payer.redeemable(stage.payerKey.address(), payee).units();
      BigInteger own = stage.payer.reserved(stage.payerKey.address(), payee).units();
      BigInteger free = whole.subtract(own).subtract(thawing).max(BigInteger.ZERO);
      assertThat(escrow.redeemable().units()).as("seed %d", seed).isEqualTo(own.add(free));
      if (cap.signum() != 0) {
        BigInteger left = stage.payer.remaining(stage.payerKey.address(), hot.address(), 1).units();
        assertThat(view.escrow(lane(payee), hot.address()).orElseThrow().redeemable().units())
            .as("seed %d", seed)
            .isEqualTo(own.add(free.min(left)));
      }
    }
  }
}

package io.tributary.reward;

import static io.tributary.reward.Stage.coins;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.ChainException.Reason;
import io.tributary.reward.FinalEscrowView.State;
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
  private static final Duration FRESH_FOR = Duration.ofMinutes(1);
  private static final Duration LONGEST_AGE = Duration.ofHours(1);
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  private Stage stage;
  private Instant now = NOW;
  private FinalEscrowView view;

  @BeforeEach
  void build() throws Exception {
    stage = Stage.of(coins(1_000));
    view =
        new FinalEscrowView(
            stage.payer,
            stage.firstBlock,
            new EscrowViewOptions(FRESH_FOR, LONGEST_AGE),
            () -> now);
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
    String call = contract.redeemPacked(voucher.toBytes());
    Proposal.of(contract.sender(), contract.address().toString(), call).send();
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
  void withoutAChain_viewIsStaleAndGoodForAWhile_andCatchesUp() throws Exception {
    EvmAddress payee = Stage.key(2).address();
    try (FlakyEndpoint flaky = new FlakyEndpoint(stage.anvil.url())) {
      Chain through = stage.connect(stage.optionsThrough(flaky.url()));
      view =
          new FinalEscrowView(
              SettlementContract.unchecked(through, stage.domain, stage.payerKey),
              stage.firstBlock,
              new EscrowViewOptions(FRESH_FOR, LONGEST_AGE),
              () -> now);
      assertThat(view.status().state()).isEqualTo(State.UNKNOWN);
      stage.anvil.mine(Stage.FINALITY_DEPTH);
      view.refresh();
      assertThat(view.status().state()).isEqualTo(State.FRESH);

      flaky.losesRequest = body -> true;
      stage.payer.reserve(payee, coins(400)).send();
      stage.anvil.mine(Stage.FINALITY_DEPTH);
      now = NOW.plus(FRESH_FOR).plusSeconds(1);
      assertThatThrownBy(view::refresh)
          .isInstanceOfSatisfying(
              ChainException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
      assertThat(view.status().state()).isEqualTo(State.STALE);
      assertThat(view.status().freshAt()).contains(NOW);
      assertThat(view.status().trouble().orElseThrow()).startsWith("UNREACHABLE");
      assertThat(view.escrow(lane(payee), stage.payerKey.address()))
          .contains(new Escrow(Amount.ZERO, coins(1_000)));

      now = NOW.plus(LONGEST_AGE).plusSeconds(1);
      assertThat(view.status().state()).isEqualTo(State.EXPIRED);
      assertThat(view.escrow(lane(payee), stage.payerKey.address())).isEmpty();

      flaky.losesRequest = body -> false;
      view.refresh();
      assertThat(view.status().state()).isEqualTo(State.FRESH);
      assertThat(view.status().trouble()).isEmpty();
      assertThat(view.escrow(lane(Stage.key(3).address()), stage.payerKey.address()))
          .contains(new Escrow(Amount.ZERO, coins(600)));
    }
  }

  @Test
  void settledVoucher_isKnownWithItsNumbersWhenItIsFinal() throws Exception {
    EvmAddress payee = Stage.key(2).address();
    SignedVoucher voucher = stage.voucher(payee, 1, coins(7), stage.payerKey);
    redeem(stage.payer, voucher);
    view.refresh();
    assertThat(view.settled(lane(payee))).isEmpty();
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    Voucher settled = view.settled(lane(payee)).orElseThrow();
    assertThat(settled.amount()).isEqualTo(coins(7));
    assertThat(settled.bytesServed()).isEqualTo(voucher.voucher().bytesServed());
    assertThat(settled.receiptsRoot()).isEqualTo(voucher.voucher().receiptsRoot());
    assertThat(view.settled(lane(Stage.key(3).address()))).isEmpty();
  }

  @Test
  void escrowThatIsCalledBack_isSeen() throws Exception {
    EvmAddress payee = Stage.key(2).address();
    EvmAddress other = Stage.key(3).address();
    EvmAddress hot = Stage.key(70).address();
    stage.payer.reserve(payee, coins(400)).send();
    stage.payer.authorize(hot, 1, coins(1), Stage.FAR_SECONDS).send();
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    assertThat(view.isLeaving(lane(payee))).isFalse();

    stage.payer.startRelease(payee, coins(100)).send();
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    assertThat(view.isLeaving(lane(payee))).isTrue();
    assertThat(view.isLeaving(lane(other))).isFalse();
    stage.payer.cancelRelease(payee).send();

    stage.payer.revoke(hot, 1).send();
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    assertThat(view.isLeaving(lane(other))).isTrue();
    assertThat(view.escrow(lane(payee), hot)).isEmpty();
    stage.payer.authorize(hot, 1, coins(1), Stage.FAR_SECONDS).send();

    stage.payer.thaw(coins(1)).send();
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    assertThat(view.isLeaving(lane(payee))).isTrue();
    stage.payer.cancelThaw().send();
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    assertThat(view.isLeaving(lane(payee))).isFalse();
  }

  @Test
  void chainThatChangesItsFinalPast_isReadAgain() throws Exception {
    EvmAddress payee = Stage.key(2).address();
    stage.payer.reserve(payee, coins(400)).send();
    stage.anvil.mine(Stage.FINALITY_DEPTH);
    view.refresh();
    assertThat(view.escrow(lane(Stage.key(3).address()), stage.payerKey.address()))
        .contains(new Escrow(Amount.ZERO, coins(600)));
    stage.anvil.rpc().ask("anvil_reorg", Stage.FINALITY_DEPTH + 1, List.of());
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
            stage.settlement.fillEscrow(stage.payerKey.address(), some);
          }
          case 1 -> stage.payer.reserve(payee, some).send();
          case 2 -> stage.payer.thaw(some).send();
          case 3 -> {
            stage.payer.authorize(hot.address(), 1, some, Stage.FAR_SECONDS).send();
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
    BigInteger thawing = stage.payer.account(stage.payerKey.address()).thawing().units();
    for (EvmAddress payee : payees) {
      Escrow escrow = view.escrow(lane(payee), stage.payerKey.address()).orElseThrow();
      assertThat(escrow.redeemed().units())
          .as("seed %d", seed)
          .isEqualTo(amounts.getOrDefault(payee, BigInteger.ZERO))
          .isEqualTo(stage.payer.paid(lane(payee)).units());
      BigInteger whole = stage.payer.redeemable(stage.payerKey.address(), payee).units();
      BigInteger own = stage.payer.reservation(stage.payerKey.address(), payee).amount().units();
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

package io.tributary.reward;

import static io.tributary.reward.Stage.coins;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord.RedeemIntent;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.ChainException.Reason;
import io.tributary.reward.Redemption.State;
import io.tributary.reward.dev.AnvilProcess;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vouchers become credit once, on a real chain, whatever goes wrong. */
final class RedemptionTest {
  private static final long LANE = 1;
  private static final int FEE_BPS = ContractTerms.defaults().feeBps();

  @TempDir private Path directory;
  private Stage stage;

  @BeforeEach
  void build() throws Exception {
    stage = Stage.of(coins(1_000_000));
  }

  @AfterEach
  void takeDown() throws Exception {
    stage.close();
  }

  private static BigInteger fee(Amount paid) {
    return paid.units()
        .multiply(BigInteger.valueOf(FEE_BPS))
        .add(BigInteger.valueOf(9_999))
        .divide(BigInteger.valueOf(10_000));
  }

  private LaneId lane(SigningKey payee) {
    return new LaneId(stage.payerKey.address(), payee.address(), LANE);
  }

  @Test
  void thirtyPayees_areCreditedExactly_throughLostRequestsAndCrashes() throws Exception {
    BigInteger paid = BigInteger.ZERO;
    BigInteger fees = BigInteger.ZERO;
    List<SigningKey> payees = new ArrayList<>();
    try (FlakyEndpoint flaky = new FlakyEndpoint(stage.anvil.url())) {
      Chain through = stage.connect(stage.optionsThrough(flaky.url()));
      for (int i = 0; i < 30; i++) {
        SigningKey payee = Stage.key(1_000 + i);
        payees.add(payee);
        Amount amount = new Amount(coins(10 + i).units().add(BigInteger.valueOf(i * 7_919L + 1)));
        paid = paid.add(amount.units());
        fees = fees.add(fee(amount));
        SettlementContract contract = stage.contractOf(through, payee);
        Hash256 first;
        try (Ledger ledger = stage.books(directory.resolve("payee" + i))) {
          Stage.receive(ledger, stage.voucher(payee.address(), LANE, amount, stage.payerKey));
          Redeemer redeemer = stage.redeemer(ledger, contract);
          // Every third loses the request, every other third the answer, and then all is lost.
          boolean fails = i % 3 != 2;
          if (i % 3 == 0) {
            flaky.losesRequest = body -> body.contains("eth_sendRawTransaction");
          } else if (i % 3 == 1) {
            flaky.losesAnswer = body -> body.contains("eth_sendRawTransaction");
          }
          if (fails) {
            assertThatThrownBy(redeemer::step)
                .isInstanceOfSatisfying(
                    ChainException.class,
                    e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
          } else {
            redeemer.step();
          }
          flaky.losesRequest = body -> false;
          flaky.losesAnswer = body -> false;
          first = hashOf(ledger.lane(lane(payee)).redeeming().orElseThrow());
        }
        // A new life: all it knows is in the books.
        try (Ledger ledger = stage.books(directory.resolve("payee" + i))) {
          Redeemer redeemer = stage.redeemer(ledger, contract);
          redeemer.step();
          assertThat(redeemer.status().latest().orElseThrow().transaction()).isEqualTo(first);
          stage.anvil.mine(Stage.FINALITY_DEPTH + 1);
          redeemer.step();
          assertThat(redeemer.status().latest().orElseThrow().state()).isEqualTo(State.FINAL);
          redeemer.step();
          assertThat(ledger.lane(lane(payee)).redeeming()).isEmpty();
          assertThat(ledger.lane(lane(payee)).unredeemed()).isEqualTo(Amount.ZERO);
          assertThat(ledger.lane(lane(payee)).redeemed().orElseThrow().amount()).isEqualTo(amount);
        }
        assertThat(stage.payer.earnings(payee.address()).credit().units())
            .isEqualTo(amount.units().subtract(fee(amount)));
        var receipt = stage.chain.receipt(first).orElseThrow();
        BigInteger gas = Chain.costWei(receipt);
        assertThat(stage.chain.balanceWei(payee.address()))
            .isEqualTo(Stage.GIVEN_WEI.subtract(gas));
        assertThat(stage.chain.minedNonce(payee.address())).isEqualTo(1);
      }
    }
    assertThat(stage.payer.account(stage.payerKey.address()).whole().units())
        .isEqualTo(coins(1_000_000).units().subtract(paid));
    assertThat(stage.payer.totalFees().units()).isEqualTo(fees);
    assertThat(stage.payer.tokens(stage.domain.contract())).isEqualTo(coins(1_000_000));
    SettlementContract payee = stage.contractOf(stage.chain, payees.get(0));
    Amount credit = payee.earnings(payee.account()).credit();
    payee.withdraw(payee.account(), credit).send();
    assertThat(payee.tokens(payee.account())).isEqualTo(credit);
  }

  private static Hash256 hashOf(RedeemIntent intent) {
    return Hash256.hashing(intent.transaction().toBytes());
  }

  @Test
  void transactionTakenBack_isSentAgain() throws Exception {
    SigningKey payee = Stage.key(2);
    SettlementContract contract = stage.contractOf(stage.chain, payee);
    try (Ledger ledger = stage.books(directory)) {
      Stage.receive(ledger, stage.voucher(payee.address(), LANE, coins(5), stage.payerKey));
      Redeemer redeemer = stage.redeemer(ledger, contract);
      redeemer.step();
      // It is in a block soon after it was sent, not at once.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                redeemer.step();
                return redeemer.status().latest().orElseThrow().state() == State.MINED;
              });
      assertThat(stage.payer.paid(lane(payee))).isEqualTo(coins(5));
      stage.anvil.rpc().ask("anvil_reorg", 1, List.of());
      assertThat(stage.payer.paid(lane(payee))).isEqualTo(Amount.ZERO);
      // How many steps it takes depends on when the chain's pool has seen the new branch.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                redeemer.step();
                return stage.payer.paid(lane(payee)).equals(coins(5));
              });
      stage.anvil.mine(Stage.FINALITY_DEPTH);
      redeemer.step();
      assertThat(redeemer.status().latest().orElseThrow().state()).isEqualTo(State.FINAL);
      assertThat(ledger.lane(lane(payee)).unredeemed()).isEqualTo(Amount.ZERO);
    }
    assertThat(stage.payer.earnings(payee.address()).credit().units())
        .isEqualTo(coins(5).units().subtract(fee(coins(5))));
  }

  @Test
  void nonceThatIsMissing_isFilled() throws Exception {
    SigningKey payee = Stage.key(3);
    SettlementContract contract = stage.contractOf(stage.chain, payee);
    stage.anvil.rpc().ask("evm_setAutomine", false);
    Sender sender = contract.sender();
    String self = payee.address().toString();
    SignedTransaction before = sender.sign(0, self, "0x", sender.fees(self, "0x"));
    stage.chain.send(before.toBytes());
    try (Ledger ledger = stage.books(directory)) {
      Stage.receive(ledger, stage.voucher(payee.address(), LANE, coins(5), stage.payerKey));
      Redeemer redeemer = stage.redeemer(ledger, contract);
      redeemer.step();
      assertThat(ledger.lane(lane(payee)).redeeming().orElseThrow().nonce()).isEqualTo(1);
      stage.anvil.rpc().ask("anvil_dropTransaction", before.hash().toString());
      redeemer.step();
      assertThat(ledger.lane(lane(payee)).redeeming().orElseThrow().nonce()).isZero();
      stage.anvil.mine(Stage.FINALITY_DEPTH + 2);
      redeemer.step();
      assertThat(redeemer.status().latest().orElseThrow().state()).isEqualTo(State.FINAL);
    }
    assertThat(stage.payer.paid(lane(payee))).isEqualTo(coins(5));
  }

  @Test
  void voucherThatSomebodyElseRedeemed_isOverToo() throws Exception {
    SigningKey payee = Stage.key(4);
    try (Ledger mine = stage.books(directory.resolve("mine"));
        Ledger others = stage.books(directory.resolve("others"))) {
      var voucher = stage.voucher(payee.address(), LANE, coins(5), stage.payerKey);
      Stage.receive(mine, voucher);
      Stage.receive(others, voucher);
      stage.redeemer(others, stage.contractOf(stage.chain, Stage.key(5))).step();
      stage.anvil.mine(Stage.FINALITY_DEPTH);
      SettlementContract contract = stage.contractOf(stage.chain, payee);
      FinalEscrowView view = stage.view(contract);
      view.refresh();
      Redeemer redeemer = Stage.redeemer(mine, contract, view);
      redeemer.step();
      assertThat(redeemer.status().redeemed()).isEqualTo(coins(5));
      assertThat(mine.lane(lane(payee)).redeemed().orElseThrow().amount()).isEqualTo(coins(5));
      assertThat(stage.chain.minedNonce(payee.address())).isZero();
    }
  }

  @Test
  void oneBadVoucher_doesNotHoldUpTheOthers() throws Exception {
    SigningKey payee = Stage.key(6);
    try (Ledger ledger = stage.books(directory)) {
      Stage.receive(ledger, stage.voucher(payee.address(), LANE, coins(5), stage.payerKey));
      Stage.receive(ledger, stage.voucher(payee.address(), LANE + 1, coins(9), Stage.key(66)));
      Redeemer redeemer = stage.redeemer(ledger, stage.contractOf(stage.chain, payee));
      Redeemer.Offer offer = redeemer.offer().orElseThrow();
      assertThat(offer.vouchers()).hasSize(1);
      assertThat(offer.value()).isEqualTo(coins(5));
      assertThat(offer.fees().mostWei()).isPositive();
      redeemer.step();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> stage.payer.paid(lane(payee)).equals(coins(5)));
    }
  }

  @Test
  void smallValue_waitsUntilItIsWorthItsGas() throws Exception {
    SigningKey payee = Stage.key(7);
    try (Ledger ledger = stage.books(directory)) {
      Stage.receive(ledger, stage.voucher(payee.address(), LANE, Amount.of(1_000), stage.payerKey));
      Redeemer redeemer = stage.redeemer(ledger, stage.contractOf(stage.chain, payee));
      redeemer.step();
      assertThat(redeemer.status().latest()).isEmpty();
      Stage.receive(ledger, stage.voucher(payee.address(), LANE, coins(1), stage.payerKey));
      redeemer.step();
      assertThat(redeemer.status().latest()).isPresent();
    }
  }

  @Test
  void feesAboveTheCeiling_areNotPaid() throws Exception {
    SigningKey payee = Stage.key(8);
    stage.anvil.rpc().ask("anvil_setNextBlockBaseFeePerGas", "0x2e90edd000"); // 200 gwei
    stage.anvil.mine(1);
    try (Ledger ledger = stage.books(directory)) {
      Stage.receive(ledger, stage.voucher(payee.address(), LANE, coins(5), stage.payerKey));
      Redeemer redeemer = stage.redeemer(ledger, stage.contractOf(stage.chain, payee));
      assertThatThrownBy(redeemer::step)
          .isInstanceOfSatisfying(
              ChainException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.FEES_ABOVE_CEILING))
          .hasMessageContaining("100000000000");
      assertThat(ledger.lane(lane(payee)).redeeming()).isEmpty();
    }
  }

  @Test
  void refusals_haveTheirRuleAndNumbers() {
    assertThatThrownBy(() -> stage.payer.withdraw(stage.payer.account(), Amount.of(5)))
        .isInstanceOfSatisfying(
            ChainException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REVERTED))
        .hasMessage("InsufficientCredit(needed=5, available=0)");
    assertThatThrownBy(() -> stage.payer.thaw(coins(2_000_000)))
        .hasMessage(
            "InsufficientFreeEscrow(needed=2000000000000000000000000,"
                + " available=1000000000000000000000000)");
  }

  @Test
  void deadEndpoint_isPassedOver() throws Exception {
    Chain chain =
        stage.connect(stage.optionsThrough(URI.create("http://127.0.0.1:1"), stage.anvil.url()));
    assertThat(chain.id()).isEqualTo(AnvilProcess.CHAIN_ID);
    assertThatThrownBy(() -> Chain.connect(stage.optionsThrough(URI.create("http://127.0.0.1:1"))))
        .isInstanceOfSatisfying(
            ChainException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
  }
}

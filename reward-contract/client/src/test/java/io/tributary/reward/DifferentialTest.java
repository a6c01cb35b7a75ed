package io.tributary.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.signature.Signature;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.reward.ModelContract.Change;
import io.tributary.reward.ModelContract.Payment;
import io.tributary.reward.ModelContract.Refused;
import io.tributary.reward.binding.CessCdnLedger;
import io.tributary.reward.binding.DevToken;
import io.tributary.reward.dev.AnvilProcess;
import io.tributary.reward.dev.DevSettlement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;

/**
 * Random calls, to the contract on a chain and to the model of it: each is taken by both or refused
 * by both, by the same rule and with the same numbers, and all sums are the same.
 */
final class DifferentialTest {
  /** All ten thousand unless -Ddifferential.operations says otherwise. */
  private static final int OPERATIONS = Integer.getInteger("differential.operations", 10_000);

  private static final long SEED = Long.getLong("differential.seed", 1L);
  private static final int COMPARE_EVERY = 500;
  private static final long START = 2_000_000_000L;
  private static final EvmAddress GRAVE =
      EvmAddress.parse("0x000000000000000000000000000000000000dead");

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<SigningKey> payers = keys(10, 3);
  private final List<SigningKey> hotKeys = keys(20, 2);
  private final List<EvmAddress> payees = keys(30, 3).stream().map(SigningKey::address).toList();
  private final EvmAddress guardian = Stage.key(40).address();
  private final ContractTerms terms =
      new ContractTerms(
          500,
          4_000,
          5_000,
          Duration.ofDays(2),
          Duration.ofDays(3),
          Duration.ofHours(12),
          Amount.of(1_000),
          Optional.of(guardian));
  private final ModelContract model = new ModelContract(terms, START);
  private final Map<String, Integer> outcomes = new HashMap<>();

  private AnvilProcess anvil;
  private DevSettlement settlement;
  private CessCdnLedger contract;
  private DevToken token;
  private EvmAddress address;
  private Rpc rpc;

  private static List<SigningKey> keys(int first, int count) {
    return IntStream.range(first, first + count).mapToObj(Stage::key).toList();
  }

  /** Calls that keep a connection, and give the data of a refusal. */
  private static final class Rpc {
    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final URI url;

    Rpc(URI url) {
      this.url = url;
    }

    JsonNode ask(String method, Object... parameters) throws IOException, InterruptedException {
      String body =
          json.writeValueAsString(
              Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", parameters));
      return json.readTree(
          http.send(
                  HttpRequest.newBuilder(url)
                      .header("Content-Type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString(body))
                      .build(),
                  BodyHandlers.ofString())
              .body());
    }
  }

  @AfterEach
  void takeDown() {
    settlement.close();
    anvil.close();
  }

  @BeforeEach
  void build() throws Exception {
    anvil = AnvilProcess.start(Stage.TOOLS, AnvilProcess.Options.defaults());
    settlement = DevSettlement.deploy(anvil, Stage.key(1), terms, 0);
    address = settlement.contract().address();
    rpc = new Rpc(anvil.url());
    ReadonlyTransactionManager nobody =
        new ReadonlyTransactionManager(settlement.contract().chain().web3j(), guardian.toString());
    StaticGasProvider gas = new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO);
    contract =
        CessCdnLedger.load(address.toString(), settlement.contract().chain().web3j(), nobody, gas);
    token =
        DevToken.load(
            settlement.deployment().token().toString(),
            settlement.contract().chain().web3j(),
            nobody,
            gas);
    List<EvmAddress> everybody = new ArrayList<>(payees);
    payers.forEach(each -> everybody.add(each.address()));
    everybody.add(guardian);
    rpc.ask("anvil_autoImpersonateAccount", true);
    BigInteger much = BigInteger.ONE.shiftLeft(110);
    for (EvmAddress each : everybody) {
      settlement.fund(each, Stage.GIVEN_WEI, new Amount(much));
      model.tokens.put(each, much);
      send(
          each,
          token.getContractAddress(),
          token.approve(address.toString(), BigInteger.ONE.shiftLeft(255)).encodeFunctionCall());
    }
    // Time stands still but when it is told to move, so that the model knows it to the second.
    rpc.ask("anvil_setBlockTimestampInterval", 0);
    moveTo(START);
  }

  private void moveTo(long time) throws Exception {
    rpc.ask("evm_setNextBlockTimestamp", time);
    rpc.ask("evm_mine");
    model.time = time;
  }

  @Test
  void randomCalls_doTheSameInModelAndChain() throws Exception {
    for (int i = 1; i <= OPERATIONS; i++) {
      step(i);
      if (i % COMPARE_EVERY == 0) {
        compareSums(i);
      }
    }
    compareSums(OPERATIONS);
    compareView();
    // What was never tried shows nothing: most rules must have been met.
    assertThat(outcomes.keySet()).as("outcomes %s", outcomes).hasSizeGreaterThan(20);
    assertThat(outcomes.get("taken")).isGreaterThan(OPERATIONS / 4);
  }

  /** A call: who makes it, what it is on the chain, and what it is in the model. */
  private record Call(EvmAddress from, String data, Change change) {}

  private void step(int number) throws Exception {
    if (random.nextInt(12) == 0) {
      long[] steps = {1, 3_600, 43_200, 86_400, 172_800};
      moveTo(model.time + steps[random.nextInt(steps.length)]);
    }
    Call call = call();
    Optional<String> refusal;
    try {
      model.atomically(call.change());
      refusal = Optional.empty();
    } catch (Refused e) {
      refusal = Optional.of(String.valueOf(e.getMessage()));
    }
    String rule = refusal.map(each -> each.substring(0, each.indexOf('('))).orElse("taken");
    outcomes.merge(rule, 1, Integer::sum);
    String what = "operation " + number + " of seed " + SEED;
    if (refusal.isEmpty()) {
      send(call.from(), address.toString(), call.data());
    } else {
      JsonNode answer =
          rpc.ask("eth_call", transaction(call.from(), address.toString(), call.data()), "latest");
      String data = answer.path("error").path("data").asText();
      assertThat(Refusals.explain(data)).as("%s: %s", what, answer).isEqualTo(refusal);
    }
  }

  private static Map<String, String> transaction(EvmAddress from, String to, String data) {
    return Map.of("from", from.toString(), "to", to, "data", data, "gas", "0x1c9c38");
  }

  private void send(EvmAddress from, String to, String data) throws Exception {
    JsonNode answer = rpc.ask("eth_sendTransactionSync", transaction(from, to, data));
    if (!answer.path("result").path("status").asText().equals("0x1")) {
      JsonNode why = rpc.ask("eth_call", transaction(from, to, data), "latest");
      fail(
          "the model takes what the chain refuses: %s, %s, seed %d",
          Refusals.explain(why.path("error").path("data").asText()), answer, SEED);
    }
  }

  private static Call call(EvmAddress from, RemoteFunctionCall<?> call, Change change) {
    return new Call(from, call.encodeFunctionCall(), change);
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** From nothing to a lot, in all magnitudes. */
  private BigInteger amount() {
    return new BigInteger(1 + random.nextInt(40), new java.util.Random(random.nextLong()));
  }

  /** Nearly all of what there is, or a little more. */
  private BigInteger near(BigInteger most) {
    return switch (random.nextInt(5)) {
      case 0 -> most;
      case 1 -> most.add(BigInteger.ONE);
      case 2 -> most.shiftRight(1);
      default -> amount();
    };
  }

  private long deadline() {
    long[] from = {-1, 0, 1, 3_600, 86_400, 1_000_000_000};
    return model.time + from[random.nextInt(from.length)];
  }

  private Call call() {
    EvmAddress payer = oneOf(payers).address();
    EvmAddress payee = oneOf(payees);
    EvmAddress hot = oneOf(hotKeys).address();
    long lane = 1L + random.nextInt(2);
    BigInteger some = amount();
    return switch (random.nextInt(32)) {
      case 0, 1, 2 ->
          call(
              payer,
              contract.deposit(payer.toString(), some),
              () -> model.deposit(payer, payer, some));
      case 3, 4 -> {
        BigInteger part = near(model.payer(payer).free());
        yield call(
            payer,
            contract.reserve(payee.toString(), part),
            () -> model.reserve(payer, payee, part));
      }
      case 5 -> {
        BigInteger part = near(model.reservation(payer, payee).amount());
        yield call(
            payer,
            contract.startRelease(payee.toString(), part),
            () -> model.startRelease(payer, payee, part));
      }
      case 6 ->
          call(
              payer,
              contract.cancelRelease(payee.toString()),
              () -> model.cancelRelease(payer, payee));
      case 7 -> call(payer, contract.release(payee.toString()), () -> model.release(payer, payee));
      case 8 -> {
        BigInteger part = near(model.payer(payer).free());
        yield call(payer, contract.thaw(part), () -> model.thaw(payer, part));
      }
      case 9 -> call(payer, contract.cancelThaw(), () -> model.cancelThaw(payer));
      case 10, 11 ->
          call(
              payer,
              contract.withdrawEscrow(payer.toString()),
              () -> model.withdrawEscrow(payer, payer));
      case 12, 13 -> {
        long until = deadline();
        yield call(
            payer,
            contract.authorizeSigner(hot.toString(), big(lane), some, big(until)),
            () -> model.authorize(payer, hot, lane, some, until));
      }
      case 14 ->
          call(
              payer,
              contract.revokeSigner(hot.toString(), big(lane)),
              () -> model.revoke(payer, hot, lane));
      case 15, 16, 17 -> redeemOne();
      case 18, 19, 20, 21 -> redeemPacked();
      case 22 -> redeemMany();
      case 23, 24 -> settle();
      case 25 -> {
        BigInteger part = near(model.credit(payee).amount());
        yield call(
            payee,
            contract.withdraw(payee.toString(), part),
            () -> model.withdraw(payee, payee, part));
      }
      case 26 ->
          call(payer, contract.claimSubsidy(payee.toString()), () -> model.claimSubsidy(payee));
      case 27 ->
          random.nextBoolean()
              ? call(payer, contract.burnFees(), () -> model.burnFees(GRAVE))
              : call(payer, contract.fundPool(some), () -> model.fundPool(payer, some));
      case 28 -> {
        EvmAddress caller = random.nextInt(3) == 0 ? payer : guardian;
        yield random.nextInt(3) == 0
            ? call(caller, contract.pause(), () -> model.pause(caller))
            : call(caller, contract.unpause(), () -> model.unpause(caller));
      }
      case 29 -> {
        Hash256 key = Hash256.hashing(new byte[] {(byte) random.nextInt(5)});
        byte[] region = NodeAttestation.regionWord("eu-1");
        yield call(
            payee,
            contract.registerNode(key.toBytes(), region, region, region, some),
            () -> model.registerNode(payee, key, some));
      }
      case 30 ->
          random.nextBoolean()
              ? call(payee, contract.addStake(some), () -> model.addStake(payee, some))
              : call(
                  payee,
                  contract.finishExit(payee.toString()),
                  () -> model.finishExit(payee, payee));
      default ->
          random.nextInt(4) == 0
              ? call(payee, contract.cancelExit(), () -> model.cancelExit(payee))
              : call(payee, contract.startExit(), () -> model.startExit(payee));
    };
  }

  private static BigInteger big(long number) {
    return BigInteger.valueOf(number);
  }

  /** A voucher that somebody signed: mostly the payer or a hot key of its own, and in time. */
  private record Signed(SignedVoucher voucher, Payment payment) {}

  private Signed voucher() {
    SigningKey payer = oneOf(payers);
    LaneId lane = new LaneId(payer.address(), oneOf(payees), 1L + random.nextInt(2));
    SigningKey signer =
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> oneOf(hotKeys);
          case 3 -> oneOf(payers);
          default -> payer;
        };
    long expiry = random.nextInt(4) == 0 ? deadline() : model.time + 1_000_000;
    BigInteger room =
        model
            .payer(lane.payer())
            .free()
            .add(model.reservation(lane.payer(), lane.payee()).amount());
    BigInteger more = random.nextInt(8) == 0 ? BigInteger.ZERO : near(room);
    BigInteger sum = model.lane(lane).amount().add(more);
    Voucher voucher =
        new Voucher(lane, new Amount(sum), random.nextInt(1 << 20), expiry, Hash256.ZERO);
    Signature signature =
        signer.sign(new VoucherDigest(settlement.contract().domain()).of(voucher));
    return new Signed(
        new SignedVoucher(voucher, signature),
        new Payment(lane, sum, voucher.bytesServed(), expiry, signer.address()));
  }

  private static CessCdnLedger.Voucher onChain(Voucher voucher) {
    return new CessCdnLedger.Voucher(
        voucher.lane().payer().toString(),
        voucher.lane().payee().toString(),
        big(voucher.lane().lane()),
        voucher.amount().units(),
        big(voucher.bytesServed()),
        big(voucher.expirySeconds()),
        voucher.receiptsRoot().toBytes());
  }

  private byte[] form(Signature signature) {
    return random.nextBoolean() ? signature.toBytes() : signature.toLongBytes();
  }

  private Call redeemOne() {
    Signed signed = voucher();
    return call(
        guardian,
        contract.redeem(onChain(signed.voucher().voucher()), form(signed.voucher().signature())),
        () -> model.redeem(signed.payment()));
  }

  private List<Signed> vouchers() {
    return IntStream.range(0, 1 + random.nextInt(3)).mapToObj(each -> voucher()).toList();
  }

  private Call redeemPacked() {
    List<Signed> all = vouchers();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    all.forEach(each -> packed.writeBytes(each.voucher().toBytes()));
    return call(
        guardian,
        contract.redeemPacked(packed.toByteArray()),
        () -> model.redeemMany(all.stream().map(Signed::payment).toList(), false));
  }

  private Call redeemMany() {
    List<Signed> all = vouchers();
    return call(
        guardian,
        contract.redeemMany(
            all.stream().map(each -> onChain(each.voucher().voucher())).toList(),
            all.stream().map(each -> form(each.voucher().signature())).toList()),
        () -> model.redeemMany(all.stream().map(Signed::payment).toList(), true));
  }

  private Call settle() {
    Signed first = voucher();
    SigningKey signer = random.nextInt(4) == 0 ? oneOf(hotKeys) : oneOf(payers);
    LaneId lane = first.payment().lane();
    long expiry = first.payment().expiry();
    List<Payment> payments = new ArrayList<>();
    ByteBuffer entries = ByteBuffer.allocate(44 * payees.size());
    for (EvmAddress payee : payees) {
      LaneId to = new LaneId(lane.payer(), payee, lane.lane());
      BigInteger sum = model.lane(to).amount().add(amount());
      payments.add(new Payment(to, sum, payments.size(), expiry, signer.address()));
      byte[] wide = sum.toByteArray();
      entries.put(payee.toBytes()).position(entries.position() + 16 - wide.length);
      entries.put(wide).putLong(payments.size() - 1);
    }
    Hash256 words =
        Hash256.hashing(
            Hash256.hashing(
                    "Settlement(address payer,uint64 lane,uint64 expiry,bytes entries)"
                        .getBytes(StandardCharsets.US_ASCII))
                .toBytes(),
            new byte[12],
            lane.payer().toBytes(),
            word(lane.lane()),
            word(expiry),
            Hash256.hashing(entries.array()).toBytes());
    Hash256 digest =
        Hash256.hashing(
            new byte[] {0x19, 0x01},
            settlement.contract().domain().separator().toBytes(),
            words.toBytes());
    return call(
        guardian,
        contract.settleSigned(
            lane.payer().toString(),
            big(lane.lane()),
            big(expiry),
            entries.array(),
            form(signer.sign(digest))),
        () -> model.settle(payments));
  }

  private static byte[] word(long number) {
    return ByteBuffer.allocate(32).putLong(24, number).array();
  }

  private void compareSums(int number) throws Exception {
    String what = "after operation " + number + " of seed " + SEED;
    for (SigningKey key : payers) {
      EvmAddress payer = key.address();
      SettlementContract.Account account = settlement.contract().account(payer);
      ModelContract.Payer expected = model.payer(payer);
      assertThat(account.whole().units()).as(what).isEqualTo(expected.escrow());
      assertThat(account.reserved().units()).as(what).isEqualTo(expected.reserved());
      assertThat(account.thawing().units()).as(what).isEqualTo(expected.thawing());
      for (EvmAddress payee : payees) {
        SettlementContract.Reservation held = settlement.contract().reservation(payer, payee);
        assertThat(held.amount().units())
            .as(what)
            .isEqualTo(model.reservation(payer, payee).amount());
        assertThat(held.releasing().units())
            .as(what)
            .isEqualTo(model.reservation(payer, payee).releasing());
        for (long lane = 1; lane <= 2; lane++) {
          LaneId id = new LaneId(payer, payee, lane);
          assertThat(settlement.contract().paid(id).units())
              .as(what)
              .isEqualTo(model.lane(id).amount());
        }
      }
      for (SigningKey hot : hotKeys) {
        for (long lane = 1; lane <= 2; lane++) {
          assertThat(settlement.contract().remaining(payer, hot.address(), lane).units())
              .as(what)
              .isEqualTo(model.signer(payer, hot.address(), lane).remaining());
        }
      }
      assertThat(settlement.contract().tokens(payer).units())
          .as(what)
          .isEqualTo(model.tokens(payer));
    }
    for (EvmAddress payee : payees) {
      SettlementContract.Earnings earnings = settlement.contract().earnings(payee);
      assertThat(earnings.credit().units()).as(what).isEqualTo(model.credit(payee).amount());
      assertThat(earnings.openFees().units()).as(what).isEqualTo(model.credit(payee).openFees());
      assertThat(settlement.contract().tokens(payee).units())
          .as(what)
          .isEqualTo(model.tokens(payee));
      assertThat(
              settlement.contract().node(payee).map(NodeEntry::stake).orElse(Amount.ZERO).units())
          .as(what)
          .isEqualTo(model.node(payee).stake());
    }
    assertThat(settlement.contract().totalFees().units()).as(what).isEqualTo(model.totalFees);
    assertThat(settlement.contract().tokens(GRAVE).units()).as(what).isEqualTo(model.tokens(GRAVE));
    assertThat(settlement.contract().tokens(address).units()).as(what).isEqualTo(model.owed());
  }

  /** The sums of all events, against the model. */
  private void compareView() throws Exception {
    FinalEscrowView view =
        new FinalEscrowView(
            settlement.contract(),
            settlement.deployment().firstBlock(),
            EscrowViewOptions.defaults(),
            InstantSource.fixed(Stage.NOW));
    view.refresh();
    for (SigningKey payer : payers) {
      for (EvmAddress payee : payees) {
        for (long lane = 1; lane <= 2; lane++) {
          LaneId id = new LaneId(payer.address(), payee, lane);
          assertThat(view.redeemed(id).units()).isEqualTo(model.lane(id).amount());
          ModelContract.Payer held = model.payer(payer.address());
          ModelContract.Reservation own = model.reservation(payer.address(), payee);
          BigInteger sure = own.amount().subtract(own.releasing()).max(BigInteger.ZERO);
          BigInteger free = held.free().subtract(held.thawing()).max(BigInteger.ZERO);
          if (model.payers.containsKey(payer.address())) {
            assertThat(view.escrow(id, payer.address()).orElseThrow().redeemable().units())
                .isEqualTo(sure.add(free));
          }
        }
      }
    }
  }
}

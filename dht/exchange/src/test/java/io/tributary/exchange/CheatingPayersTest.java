package io.tributary.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.tributary.exchange.lane.LaneMessage;
import io.tributary.exchange.lane.LaneMessage.Closed;
import io.tributary.exchange.lane.LaneMessage.Durable;
import io.tributary.exchange.lane.LaneMessage.Offer;
import io.tributary.exchange.lane.LaneMessage.Open;
import io.tributary.exchange.lane.LaneMessage.Pay;
import io.tributary.exchange.lane.LaneMessage.Refused;
import io.tributary.exchange.lane.LaneProof;
import io.tributary.exchange.wire.FragmentCodec;
import io.tributary.exchange.wire.LaneCodec;
import io.tributary.exchange.wire.MessageReader;
import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.credit.CreditTerms;
import io.tributary.ledger.credit.Verdict;
import io.tributary.ledger.signature.SigningKey;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import io.tributary.libp2p.stream.StreamReset;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server on a real host, and peers that do not keep to the rules. */
final class CheatingPayersTest {
  private static final long MIB = 1L << 20;
  private static final long EXPIRY = 4_000_000_000L;

  @TempDir Path directory;
  private TestExchange exchange = new TestExchange(Path.of(""));

  @BeforeEach
  void make() {
    exchange.close();
    exchange = new TestExchange(directory);
  }

  @AfterEach
  void stop() {
    exchange.close();
  }

  /** What a peer hears on one stream. */
  private static final class Ear implements StreamHandler {
    final List<LaneMessage> heard = new CopyOnWriteArrayList<>();
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    volatile boolean isEnded;
    private final boolean isLane;
    private final MessageReader reader =
        new MessageReader(
            1,
            head -> LaneCodec.messageBytes(head[0]),
            message -> heard.add(LaneCodec.decode(message)));

    Ear(boolean isLane) {
      this.isLane = isLane;
    }

    @Override
    public void onData(ByteBuf data) {
      if (isLane) {
        reader.read(data);
      } else {
        byte[] copy = new byte[data.readableBytes()];
        data.readBytes(copy);
        synchronized (this) {
          bytes.writeBytes(copy);
        }
      }
      data.release();
    }

    synchronized byte[] bytes() {
      return bytes.toByteArray();
    }

    @Override
    public void onEndOfInput() {
      isEnded = true;
    }

    @Override
    public void onReset(StreamReset reset) {
      isEnded = true;
    }

    LaneMessage await(int index) {
      org.awaitility.Awaitility.await()
          .atMost(TestExchange.PATIENCE)
          .until(() -> heard.size() > index);
      return heard.get(index);
    }
  }

  private Connection connection() {
    var host = exchange.clientHost.orElseThrow();
    var provider = exchange.provider();
    return host.connect(provider.peer(), provider.addresses()).awaitUninterruptibly().getNow();
  }

  private static Stream open(Connection connection, String protocol, Ear ear) {
    Stream stream = connection.newStream(protocol).awaitUninterruptibly().getNow();
    stream.handler(ear);
    return stream;
  }

  private static void write(Stream stream, byte[] bytes) {
    stream.write(stream.allocator().directBuffer(bytes.length).writeBytes(bytes));
  }

  private Open open(SettlementDomain domain, LaneId lane, SigningKey key) {
    byte[] self = exchange.clientHost.orElseThrow().peerId().toBytes();
    byte[] peer = exchange.serverHost.orElseThrow().peerId().toBytes();
    return new Open(
        domain, lane, key.sign(LaneProof.digest(domain, lane, self, peer)), Optional.empty());
  }

  private Ear say(Connection connection, Open open, LaneMessage... then) {
    Ear ear = new Ear(true);
    Stream stream = open(connection, LaneCodec.PROTOCOL, ear);
    write(stream, LaneCodec.encode(open));
    if (then.length > 0) {
      assertThat(ear.await(0)).isInstanceOf(Offer.class);
      Arrays.stream(then).forEach(each -> write(stream, LaneCodec.encode(each)));
    }
    return ear;
  }

  private Open honestOpen() {
    return open(TestExchange.DOMAIN, exchange.laneId, exchange.payerKey);
  }

  private static Pay pay(LaneId lane, long bytes, long amount, SigningKey key) {
    return pay(lane, bytes, amount, EXPIRY, key);
  }

  private static Pay pay(LaneId lane, long bytes, long amount, long expiry, SigningKey key) {
    Voucher voucher = new Voucher(lane, Amount.of(amount), bytes, expiry, Hash256.ZERO);
    return new Pay(
        new SignedVoucher(voucher, key.sign(new VoucherDigest(TestExchange.DOMAIN).of(voucher))));
  }

  @Test
  void openForAnotherContractOrPayee_isClosed() {
    exchange.start();
    Connection connection = connection();
    SettlementDomain other = new SettlementDomain(1, TestExchange.DOMAIN.contract());
    assertThat(say(connection, open(other, exchange.laneId, exchange.payerKey)).await(0))
        .isEqualTo(new Closed(Status.WRONG_CONTRACT));
    LaneId elsewhere =
        new LaneId(exchange.payerKey.address(), EvmAddress.of(new byte[EvmAddress.BYTES]), 4);
    assertThat(say(connection, open(TestExchange.DOMAIN, elsewhere, exchange.payerKey)).await(0))
        .isEqualTo(new Closed(Status.BAD_PROOF));
  }

  @Test
  void openBySomebodyElsesKey_isClosed() {
    exchange.config.escrow =
        (lane, signer) ->
            signer.equals(exchange.payerKey.address())
                ? Optional.of(new Escrow(Amount.ZERO, Amount.of(Long.MAX_VALUE)))
                : Optional.empty();
    exchange.start();
    Open stolen = open(TestExchange.DOMAIN, exchange.laneId, TestExchange.key(3));
    assertThat(say(connection(), stolen).await(0)).isEqualTo(new Closed(Status.NO_ESCROW));
  }

  @Test
  void vouchersThatCheat_areRefusedByNameAndEndTheStream() {
    exchange.start();
    LaneId lane = exchange.laneId;
    SigningKey key = exchange.payerKey;
    LaneId foreign = new LaneId(lane.payer(), lane.payee(), 99);
    Connection connection = connection();
    Ear wrongKey = say(connection, honestOpen(), pay(lane, MIB, MIB, TestExchange.key(3)));
    assertThat(((Refused) wrongKey.await(1)).verdict()).isEqualTo(Verdict.BAD_SIGNATURE);
    Ear wrongLane = say(connection, honestOpen(), pay(foreign, MIB, MIB, key));
    assertThat(((Refused) wrongLane.await(1)).verdict()).isEqualTo(Verdict.FOREIGN_LANE);
    Ear tooLittle = say(connection, honestOpen(), pay(lane, MIB, MIB - 1, key));
    assertThat(((Refused) tooLittle.await(1)).verdict()).isEqualTo(Verdict.UNDERPAID);
    for (Ear ear : List.of(wrongKey, wrongLane, tooLittle)) {
      await().atMost(TestExchange.PATIENCE).until(() -> ear.isEnded);
    }
    assertThat(exchange.paidBytes()).isZero();
    assertThat(exchange.served.of("judged BAD_SIGNATURE")).isOne();
  }

  @Test
  void voucherForLessThanBefore_isRefusedAndTakesNothingBack() {
    exchange.start();
    Pay less = pay(exchange.laneId, 2 * MIB, MIB - 1, exchange.payerKey);
    Ear ear = say(connection(), honestOpen(), pay(exchange.laneId, MIB, MIB, exchange.payerKey));
    assertThat(((Durable) ear.await(1)).bytesServed()).isEqualTo(MIB);
    Ear again = say(connection(), honestOpen(), less);
    assertThat(((Refused) again.await(1)).verdict()).isEqualTo(Verdict.LESS_THAN_BEFORE);
    assertThat(exchange.paidBytes()).isEqualTo(MIB);
    assertThat(exchange.served.of("judged LESS_THAN_BEFORE")).isOne();
  }

  @Test
  void keyThatExpires_isNamedAndGetsNoMoreThanItsWindow() {
    AtomicBoolean isExpired = new AtomicBoolean();
    exchange.config.escrow =
        (lane, signer) ->
            isExpired.get()
                ? Optional.empty()
                : Optional.of(new Escrow(Amount.ZERO, Amount.of(Long.MAX_VALUE)));
    exchange.config.server = exchange.config.server.withTick(Duration.ofMillis(20));
    exchange.start();
    Connection connection = connection();
    Ear ear = new Ear(true);
    Stream stream = open(connection, LaneCodec.PROTOCOL, ear);
    write(stream, LaneCodec.encode(honestOpen()));
    assertThat(ear.await(0)).isInstanceOf(Offer.class);
    Ear bytes = request(connection, exchange.fragments.hold(1));
    await().atMost(TestExchange.PATIENCE).until(() -> bytes.bytes().length > MIB);
    isExpired.set(true);
    await()
        .atMost(TestExchange.PATIENCE)
        .until(
            () -> {
              // Until the server has looked at the chain again, vouchers still count.
              long paid = exchange.paidBytes();
              write(
                  stream,
                  LaneCodec.encode(pay(exchange.laneId, paid + 1, paid + 1, exchange.payerKey)));
              return exchange.served.of("judged SIGNER_NOT_AUTHORISED") > 0;
            });
    long sent = (long) bytes.bytes().length - FragmentCodec.HEADER_BYTES;
    assertThat(sent - exchange.paidBytes())
        .isLessThanOrEqualTo(exchange.config.terms.minWindowBytes());
    assertThat(say(connection, honestOpen()).await(0)).isEqualTo(new Closed(Status.NO_ESCROW));
  }

  @Test
  void voucherThatExpiresTooSoon_isRefusedByNameAndBuysNoMoreThanTheWindow() {
    exchange.start();
    Connection connection = connection();
    Ear ear = new Ear(true);
    Stream stream = open(connection, LaneCodec.PROTOCOL, ear);
    write(stream, LaneCodec.encode(honestOpen()));
    assertThat(ear.await(0)).isInstanceOf(Offer.class);
    Ear bytes = request(connection, exchange.fragments.hold(1));
    await().atMost(TestExchange.PATIENCE).until(() -> bytes.bytes().length > MIB);
    long soon =
        Instant.now().plus(exchange.config.terms.minVoucherLife()).minusSeconds(1).getEpochSecond();
    write(stream, LaneCodec.encode(pay(exchange.laneId, MIB, MIB, soon, exchange.payerKey)));
    assertThat(((Refused) ear.await(1)).verdict()).isEqualTo(Verdict.EXPIRES_TOO_SOON);
    await().atMost(TestExchange.PATIENCE).until(() -> ear.isEnded);
    assertThat(exchange.served.of("judged EXPIRES_TOO_SOON")).isOne();
    assertThat(exchange.paidBytes()).isZero();
    assertThat((long) bytes.bytes().length - FragmentCodec.HEADER_BYTES)
        .isLessThanOrEqualTo(exchange.config.terms.minWindowBytes());
  }

  @Test
  void voucherThatIsReplayed_isAcknowledgedAndChangesNothing() {
    exchange.start();
    Pay first = pay(exchange.laneId, MIB, MIB, exchange.payerKey);
    Ear ear = say(connection(), honestOpen(), first);
    Durable durable = (Durable) ear.await(1);
    assertThat(durable.bytesServed()).isEqualTo(MIB);
    Ear again = say(connection(), honestOpen(), first, first);
    assertThat(again.await(2)).isEqualTo(again.await(1));
    assertThat(((Durable) again.await(1)).bytesServed()).isEqualTo(MIB);
    assertThat(exchange.served.of("received")).isOne();
  }

  @Test
  void requestOnALaneThatThePeerHasNotOpened_getsNothing() {
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    assertThat(header(request(connection(), name)).status()).isEqualTo(Status.NO_LANE);
  }

  private Ear request(Connection connection, FragmentName name) {
    Ear ear = new Ear(false);
    Stream stream = open(connection, FragmentCodec.PROTOCOL, ear);
    write(
        stream,
        FragmentCodec.encode(
            new FragmentRequest(
                name,
                TestFragments.range(0, 8 * MIB),
                Optional.of(new LanePayment(exchange.payerKey.address(), 4, TestExchange.PRICE)),
                TestExchange.PATIENCE)));
    return ear;
  }

  private static FragmentHeader header(Ear ear) {
    await()
        .atMost(TestExchange.PATIENCE)
        .until(() -> ear.bytes().length >= FragmentCodec.HEADER_BYTES);
    return FragmentCodec.decodeHeader(Arrays.copyOf(ear.bytes(), FragmentCodec.HEADER_BYTES));
  }

  @Test
  void payerThatNeverPays_getsOneWindowAndTheVerdict() {
    CreditTerms usual = CreditTerms.defaults();
    exchange.config.terms =
        new CreditTerms(
            usual.minWindowBytes(),
            usual.maxWindowBytes(),
            usual.minStepBytes(),
            Duration.ofMillis(200),
            Duration.ofMillis(500),
            usual.exposurePerPayerBytes(),
            0,
            usual.forgivenPerMille(),
            usual.unverifiedBytes(),
            usual.minVoucherLife());
    exchange.start();
    Connection connection = connection();
    assertThat(say(connection, honestOpen()).await(0)).isInstanceOf(Offer.class);
    FragmentName name = exchange.fragments.hold(1);
    Ear ear = request(connection, name);
    await().atMost(TestExchange.PATIENCE).until(() -> ear.isEnded);
    byte[] all = ear.bytes();
    assertThat(all).hasSize((int) (FragmentCodec.HEADER_BYTES + MIB + FragmentCodec.TRAILER_BYTES));
    assertThat(
            FragmentCodec.decodeTrailer(
                Arrays.copyOfRange(all, all.length - FragmentCodec.TRAILER_BYTES, all.length)))
        .isEqualTo(new FragmentTrailer.Stopped((int) MIB, Status.LANE_CLOSED));
    assertThat(exchange.served.of("judged STOPPED_PAYING")).isOne();
    assertThat(header(request(connection, name)).status()).isEqualTo(Status.LANE_CLOSED);
  }
}

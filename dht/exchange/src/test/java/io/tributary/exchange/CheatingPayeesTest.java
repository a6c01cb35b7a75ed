package io.tributary.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.TestExchange.Sink;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.lane.LaneMessage;
import io.tributary.exchange.lane.LaneMessage.Durable;
import io.tributary.exchange.lane.LaneMessage.Offer;
import io.tributary.exchange.lane.LaneMessage.Open;
import io.tributary.exchange.lane.LaneMessage.Pay;
import io.tributary.exchange.wire.FragmentCodec;
import io.tributary.exchange.wire.LaneCodec;
import io.tributary.exchange.wire.MessageReader;
import io.tributary.ledger.Amount;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.credit.Verdict;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.stream.StreamHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client on a real host, and payees that do not keep to the rules. */
final class CheatingPayeesTest {
  private static final long MIB = 1L << 20;
  private static final long FRAGMENT = Layout.FRAGMENT_BYTES;

  @TempDir Path directory;
  private TestExchange exchange = new TestExchange(Path.of(""));
  private final byte[] bytes = TestFragments.bytes(1);
  private final FragmentName name = TestFragments.name(new FragmentHash(Sha256.of(bytes)));
  private volatile Optional<Voucher> highest = Optional.empty();

  @BeforeEach
  void make() {
    exchange.close();
    exchange = new TestExchange(directory);
    exchange.start();
    exchange.server().close();
  }

  @AfterEach
  void stop() {
    exchange.close();
  }

  private static void write(Stream stream, byte[] bytes) {
    stream.write(stream.allocator().directBuffer(bytes.length).writeBytes(bytes));
  }

  /**
   * Plays the payee of all lanes.
   *
   * @param answer what is said to a voucher
   */
  private void playPayee(Function<Voucher, LaneMessage> answer) {
    exchange
        .serverHost
        .orElseThrow()
        .handle(
            LaneCodec.PROTOCOL,
            stream ->
                new Reading(
                    new MessageReader(
                        1,
                        head -> LaneCodec.messageBytes(head[0]),
                        message -> {
                          hear(stream, LaneCodec.decode(message), answer);
                          return true;
                        })));
  }

  private void hear(Stream stream, LaneMessage message, Function<Voucher, LaneMessage> answer) {
    if (message instanceof Open open) {
      write(
          stream,
          LaneCodec.encode(new Offer(TestExchange.PRICE, 16 * MIB, sentBefore(open), open.best())));
    } else if (message instanceof Pay pay) {
      Voucher voucher = pay.voucher().voucher();
      highest = Optional.of(voucher);
      write(stream, LaneCodec.encode(answer.apply(voucher)));
    }
  }

  private static long sentBefore(Open open) {
    return open.best().map(each -> each.voucher().bytesServed()).orElse(0L);
  }

  /** Plays a server that sends a whole fragment of these bytes and says that it is right. */
  private void playServer(byte[] content) {
    exchange
        .serverHost
        .orElseThrow()
        .handle(
            FragmentCodec.PROTOCOL,
            stream ->
                new Reading(
                    MessageReader.ofLength(
                        FragmentCodec.REQUEST_BYTES,
                        request -> {
                          write(stream, FragmentCodec.encode(header()));
                          write(stream, content);
                          FragmentTrailer end = new FragmentTrailer.Verified(content.length);
                          write(stream, FragmentCodec.encode(end));
                          stream.closeWrite();
                          return false;
                        })));
  }

  private static FragmentHeader header() {
    return new FragmentHeader(
        Status.OK,
        CacheOutcome.HIT,
        Layout.FRAGMENT_BYTES,
        0,
        Layout.FRAGMENT_BYTES,
        TestExchange.PRICE,
        Duration.ZERO);
  }

  /** Reads a stream by messages. */
  private record Reading(MessageReader reader) implements StreamHandler {
    @Override
    public void onData(ByteBuf data) {
      reader.read(data);
      data.release();
    }
  }

  private static Durable honest(Voucher voucher) {
    return new Durable(voucher.amount(), voucher.bytesServed(), 16 * MIB, voucher.bytesServed());
  }

  private static void assertReason(Fetch fetch, Reason reason) {
    assertThat(TestExchange.failure(fetch).reason()).isEqualTo(reason);
  }

  private long signedBytes() {
    return highest.map(Voucher::bytesServed).orElse(0L);
  }

  private void awaitJudged(Verdict verdict) {
    await().atMost(TestExchange.PATIENCE).until(() -> exchange.fetched.of("judged " + verdict) > 0);
  }

  @Test
  void payeeThatSendsWrongBytes_isPaidForOneFragmentAtMost() {
    playPayee(CheatingPayeesTest::honest);
    playServer(TestFragments.bytes(2));
    assertReason(exchange.begin(TestExchange.whole(name), new Sink()), Breakage.WRONG_BYTES);
    awaitJudged(Verdict.WRONG_BYTES);
    assertReason(exchange.begin(TestExchange.whole(name), new Sink()), Breakage.LANE_CLOSED_HERE);
    assertThat(signedBytes()).isLessThanOrEqualTo(FRAGMENT);
    assertThat(exchange.client().verdict(exchange.payeeAddress)).contains(Verdict.WRONG_BYTES);
  }

  @Test
  void payeeThatClaimsMoreThanItSent_isConcededOneFragmentAndAShareAtMost() {
    playPayee(
        voucher ->
            new Durable(voucher.amount(), voucher.bytesServed(), 16 * MIB, Long.MAX_VALUE >> 1));
    playServer(bytes);
    exchange.fetch(TestExchange.whole(name));
    awaitJudged(Verdict.CLAIMED_MORE_THAN_SENT);
    exchange.fetch(TestExchange.whole(name));
    await()
        .atMost(TestExchange.PATIENCE)
        .until(() -> exchange.fetched.of("judged CLAIMED_MORE_THAN_SENT") > 1);
    // Two fragments that came, one conceded, and the share that the terms forgive of all of it.
    long most = 3 * FRAGMENT * 1000 / (1000 - exchange.config.terms.forgivenPerMille());
    assertThat(signedBytes()).isLessThanOrEqualTo(most);
    assertThat(highest.orElseThrow().amount())
        .as("at this price a byte costs one unit")
        .isLessThanOrEqualTo(Amount.of(most));
  }

  @Test
  void payeeThatSaysThatMoreIsDurableThanWasSigned_isFoundOut() {
    playPayee(
        voucher ->
            new Durable(
                voucher.amount().plus(Amount.of(1)),
                voucher.bytesServed() + 1,
                16 * MIB,
                voucher.bytesServed()));
    playServer(bytes);
    exchange.begin(TestExchange.whole(name), new Sink());
    awaitJudged(Verdict.LIED_ABOUT_DURABILITY);
    assertReason(exchange.begin(TestExchange.whole(name), new Sink()), Breakage.LANE_CLOSED_HERE);
    assertThat(signedBytes()).isLessThanOrEqualTo(FRAGMENT);
  }

  @Test
  void payeeThatForgetsWhatItCalledDurable_isFoundOutWhenBothMeetAgain() {
    playPayee(CheatingPayeesTest::honest);
    playServer(bytes);
    exchange.fetch(TestExchange.whole(name));
    await()
        .atMost(TestExchange.PATIENCE)
        .until(() -> exchange.client().acknowledgedBytes(exchange.payeeAddress) == FRAGMENT);
    exchange.serverHost.orElseThrow().unhandle(LaneCodec.PROTOCOL);
    exchange
        .serverHost
        .orElseThrow()
        .handle(
            LaneCodec.PROTOCOL,
            stream ->
                new Reading(
                    new MessageReader(
                        1,
                        head -> LaneCodec.messageBytes(head[0]),
                        message -> {
                          write(stream, LaneCodec.encode(forgetful()));
                          return false;
                        })));
    exchange.clientHost.orElseThrow().connections().forEach(each -> each.close());
    await()
        .atMost(TestExchange.PATIENCE)
        .until(() -> exchange.clientHost.orElseThrow().connections().isEmpty());
    assertReason(exchange.begin(TestExchange.whole(name), new Sink()), Breakage.LANE_CLOSED_HERE);
    awaitJudged(Verdict.LIED_ABOUT_DURABILITY);
    assertThat(signedBytes()).isEqualTo(FRAGMENT);
  }

  private static Offer forgetful() {
    PricePerGib price = TestExchange.PRICE;
    return new Offer(price, 16 * MIB, 0, Optional.empty());
  }
}

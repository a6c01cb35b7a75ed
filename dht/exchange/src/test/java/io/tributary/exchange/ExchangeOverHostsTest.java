package io.tributary.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.exchange.TestExchange.Sink;
import io.tributary.exchange.client.Fetch;
import io.tributary.exchange.client.FetchException;
import io.tributary.exchange.client.FetchRequest;
import io.tributary.exchange.client.FetchResult;
import io.tributary.exchange.client.FragmentConsumer;
import io.tributary.exchange.server.AccessPolicy.Admission;
import io.tributary.exchange.server.FragmentBody.Progress;
import io.tributary.ledger.Amount;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.credit.Verdict;
import io.tributary.libp2p.stream.Retry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fragments and vouchers between two hosts over loopback with TLS. */
final class ExchangeOverHostsTest {
  private static final int MIB = 1 << 20;
  private static final long FRAGMENT = Layout.FRAGMENT_BYTES;

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

  private void awaitPaid(long bytes) {
    await().atMost(TestExchange.PATIENCE).until(() -> exchange.paidBytes() == bytes);
  }

  private void awaitUnpinned() {
    await().atMost(TestExchange.PATIENCE).until(() -> exchange.fragments.pins.get() == 0);
  }

  // What is served

  @Test
  void wholeFragment_isVerifiedPaidAndUnpinned() {
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    Sink sink = new Sink();
    FetchResult result = TestExchange.join(exchange.begin(TestExchange.whole(name), sink));

    assertThat(result).isInstanceOf(FetchResult.Verified.class);
    assertThat(sink.bytes).hasValue(FRAGMENT);
    assertThat(sink.first).isEqualTo(Arrays.copyOf(TestFragments.bytes(1), sink.first.length));
    assertThat(result.receipt().bytes()).isEqualTo(FRAGMENT);
    assertThat(result.header().outcome()).isEqualTo(CacheOutcome.HIT);
    awaitPaid(FRAGMENT);
    awaitUnpinned();
    assertThat(exchange.served.of("cut off")).as("one window is less than a fragment").isPositive();
  }

  @Test
  void range_isHandedOnUnverifiedAndPaidOnceJudged() {
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    Sink sink = new Sink();
    FetchResult result =
        TestExchange.join(exchange.begin(TestExchange.range(name, MIB, 100_000), sink));

    assertThat(sink.first)
        .isEqualTo(Arrays.copyOfRange(TestFragments.bytes(1), MIB, MIB + sink.first.length));
    assertThat(result)
        .isInstanceOfSatisfying(FetchResult.Unverified.class, it -> it.judgement().right());
    awaitPaid(100_000);
  }

  @Test
  void range_isVerifiedByTheCallersVerifier() {
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    byte[] right = Arrays.copyOfRange(TestFragments.bytes(1), 5, 5 + MIB);
    FetchResult good = exchange.fetch(withVerifier(name, right));
    assertThat(good).isInstanceOf(FetchResult.Verified.class);
    right[77] ^= 1;
    FetchException bad =
        TestExchange.failure(exchange.begin(withVerifier(name, right), new Sink()));
    assertThat(bad.reason()).isEqualTo(Breakage.WRONG_BYTES);
    assertThat(exchange.client().verdict(exchange.payeeAddress)).contains(Verdict.WRONG_BYTES);
  }

  private static FetchRequest withVerifier(FragmentName name, byte[] expected) {
    ByteBuffer left = ByteBuffer.wrap(expected);
    AtomicBoolean isRight = new AtomicBoolean(true);
    return new FetchRequest(
        name,
        TestFragments.range(5, expected.length),
        TestExchange.PRICE,
        TestExchange.PATIENCE,
        Optional.of(
            new io.tributary.exchange.client.RangeVerifier() {
              @Override
              public void update(ByteBuffer bytes) {
                ByteBuffer same = left.slice(left.position(), bytes.remaining());
                left.position(left.position() + bytes.remaining());
                isRight.compareAndSet(true, same.equals(bytes));
              }

              @Override
              public boolean isRight() {
                return isRight.get() && !left.hasRemaining();
              }
            }));
  }

  @Test
  void manyStreamsAtOnce_areAllServedAndPaid() {
    exchange.start();
    List<FragmentName> names = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      names.add(exchange.fragments.hold(seed));
    }
    List<Fetch> fetches = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      fetches.add(exchange.begin(TestExchange.whole(names.get(i % 4)), new Sink()));
    }
    fetches.forEach(
        fetch -> assertThat(TestExchange.join(fetch)).isInstanceOf(FetchResult.Verified.class));
    awaitPaid(64 * FRAGMENT);
    awaitUnpinned();
    assertThat(exchange.served.of("received"))
        .as("steps grow with the window, so vouchers are few")
        .isLessThan(64 * FRAGMENT / (256 << 10));
  }

  @Test
  void held_isToldByBits() throws Exception {
    exchange.start();
    List<FragmentHash> asked = new ArrayList<>();
    for (int i = 0; i < 1024; i++) {
      asked.add(new FragmentHash(Sha256.of(new byte[] {(byte) i, (byte) (i >> 8)})));
    }
    asked.set(1000, exchange.fragments.hold(1).hash());
    BitSet held =
        exchange
            .client()
            .have(exchange.provider(), asked, Duration.ofSeconds(5))
            .get(10, TimeUnit.SECONDS);
    assertThat(held.stream().toArray()).containsExactly(1000);
  }

  @Test
  void gift_isCountedByNobody() {
    exchange.config.access = (peer, request) -> new Admission.Gift();
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    assertThat(exchange.fetch(TestExchange.whole(name))).isInstanceOf(FetchResult.Verified.class);
    assertThat(exchange.paidBytes()).isZero();
    assertThat(exchange.fetched.of("issued")).isZero();
  }

  // What is refused

  @Test
  void refusals_areToldByNameWithAdvice() {
    exchange.start();
    FragmentName held = exchange.fragments.hold(1);
    FragmentName missing = TestFragments.name(new FragmentHash(Sha256.of(new byte[1])));
    FetchException notFound =
        TestExchange.failure(exchange.begin(TestExchange.whole(missing), new Sink()));
    assertThat(notFound.reason()).isEqualTo(Status.NOT_FOUND);
    assertThat(notFound.reason().retry()).isEqualTo(Retry.ELSEWHERE);
    assertThat(notFound.retryAfter()).isEqualTo(Duration.ofSeconds(3));

    FetchRequest cheap = FetchRequest.whole(held, PricePerGib.of(1), Duration.ofSeconds(5));
    assertThat(TestExchange.failure(exchange.begin(cheap, new Sink())).reason())
        .isEqualTo(Status.TOO_EXPENSIVE);

    exchange.config.access =
        (peer, request) -> new Admission.Refused(Status.FORBIDDEN, Duration.ZERO);
    assertThat(TestExchange.failure(exchange.begin(TestExchange.whole(held), new Sink())).reason())
        .isEqualTo(Status.FORBIDDEN);
    assertThat(exchange.fetched.of("fetched FORBIDDEN")).isOne();
    assertThat(exchange.served.of("answered FORBIDDEN")).isOne();
  }

  @Test
  void payerWithoutEscrow_getsNothing() {
    exchange.config.escrow = (lane, signer) -> Optional.empty();
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    FetchException refused =
        TestExchange.failure(exchange.begin(TestExchange.whole(name), new Sink()));
    assertThat(refused.reason()).isEqualTo(Status.NO_ESCROW);
    assertThat(refused.getMessage()).contains("fund the escrow");
  }

  // How it ends

  @Test
  void cancel_endsAtOnceAndIsSettledToTheLastByte() {
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    ConcurrentLinkedQueue<Fetch> self = new ConcurrentLinkedQueue<>();
    FragmentConsumer consumer =
        bytes -> {
          bytes.release();
          self.forEach(Fetch::cancel);
        };
    for (int i = 0; i < 20; i++) {
      self.clear();
      Fetch fetch =
          exchange.client().fetch(exchange.provider(), TestExchange.whole(name), consumer);
      self.add(fetch);
      fetch.request(Fetch.UNBOUNDED);
      assertThat(TestExchange.failure(fetch).reason()).isEqualTo(Breakage.CANCELLED_HERE);
    }
    // Were bytes lost with each cancelled fetch, the window would be used up by now.
    assertThat(exchange.fetch(TestExchange.whole(name))).isInstanceOf(FetchResult.Verified.class);
    awaitUnpinned();
    assertThat(exchange.served.of("judged STOPPED_PAYING")).isZero();
  }

  @Test
  void deadline_endsAFillThatHangs() {
    exchange.start();
    TestFragments.Fill fill = new TestFragments.Fill(TestFragments.bytes(1));
    FragmentName name =
        exchange.fragments.fill(new FragmentHash(Sha256.of(TestFragments.bytes(1))), fill);
    fill.grow(MIB);
    Fetch fetch =
        exchange.begin(
            FetchRequest.whole(name, TestExchange.PRICE, Duration.ofMillis(500)), new Sink());
    assertThat(TestExchange.failure(fetch).reason())
        .isIn(Breakage.DEADLINE_PASSED, Status.TIMED_OUT);
    awaitPaid(MIB);
  }

  @Test
  void fillThatIsCutThrough_isVerifiedWhenItEnds() {
    exchange.start();
    byte[] bytes = TestFragments.bytes(1);
    TestFragments.Fill fill = new TestFragments.Fill(bytes);
    FragmentName name = exchange.fragments.fill(new FragmentHash(Sha256.of(bytes)), fill);
    Sink sink = new Sink();
    Fetch fetch = exchange.begin(TestExchange.whole(name), sink);
    fill.grow(MIB);
    await().until(() -> sink.bytes.get() > MIB - 100);
    fill.grow(bytes.length - MIB);
    await().until(() -> sink.bytes.get() > bytes.length - 100);
    assertThat(fetch.result()).isNotDone();
    fill.end(new Progress.Verified());
    assertThat(TestExchange.join(fetch)).isInstanceOf(FetchResult.Verified.class);
  }

  @Test
  void fillThatTurnsOutWrong_isAbortedWithItsSource() {
    exchange.start();
    byte[] bytes = TestFragments.bytes(1);
    FillSource source =
        new FillSource(FillSource.Kind.MINER, FillSource.Id.of(new byte[] {1, 2, 3}));
    for (int sent : new int[] {0, MIB, bytes.length}) {
      TestFragments.Fill fill = new TestFragments.Fill(bytes);
      FragmentName name = exchange.fragments.fill(new FragmentHash(Sha256.of(bytes)), fill);
      fill.grow(sent);
      fill.end(new Progress.Aborted(source));
      Sink sink = new Sink();
      FetchException aborted = TestExchange.failure(exchange.begin(TestExchange.whole(name), sink));
      assertThat(aborted.reason()).isEqualTo(Breakage.ABORTED);
      assertThat(aborted.reason().fault()).isEqualTo(Fault.ORIGIN);
      assertThat(aborted.source()).contains(source);
    }
    assertThat(exchange.client().verdict(exchange.payeeAddress))
        .as("9 MiB that nobody can check are more than one fragment")
        .contains(Verdict.UNPROVEN_BYTES);
  }

  @Test
  void wrongBytes_closeTheLane() {
    exchange.start();
    FragmentHash claimed = new FragmentHash(Sha256.of(TestFragments.bytes(1)));
    FragmentName name = exchange.fragments.hold(claimed, TestFragments.bytes(2));
    assertThat(TestExchange.failure(exchange.begin(TestExchange.whole(name), new Sink())).reason())
        .isEqualTo(Breakage.WRONG_BYTES);
    assertThat(exchange.client().verdict(exchange.payeeAddress)).contains(Verdict.WRONG_BYTES);
    assertThat(exchange.paidBytes()).isLessThanOrEqualTo(FRAGMENT);
    FragmentName other = exchange.fragments.hold(3);
    assertThat(TestExchange.failure(exchange.begin(TestExchange.whole(other), new Sink())).reason())
        .isEqualTo(Breakage.LANE_CLOSED_HERE);
  }

  // Back-pressure and priorities

  @Test
  void slowReader_stopsTheSenderAtBoundedMemory() {
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    Sink sink = new Sink();
    Fetch fetch = exchange.client().fetch(exchange.provider(), TestExchange.whole(name), sink);
    fetch.request(10_000);
    await().until(() -> sink.bytes.get() == 10_000);
    fetch.request(5);
    await().until(() -> sink.bytes.get() == 10_005);
    long heldBytes = exchange.clientHost.orElseThrow().usage().memory().heldBytes();
    assertThat(heldBytes).as("one window of the stream").isLessThanOrEqualTo(MIB);
    fetch.request(FRAGMENT - 10_005);
    assertThat(TestExchange.join(fetch)).isInstanceOf(FetchResult.Verified.class);
    assertThat(sink.bytes).hasValue(FRAGMENT);
  }

  @Test
  void shortRanges_overtakeBulk() {
    exchange.start();
    FragmentName bulk = exchange.fragments.hold(1);
    FragmentName urgent = exchange.fragments.hold(2);
    List<Fetch> long1 = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      long1.add(exchange.begin(TestExchange.whole(bulk), new Sink()));
    }
    TestExchange.join(long1.get(0));
    Fetch quick = exchange.begin(TestExchange.range(urgent, 0, 64 << 10), new Sink());
    quick.result().thenAccept(r -> ((FetchResult.Unverified) r).judgement().right()).join();
    long undone = long1.stream().filter(each -> !each.result().isDone()).count();
    long1.forEach(TestExchange::join);
    assertThat(undone).as("bulk that was asked for before and ends after").isPositive();
  }

  @Test
  void consumerThatThrows_failsItsFetchAlone() {
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    FragmentConsumer broken =
        (ByteBuf bytes) -> {
          bytes.release();
          throw new IllegalStateException("broken");
        };
    assertThat(TestExchange.failure(exchange.begin(TestExchange.whole(name), broken)).reason())
        .isEqualTo(Breakage.CONSUMER_FAILED);
    assertThat(exchange.fetch(TestExchange.whole(name))).isInstanceOf(FetchResult.Verified.class);
  }

  // Connections and processes that end

  @Test
  void reconnect_resumesTheLane() {
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    for (int i = 1; i <= 5; i++) {
      Sink sink = new Sink();
      Fetch cut = exchange.begin(TestExchange.whole(name), sink);
      await().until(() -> sink.bytes.get() > 0);
      exchange.clientHost.orElseThrow().disconnect(exchange.serverHost.orElseThrow().peerId());
      try {
        TestExchange.join(cut);
      } catch (java.util.concurrent.CompletionException e) {
        assertThat(e.getCause()).isInstanceOf(FetchException.class);
      }
      assertThat(exchange.fetch(TestExchange.whole(name)))
          .as("fetch after break " + i)
          .isInstanceOf(FetchResult.Verified.class);
    }
    assertThat(exchange.client().verdict(exchange.payeeAddress)).isEmpty();
  }

  @Test
  void everythingThatCame_isPaidUpBeforeLeaving() {
    exchange.start();
    exchange.fetch(TestExchange.whole(exchange.fragments.hold(1)));
    assertThat(exchange.client().paidUp(TestExchange.PATIENCE).join()).isTrue();
    assertThat(exchange.paidBytes()).isEqualTo(FRAGMENT);
    exchange.stopServer();
    assertThat(exchange.client().paidUp(TestExchange.PATIENCE).join()).isTrue();
  }

  @Test
  void booksThatAreLostOnBothSides_goOnAboveWhatTheChainHasPaid() throws Exception {
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    exchange.fetch(TestExchange.whole(name));
    awaitPaid(FRAGMENT);
    Voucher redeemed =
        exchange
            .serverLedger
            .orElseThrow()
            .lane(exchange.laneId)
            .received()
            .orElseThrow()
            .voucher();
    exchange.stopClient();
    exchange.stopServer();
    exchange.loseBooks();
    exchange.config.settled =
        lane -> Optional.of(redeemed).filter(each -> each.lane().equals(lane));
    exchange.start();
    exchange.fetch(TestExchange.whole(name));
    awaitPaid(2 * FRAGMENT);
    Amount now =
        exchange
            .serverLedger
            .orElseThrow()
            .lane(exchange.laneId)
            .received()
            .orElseThrow()
            .voucher()
            .amount();
    assertThat(now).isEqualTo(redeemed.amount().plus(TestExchange.PRICE.costOf(FRAGMENT)));
  }

  @Test
  void restartOfBothSides_continuesWhereTheLedgersEnd() {
    exchange.start();
    FragmentName name = exchange.fragments.hold(1);
    exchange.fetch(TestExchange.whole(name));
    awaitPaid(FRAGMENT);
    exchange.stopServer();
    exchange.startServer();
    exchange.fetch(TestExchange.whole(name));
    awaitPaid(2 * FRAGMENT);
    exchange.stopClient();
    exchange.startClient();
    exchange.fetch(TestExchange.whole(name));
    awaitPaid(3 * FRAGMENT);
    assertThat(exchange.served.of("judged STOPPED_PAYING")).isZero();
  }
}

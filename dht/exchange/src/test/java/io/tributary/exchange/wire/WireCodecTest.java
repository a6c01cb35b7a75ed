package io.tributary.exchange.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tributary.content.ByteRange;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FillSource;
import io.tributary.exchange.FragmentHeader;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.FragmentTrailer;
import io.tributary.exchange.LanePayment;
import io.tributary.exchange.MalformedExchangeException;
import io.tributary.exchange.Status;
import io.tributary.exchange.lane.LaneMessage;
import io.tributary.exchange.wire.HaveCodec.Answer;
import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.SettlementDomain;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.Voucher;
import io.tributary.ledger.credit.Verdict;
import io.tributary.ledger.signature.Signature;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The codecs of all three protocols. */
final class WireCodecTest {
  private static final EvmAddress PAYER = EvmAddress.of(filled(20, 0x11));
  private static final EvmAddress PAYEE = EvmAddress.of(filled(20, 0x22));
  private static final LaneId LANE = new LaneId(PAYER, PAYEE, 77);
  private static final PricePerGib LARGE =
      new PricePerGib(new Amount(BigInteger.ONE.shiftLeft(128).subtract(BigInteger.TWO)));

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static SignedVoucher voucher() {
    byte[] signature = new byte[Signature.BYTES];
    signature[31] = 1;
    signature[63] = 1;
    return new SignedVoucher(
        new Voucher(LANE, LARGE.amount(), 1L << 40, 1L << 33, Hash256.of(filled(32, 3))),
        Signature.parse(signature));
  }

  private static FragmentRequest request(boolean isPaid) {
    Digest digest = Digest.of(filled(32, 0xAB));
    return new FragmentRequest(
        new FragmentName(new Fid(digest), 999, 11, new FragmentHash(digest)),
        new ByteRange(8388607, 1),
        isPaid ? Optional.of(new LanePayment(PAYER, 77, LARGE)) : Optional.empty(),
        Duration.ofHours(1));
  }

  private static List<LaneMessage> laneMessages() {
    SettlementDomain domain = new SettlementDomain(11330, PAYEE);
    Signature proof = voucher().signature();
    return List.of(
        new LaneMessage.Open(domain, LANE, proof, Optional.of(voucher())),
        new LaneMessage.Open(domain, LANE, proof, Optional.empty()),
        new LaneMessage.Offer(LARGE, 1, Long.MAX_VALUE, Optional.of(voucher())),
        new LaneMessage.Offer(PricePerGib.FREE, 0, 0, Optional.empty()),
        new LaneMessage.Pay(voucher()),
        new LaneMessage.Durable(LARGE.amount(), 1, 2, 3),
        new LaneMessage.Refused(Verdict.UNDERPAID, LARGE.amount(), 5),
        new LaneMessage.Price(LARGE),
        new LaneMessage.Closed(Status.NO_ESCROW));
  }

  private static List<Map.Entry<byte[], UnaryOperator<byte[]>>> samples() {
    List<Map.Entry<byte[], UnaryOperator<byte[]>>> samples = new ArrayList<>();
    samples.add(Map.entry(FragmentCodec.encode(request(true)), WireFuzzTest::request));
    samples.add(Map.entry(FragmentCodec.encode(request(false)), WireFuzzTest::request));
    samples.add(
        Map.entry(
            FragmentCodec.encode(
                new FragmentHeader(
                    Status.OK, CacheOutcome.JOINED, 8 << 20, 5, 7, LARGE, Duration.ofMillis(9))),
            WireFuzzTest::header));
    FillSource source = new FillSource(FillSource.Kind.GATEWAY, FillSource.Id.of(filled(44, 0x55)));
    for (FragmentTrailer trailer :
        List.of(
            new FragmentTrailer.Verified(8 << 20),
            new FragmentTrailer.Aborted(1, source),
            new FragmentTrailer.Aborted(0, FillSource.store()),
            new FragmentTrailer.Stopped(3, Status.TIMED_OUT))) {
      assertThat(FragmentCodec.decodeTrailer(FragmentCodec.encode(trailer))).isEqualTo(trailer);
      samples.add(Map.entry(FragmentCodec.encode(trailer), WireFuzzTest::trailer));
    }
    BitSet bits = new BitSet();
    bits.set(8);
    samples.add(Map.entry(HaveCodec.encode(new Answer(Status.OK, 9, bits)), WireFuzzTest::answer));
    samples.add(
        Map.entry(
            HaveCodec.encode(List.of(FragmentHash.ZERO, FragmentHash.ZERO)),
            WireFuzzTest::question));
    laneMessages()
        .forEach(each -> samples.add(Map.entry(LaneCodec.encode(each), WireFuzzTest::lane)));
    return samples;
  }

  @Test
  void messages_areReadAsTheyWereWritten() {
    assertThat(FragmentCodec.decodeRequest(FragmentCodec.encode(request(true))))
        .isEqualTo(request(true));
    assertThat(FragmentCodec.decodeRequest(FragmentCodec.encode(request(false))))
        .isEqualTo(request(false));
    for (LaneMessage message : laneMessages()) {
      byte[] bytes = LaneCodec.encode(message);
      assertThat(bytes).hasSize(LaneCodec.messageBytes(bytes[0]));
      assertThat(bytes.length).isLessThanOrEqualTo(LaneCodec.MAX_BYTES);
      assertThat(LaneCodec.decode(bytes)).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void injuredMessages_areRefusedOrCanonical(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int read = 0;
    int refused = 0;
    for (Map.Entry<byte[], UnaryOperator<byte[]>> sample : samples()) {
      assertThat(WireFuzzTest.isCanonical(sample.getKey(), sample.getValue())).isTrue();
      for (int i = 0; i < 500; i++) {
        byte[] injured = sample.getKey().clone();
        if (random.nextInt(8) == 0) {
          injured = java.util.Arrays.copyOf(injured, random.nextInt(2 * injured.length));
        } else {
          injured[random.nextInt(injured.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (WireFuzzTest.isCanonical(injured, sample.getValue())) {
          read++;
        } else {
          refused++;
        }
      }
    }
    assertThat(read).as("seed " + seed).isPositive();
    assertThat(refused).as("seed " + seed).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Verdict.class)
  void everyVerdict_hasANumber(Verdict verdict) {
    LaneMessage message = new LaneMessage.Refused(verdict, Amount.ZERO, 0);
    assertThat(LaneCodec.decode(LaneCodec.encode(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @EnumSource(Status.class)
  void everyStatus_hasANumber(Status status) {
    assertThat(Status.ofCode(status.code())).contains(status);
  }

  @Test
  void questions_areBounded() {
    List<FragmentHash> most = new ArrayList<>();
    for (int i = 0; i < HaveCodec.MAX_FRAGMENTS; i++) {
      most.add(FragmentHash.ZERO);
    }
    assertThat(HaveCodec.decodeQuestion(HaveCodec.encode(most))).isEqualTo(most);
    most.add(FragmentHash.ZERO);
    assertThatExceptionOfType(MalformedExchangeException.class)
        .isThrownBy(() -> HaveCodec.encode(most));
    assertThatExceptionOfType(MalformedExchangeException.class)
        .isThrownBy(() -> HaveCodec.questionBytes(new byte[] {1, 0, 4, 1}));
    assertThatExceptionOfType(MalformedExchangeException.class)
        .isThrownBy(() -> HaveCodec.answerBytes(new byte[] {1, 0, (byte) 0xFF, 0}));
  }
}

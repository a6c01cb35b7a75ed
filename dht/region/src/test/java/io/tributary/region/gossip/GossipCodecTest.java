package io.tributary.region.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.tributary.libp2p.multiformats.Varint;
import io.tributary.region.RegionMetrics;
import io.tributary.region.TestMembers;
import io.tributary.region.gossip.GossipMessage.Answer;
import io.tributary.region.gossip.GossipMessage.Listing;
import io.tributary.region.gossip.GossipMessage.Offer;
import io.tributary.region.gossip.GossipMessage.Parcel;
import io.tributary.region.gossip.GossipMessage.Snapshot;
import io.tributary.region.gossip.GossipMessage.SnapshotRequest;
import io.tributary.region.record.Accusation;
import io.tributary.region.record.AddressScope;
import io.tributary.region.record.RecordRules;
import io.tributary.region.record.Refusal;
import io.tributary.region.record.RefusedException;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.wire.GossipMessages;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GossipCodecTest {
  private final List<Refusal> counted = new ArrayList<>();

  private final GossipCodec codec =
      new GossipCodec(
          new RecordRules(
              () -> TestMembers.NOW,
              AddressScope.PUBLIC,
              new RegionMetrics() {
                @Override
                public void refused(Refusal reason) {
                  counted.add(reason);
                }
              }));

  private static Marks marks(SplittableRandom random, int size, boolean doubts) {
    Marks.Builder marks = new Marks.Builder(size);
    for (int i = 0; i < size; i++) {
      marks.add(
          random.nextLong(),
          random.nextLong() >>> (1 + random.nextInt(63)),
          doubts ? random.nextInt() | 1 : Marks.NO_DOUBT);
    }
    return marks.build();
  }

  static List<GossipMessage> messages(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<SignedRecord> members = TestMembers.members(random.nextInt(20), TestMembers.EU);
    List<Accusation> accusations = new ArrayList<>();
    for (SignedRecord member : members) {
      accusations.add(Accusation.seal(member, TestMembers.NOW, TestMembers.key(99)));
    }
    Marks some = marks(random, random.nextInt(200), random.nextBoolean());
    Marks few = marks(random, random.nextInt(3), true);
    List<Long> sums =
        LongStream.range(0, GossipMessage.BUCKETS).map(i -> random.nextLong()).boxed().toList();
    return List.of(
        new Offer(TestMembers.EU, random.nextLong(), random.nextBoolean(), some),
        new Offer(TestMembers.EU, 0, false, Marks.NONE),
        new Answer(TestMembers.EU, random.nextLong(), few, some, sums),
        new Answer(TestMembers.EU, 0, Marks.NONE, Marks.NONE, List.of()),
        new Listing(TestMembers.EU, List.of(0, 7, 255), some),
        new Listing(TestMembers.EU, List.of(), Marks.NONE),
        new Parcel(TestMembers.EU, members, accusations, few),
        new SnapshotRequest(TestMembers.EU, random.nextLong()),
        new SnapshotRequest(TestMembers.EU, 0),
        new Snapshot(TestMembers.EU, members, true, false),
        new Snapshot(TestMembers.EU, List.of(), true, true));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void message_comesBackAsItWas_andItsLengthIsKnownBefore(long seed) {
    for (GossipMessage message : messages(seed)) {
      byte[] bytes = GossipCodec.encode(message);
      assertThat(codec.decode(bytes)).as("seed %s", seed).isEqualTo(message);
      assertThat(GossipCodec.framedBytes(message))
          .as("seed %s, %s", seed, message)
          .isEqualTo(Varint.size(bytes.length) + bytes.length);
    }
    assertThat(counted).isEmpty();
  }

  @Test
  void page_ofTheLongestRecords_fitsIntoAMessage() {
    assertThat(GossipMessage.MAX_PAGE_RECORDS * (SignedRecord.MAX_BYTES + 3) + 64)
        .isLessThanOrEqualTo(GossipCodec.MAX_BYTES);
  }

  private void assertRefused(Refusal reason, byte[] bytes) {
    counted.clear();
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> codec.decode(bytes));
    assertThat(refused).isNotNull();
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(counted).containsExactly(reason);
  }

  private void assertRefused(Refusal reason, GossipMessages.Gossip.Builder message) {
    assertRefused(reason, message.build().toByteArray());
  }

  @Test
  void message_ofAnUnknownKind_isRefused() {
    assertRefused(Refusal.UNKNOWN_MESSAGE, new byte[0]);
    assertRefused(Refusal.UNKNOWN_MESSAGE, new byte[] {0x7a, 1, 0});
  }

  @Test
  void message_thatIsTooLongOrNone_isRefused() {
    assertRefused(Refusal.TOO_LONG, new byte[GossipCodec.MAX_BYTES + 1]);
    assertRefused(Refusal.MALFORMED, new byte[] {0x0a, 5, 1});
  }

  @Test
  void columns_ofUnequalLength_areRefused() {
    GossipMessages.Gossip.Builder message = GossipMessages.Gossip.newBuilder();
    message.getOfferBuilder().setLevel("eu").getNewsBuilder().addKeys(1).addKeys(2).addSequences(3);
    assertRefused(Refusal.MALFORMED, message);
    message.getOfferBuilder().getNewsBuilder().addSequences(4).addDoubts(1);
    assertRefused(Refusal.MALFORMED, message);
  }

  @Test
  void values_outOfBounds_areRefused() {
    GossipMessages.Gossip.Builder negative = GossipMessages.Gossip.newBuilder();
    negative.getOfferBuilder().setLevel("eu").getNewsBuilder().addKeys(1).addSequences(-1);
    assertRefused(Refusal.BAD_SEQUENCE, negative);

    GossipMessages.Gossip.Builder region = GossipMessages.Gossip.newBuilder();
    region.getSnapshotRequestBuilder().setLevel("Not A Region");
    assertRefused(Refusal.BAD_REGION, region);

    GossipMessages.Gossip.Builder sums = GossipMessages.Gossip.newBuilder();
    sums.getAnswerBuilder().setLevel("eu").addSums(1);
    assertRefused(Refusal.MALFORMED, sums);

    GossipMessages.Gossip.Builder marks = GossipMessages.Gossip.newBuilder();
    marks
        .getListingBuilder()
        .setLevel("eu")
        .getEntriesBuilder()
        .addAllKeys(Collections.nCopies(Marks.MAX + 1, 1L))
        .addAllSequences(Collections.nCopies(Marks.MAX + 1, 1L));
    assertRefused(Refusal.MALFORMED, marks);

    GossipMessages.Gossip.Builder parcel = GossipMessages.Gossip.newBuilder();
    parcel
        .getParcelBuilder()
        .setLevel("eu")
        .addAllRecords(Collections.nCopies(GossipMessage.MAX_PARCEL_RECORDS + 1, ByteString.EMPTY));
    assertRefused(Refusal.MALFORMED, parcel);
  }

  @Test
  void record_thatIsWrong_isLeftOutOfItsParcel() {
    SignedRecord good = TestMembers.member(1, TestMembers.EU);
    byte[] bent = TestMembers.member(2, TestMembers.EU).toBytes();
    bent[bent.length - 1] ^= 1;
    GossipMessages.Gossip.Builder message = GossipMessages.Gossip.newBuilder();
    message
        .getParcelBuilder()
        .setLevel("eu")
        .addRecords(ByteString.copyFrom(bent))
        .addRecords(ByteString.copyFrom(good.toBytes()))
        .addAccusations(ByteString.copyFrom(new byte[] {1}));
    assertThat(codec.decode(message.build().toByteArray()))
        .isEqualTo(new Parcel(TestMembers.EU, List.of(good), List.of(), Marks.NONE));
    assertThat(counted).containsExactly(Refusal.MALFORMED, Refusal.WRONG_SIGNATURE);
  }
}

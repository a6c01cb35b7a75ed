package io.tributary.region.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.region.RegionMetrics;
import io.tributary.region.TestMembers;
import io.tributary.region.wire.RecordMessages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RecordRulesTest {
  private static final PrivateKey KEY = TestMembers.key(1);

  private final List<Refusal> counted = new ArrayList<>();
  private int dropped;
  private Instant now = TestMembers.NOW;

  private final RegionMetrics metrics =
      new RegionMetrics() {
        @Override
        public void refused(Refusal reason) {
          counted.add(reason);
        }

        @Override
        public void addressDropped() {
          dropped++;
        }
      };

  private final RecordRules rules = new RecordRules(() -> now, AddressScope.PUBLIC, metrics);

  private static RecordMessages.CacherRecord.Builder message() throws Exception {
    return RecordMessages.CacherRecord.parseFrom(TestMembers.record(1, TestMembers.EU, 5).encode())
        .toBuilder();
  }

  private static byte[] sealed(Consumer<RecordMessages.CacherRecord.Builder> change)
      throws Exception {
    RecordMessages.CacherRecord.Builder message = message();
    change.accept(message);
    return SignedEnvelope.seal(KEY, CacherRecord.KIND, message.build().toByteArray()).toBytes();
  }

  private void assertRefused(Refusal reason, byte[] envelope) {
    counted.clear();
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> rules.open(envelope));
    assertThat(refused).as("refused for %s", reason).isNotNull();
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(counted).containsExactly(reason);
  }

  private void assertRefused(Refusal reason, Consumer<RecordMessages.CacherRecord.Builder> change)
      throws Exception {
    assertRefused(reason, sealed(change));
  }

  @Test
  void record_sealed_opensAsItWas() {
    CacherRecord record = TestMembers.record(1, TestMembers.EU, 5);
    SignedRecord signed = SignedRecord.seal(record, KEY);
    SignedRecord opened = rules.open(signed.toBytes());
    assertThat(opened).isEqualTo(signed);
    assertThat(opened.record()).isEqualTo(record);
    assertThat(opened.key()).isEqualTo(MemberKey.of(KEY.peerId()));
    assertThat(counted).isEmpty();
  }

  @Test
  void record_ofAnotherPeer_isRefused() throws Exception {
    byte[] peer = TestMembers.key(2).peerId().toBytes();
    assertRefused(Refusal.OTHER_SIGNER, m -> m.setPeerId(ByteString.copyFrom(peer)));
  }

  @Test
  void record_changedAfterSigning_isRefused() throws Exception {
    byte[] envelope = sealed(m -> {});
    for (int i = 0; i < envelope.length; i++) {
      byte[] bent = envelope.clone();
      bent[i] ^= 1;
      assertThat(catchThrowableOfType(RefusedException.class, () -> rules.open(bent)))
          .as("byte %s", i)
          .isNotNull();
    }
  }

  @Test
  void envelope_forAnotherPurpose_isRefused() throws Exception {
    byte[] payload = message().build().toByteArray();
    assertRefused(Refusal.OTHER_TYPE, SignedEnvelope.seal(KEY, Accusation.KIND, payload).toBytes());
  }

  @Test
  void values_outOfBounds_areRefused() throws Exception {
    assertRefused(Refusal.BAD_CAPACITY, m -> m.setCapacityBytes(0));
    assertRefused(Refusal.BAD_CAPACITY, m -> m.setCapacityBytes(-1));
    assertRefused(Refusal.BAD_CAPACITY, m -> m.setCapacityBytes((1L << 60) + 1));
    assertRefused(Refusal.BAD_SEQUENCE, m -> m.setSequence(0));
    assertRefused(Refusal.BAD_SEQUENCE, m -> m.setSequence(-7));
    assertRefused(Refusal.BAD_LIFE, m -> m.setLifeSeconds(-60));
    assertRefused(Refusal.BAD_LIFE, m -> m.setLifeSeconds(0));
    assertRefused(Refusal.BAD_LIFE, m -> m.setLifeSeconds(59));
    assertRefused(Refusal.BAD_LIFE, m -> m.setLifeSeconds(6 * 3600 + 1));
    assertRefused(Refusal.BAD_LIFE, m -> m.setLifeSeconds(Long.MAX_VALUE));
    assertRefused(Refusal.BAD_LIFE, m -> m.setIssuedAtSeconds(-1));
    assertRefused(Refusal.BAD_LIFE, m -> m.setIssuedAtSeconds(Long.MAX_VALUE));
    assertRefused(Refusal.BAD_REGION, m -> m.setRegion("EU"));
    assertRefused(Refusal.BAD_REGION, m -> m.setRegion(""));
    assertRefused(Refusal.BAD_PRICE, m -> m.setPricePerGib(ByteString.copyFrom(new byte[17])));
    assertRefused(Refusal.BAD_PAYOUT, m -> m.setPayout(ByteString.copyFrom(new byte[19])));
    assertRefused(Refusal.BAD_PROTOCOLS, m -> m.addProtocols("no-slash"));
    assertRefused(Refusal.BAD_PROTOCOLS, m -> m.addAllProtocols(Collections.nCopies(8, "/a")));
    assertRefused(
        Refusal.TOO_MANY_ADDRESSES,
        m -> m.addAllAddresses(Collections.nCopies(8, m.getAddresses(0))));
    assertRefused(Refusal.MALFORMED, m -> m.setPeerId(ByteString.copyFrom(new byte[1])));
    assertRefused(
        Refusal.TOO_LONG, m -> m.addAllProtocols(Collections.nCopies(7, "/" + "a".repeat(47))));
  }

  @Test
  void envelope_thatIsNone_isRefused() {
    assertRefused(Refusal.MALFORMED, new byte[] {1, 2, 3});
    assertRefused(Refusal.TOO_LONG, new byte[SignedRecord.MAX_BYTES + 1]);
  }

  @Test
  void clocks_mayDifferByTwoMinutes() {
    byte[] envelope = TestMembers.member(1, TestMembers.EU).toBytes();
    now = TestMembers.NOW.minus(Duration.ofMinutes(2));
    assertThat(rules.open(envelope)).isNotNull();
    now = now.minusSeconds(1);
    assertRefused(Refusal.FROM_THE_FUTURE, envelope);

    now = TestMembers.NOW.plus(Duration.ofMinutes(122));
    assertThat(rules.open(envelope)).isNotNull();
    now = now.plusSeconds(1);
    assertRefused(Refusal.EXPIRED, envelope);
  }

  @Test
  void address_unroutable_isDroppedUnlessTheNetworkIsLocal() {
    Multiaddr home = Multiaddr.parse("/ip4/192.168.1.7/tcp/4001");
    Multiaddr anything = Multiaddr.parse("/ip4/0.0.0.0/tcp/4001");
    Multiaddr name = Multiaddr.parse("/dns4/cache.example.org/tcp/443");
    CacherRecord record =
        TestMembers.record(1, TestMembers.EU, 5)
            .withAddresses(List.of(home, TestMembers.address(1), anything, name));
    byte[] envelope = SignedRecord.seal(record, KEY).toBytes();

    assertThat(rules.open(envelope).record().addresses())
        .containsExactly(TestMembers.address(1), name);
    assertThat(rules.open(envelope).toBytes()).isEqualTo(envelope);
    assertThat(dropped).isEqualTo(4);
    RecordRules local = new RecordRules(() -> now, AddressScope.LOCAL, metrics);
    assertThat(local.open(envelope).record().addresses())
        .containsExactly(home, TestMembers.address(1), name);
  }

  @Test
  void record_withoutARoutableAddress_isRefusedUnlessItIsAFarewell() throws Exception {
    ByteString home = ByteString.copyFrom(Multiaddr.parse("/ip4/10.0.0.1/tcp/1").toBytes());
    assertRefused(Refusal.NO_ROUTABLE_ADDRESS, m -> m.setAddresses(0, home));
    assertRefused(Refusal.NO_ROUTABLE_ADDRESS, m -> m.clearAddresses());
    byte[] farewell = sealed(m -> m.clearAddresses().setLeaving(true));
    assertThat(rules.open(farewell).record().leaving()).isTrue();
  }

  @Test
  void address_ofAnUnknownTransport_saysNothingAgainstTheOthers() throws Exception {
    byte[] envelope = sealed(m -> m.addAddresses(ByteString.copyFrom(new byte[] {127, 1, 2})));
    assertThat(rules.open(envelope).record().addresses()).containsExactly(TestMembers.address(1));
  }

  @Test
  void envelope_ofTheFullLength_leavesRoomForFiveThousandInASnapshot() {
    assertThat(5000L * (SignedRecord.MAX_BYTES + 3) + 10 * 64).isLessThan(2_500_000);
  }

  @Test
  void accusation_sealed_opensAsItWas() {
    SignedRecord accused = TestMembers.member(1, TestMembers.EU);
    Accusation accusation = Accusation.seal(accused, now, TestMembers.key(2));
    Accusation opened = Accusation.open(accusation.toBytes());
    assertThat(opened).isEqualTo(accusation);
    assertThat(opened.accused()).isEqualTo(accused.key());
    assertThat(opened.sequence()).isEqualTo(1);
    assertThat(opened.witness()).isEqualTo(TestMembers.key(2).peerId());
    assertThat(opened.madeAt()).isEqualTo(now);
  }
}

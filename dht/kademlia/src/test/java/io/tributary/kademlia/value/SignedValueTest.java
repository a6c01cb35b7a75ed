package io.tributary.kademlia.value;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.ValueRecord;
import io.tributary.kademlia.network.RefusalReason;
import io.tributary.libp2p.identity.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignedValueTest {

  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  private final PrivateKey signer = PrivateKey.generate(new SecureRandom());
  private final Namespaces namespaces =
      new Namespaces(Map.of("test", SignedValueRules.defaults(), "pk", new PublicKeyRules()));

  private SignedValue value(long sequence, Instant made, Duration life) {
    return new SignedValue(
        "test", signer.peerId(), "name", sequence, made, life, new byte[] {1, 2, 3});
  }

  private Optional<RefusalReason> judge(ValueRecord record) {
    return namespaces.validate(record.key(), record.value(), NOW);
  }

  @Test
  void goodValue_isReadBack() throws SignedValue.Refused {
    ValueRecord record = value(5, NOW, Duration.ofHours(1)).seal(signer);
    assertThat(judge(record)).isEmpty();
    SignedValue read = SignedValue.open(record.key(), record.value());
    assertThat(read.sequence()).isEqualTo(5);
    assertThat(read.peer()).isEqualTo(signer.peerId());
    assertThat(read.body()).containsExactly(1, 2, 3);
  }

  @Test
  void negativeLife_isRefused() {
    assertThat(judge(value(1, NOW, Duration.ofHours(-1)).seal(signer)))
        .hasValue(RefusalReason.NEGATIVE_TTL);
    assertThat(judge(value(1, NOW, Duration.ZERO).seal(signer)))
        .hasValue(RefusalReason.NEGATIVE_TTL);
  }

  @Test
  void tooLongLife_isRefused() {
    assertThat(judge(value(1, NOW, Duration.ofDays(3)).seal(signer)))
        .hasValue(RefusalReason.TTL_TOO_LONG);
  }

  @Test
  void valueFromTheFuture_isRefused() {
    assertThat(judge(value(1, NOW.plusSeconds(119), Duration.ofHours(1)).seal(signer))).isEmpty();
    assertThat(judge(value(1, NOW.plusSeconds(121), Duration.ofHours(1)).seal(signer)))
        .hasValue(RefusalReason.FROM_THE_FUTURE);
  }

  @Test
  void expiredValue_isRefused() {
    assertThat(judge(value(1, NOW.minusSeconds(3600), Duration.ofHours(1)).seal(signer)))
        .hasValue(RefusalReason.EXPIRED);
    assertThat(
            judge(value(1, Instant.ofEpochMilli(Long.MIN_VALUE), Duration.ofHours(1)).seal(signer)))
        .hasValue(RefusalReason.EXPIRED);
  }

  @Test
  void valueUnderAnotherKey_isRefused() {
    ValueRecord record = value(1, NOW, Duration.ofHours(1)).seal(signer);
    DhtKey other = SignedValue.key("test", signer.peerId(), "other");
    assertThat(namespaces.validate(other, record.value(), NOW))
        .hasValue(RefusalReason.OTHER_SIGNER);
    PrivateKey stranger = PrivateKey.generate(new SecureRandom());
    DhtKey strangers = SignedValue.key("test", stranger.peerId(), "name");
    assertThat(namespaces.validate(strangers, record.value(), NOW))
        .hasValue(RefusalReason.OTHER_SIGNER);
  }

  @Test
  void bentValue_isRefused() {
    ValueRecord record = value(1, NOW, Duration.ofHours(1)).seal(signer);
    for (int i = 0; i < record.value().length; i++) {
      byte[] bent = record.value().clone();
      bent[i] = (byte) (bent[i] ^ 1);
      assertThat(namespaces.validate(record.key(), bent, NOW)).as("byte %d", i).isPresent();
    }
  }

  @Test
  void higherSequence_isBetter() {
    ValueRecord older = value(1, NOW, Duration.ofHours(1)).seal(signer);
    ValueRecord newer = value(2, NOW, Duration.ofHours(1)).seal(signer);
    assertThat(namespaces.isBetter(older.key(), newer.value(), older.value())).isTrue();
    assertThat(namespaces.isBetter(older.key(), older.value(), newer.value())).isFalse();
    assertThat(namespaces.isBetter(older.key(), newer.value(), newer.value())).isFalse();
  }

  @Test
  void unknownNamespace_isRefused() {
    assertThat(namespaces.validate(DhtKey.ofValue("other", new byte[1]), new byte[1], NOW))
        .hasValue(RefusalReason.UNKNOWN_NAMESPACE);
    assertThat(namespaces.validate(DhtKey.of(new byte[] {'x'}), new byte[1], NOW))
        .hasValue(RefusalReason.UNKNOWN_NAMESPACE);
  }

  @Test
  void publicKey_standsUnderItsPeerOnly() {
    DhtKey key = DhtKey.ofValue("pk", signer.peerId().toBytes());
    assertThat(namespaces.validate(key, signer.publicKey().encode(), NOW)).isEmpty();
    PrivateKey stranger = PrivateKey.generate(new SecureRandom());
    assertThat(namespaces.validate(key, stranger.publicKey().encode(), NOW))
        .hasValue(RefusalReason.OTHER_SIGNER);
  }
}

package io.tributary.libp2p.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.identity.PeerRecord;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.identity.SignedEnvelope;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressBookTest {
  private static final Multiaddr A = Multiaddr.parse("/ip4/192.0.2.1/tcp/1");
  private static final Multiaddr B = Multiaddr.parse("/ip4/192.0.2.2/tcp/1");
  private static final Multiaddr C = Multiaddr.parse("/ip4/192.0.2.3/tcp/1");

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final AddressBook book = new AddressBook(() -> now, 4, 2);
  private final PrivateKey key = PrivateKey.generate(new SecureRandom());
  private final PeerId peer = key.peerId();

  private static PeerId somebody() {
    return PrivateKey.generate(new SecureRandom()).peerId();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private boolean certify(long sequence, Duration ttl, Multiaddr... addresses) {
    PeerRecord record = new PeerRecord(peer, sequence, List.of(addresses));
    SignedEnvelope envelope = record.seal(key);
    return book.addCertified(record, envelope, ttl);
  }

  @Test
  void address_expires_unlessProlonged() {
    book.add(peer, List.of(A, B), Duration.ofMinutes(10));
    pass(Duration.ofMinutes(9));
    book.add(peer, List.of(B), Duration.ofMinutes(10));
    assertThat(book.addresses(peer)).containsExactly(A, B);

    pass(Duration.ofMinutes(1));
    assertThat(book.addresses(peer)).containsExactly(B);

    pass(Duration.ofMinutes(9));
    assertThat(book.addresses(peer)).isEmpty();
  }

  @Test
  void shorterWord_doesNotShortenALongerOne() {
    book.add(peer, List.of(A), Duration.ofHours(1));
    book.add(peer, List.of(A), Duration.ofMinutes(1));
    pass(Duration.ofMinutes(30));
    assertThat(book.addresses(peer)).containsExactly(A);
  }

  @Test
  void certifiedAddresses_comeFirst_andExpireToo() {
    book.add(peer, List.of(A), Duration.ofHours(2));
    certify(1, Duration.ofHours(1), B);
    assertThat(book.addresses(peer)).containsExactly(B, A);
    assertThat(book.isCertified(peer, B)).isTrue();
    assertThat(book.isCertified(peer, A)).isFalse();

    pass(Duration.ofHours(1));

    assertThat(book.isCertified(peer, B)).isFalse();
    assertThat(book.addresses(peer)).containsExactly(A);
  }

  @Test
  void newerRecord_replacesTheOlder_andTheOlderComesNoMore() {
    assertThat(certify(5, Duration.ofHours(1), A)).isTrue();
    assertThat(certify(6, Duration.ofHours(1), B)).isTrue();
    assertThat(book.addresses(peer)).containsExactly(B);

    assertThat(certify(6, Duration.ofHours(1), C)).isFalse();
    assertThat(certify(5, Duration.ofHours(1), A)).isFalse();
    assertThat(book.isStale(new PeerRecord(peer, 5, List.of()))).isTrue();
    assertThat(book.isStale(new PeerRecord(peer, 6, List.of()))).isFalse();
    assertThat(book.addresses(peer)).containsExactly(B);
  }

  @Test
  void sequence_isUnsigned() {
    assertThat(certify(Long.MAX_VALUE, Duration.ofHours(1), A)).isTrue();
    assertThat(certify(Long.MIN_VALUE, Duration.ofHours(1), B)).isTrue();
    assertThat(book.addresses(peer)).containsExactly(B);
  }

  @Test
  void ofTooManyAddresses_theCertifiedAndTheLongestLastingStay() {
    certify(1, Duration.ofMinutes(1), A);
    book.add(peer, List.of(B), Duration.ofMinutes(5));
    book.add(peer, List.of(C), Duration.ofMinutes(10));
    assertThat(book.addresses(peer)).containsExactly(A, C);
  }

  @Test
  void ofTooManyPeers_theLongestUnusedIsForgotten() {
    book.add(peer, List.of(A), Duration.ofHours(1));
    List<PeerId> others = List.of(somebody(), somebody(), somebody());
    others.forEach(each -> book.add(each, List.of(B), Duration.ofHours(1)));
    assertThat(book.addresses(peer)).containsExactly(A);

    book.add(somebody(), List.of(C), Duration.ofHours(1));

    assertThat(book.size()).isEqualTo(4);
    assertThat(book.addresses(others.get(0))).isEmpty();
    assertThat(book.addresses(peer)).containsExactly(A);
  }

  @Test
  void addressOfAnotherPeer_isLeftOut() {
    book.add(peer, List.of(A.withPeerId(somebody()), B.withPeerId(peer)), Duration.ofHours(1));
    assertThat(book.addresses(peer)).containsExactly(B);
  }

  @Test
  void whatIsRemoved_isGone() {
    book.add(peer, List.of(A, B), Duration.ofHours(1));
    book.remove(peer, A);
    assertThat(book.addresses(peer)).containsExactly(B);
    book.remove(peer);
    assertThat(book.addresses(peer)).isEmpty();
    assertThat(book.record(peer)).isEmpty();
  }
}

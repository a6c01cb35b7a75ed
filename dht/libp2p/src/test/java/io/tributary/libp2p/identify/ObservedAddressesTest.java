package io.tributary.libp2p.identify;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.multiformats.Multiaddr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ObservedAddressesTest {
  private static final Multiaddr SEEN = Multiaddr.parse("/ip4/203.0.113.7/tcp/4001");

  private Instant now = Instant.EPOCH;
  private final ObservedAddresses observed = new ObservedAddresses(3, () -> now);

  private void seenBy(String observer) {
    try {
      observed.add(SEEN, InetAddress.getByName(observer));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void enoughNetworksAgree_isConfirmed() {
    seenBy("198.51.100.1");
    seenBy("192.0.2.1");
    assertThat(observed.confirmed()).isEmpty();
    assertThat(observed.candidates()).containsExactly(SEEN);
    seenBy("2001:db8::1");
    assertThat(observed.confirmed()).containsExactly(SEEN);
  }

  @Test
  void manyPeersOfOneNetwork_countOnce() {
    for (int i = 1; i < 200; i++) {
      seenBy("198.51." + i + ".1");
      seenBy("2001:db8:" + i + "::1");
    }
    assertThat(observed.confirmed()).isEmpty();
  }

  @Test
  void observations_expire() {
    seenBy("198.51.100.1");
    seenBy("192.0.2.1");
    now = now.plus(ObservedAddresses.LIFE);
    seenBy("203.0.113.1");
    assertThat(observed.confirmed()).isEmpty();
    seenBy("198.51.100.1");
    seenBy("192.0.2.1");
    assertThat(observed.confirmed()).containsExactly(SEEN);
    now = now.plus(ObservedAddresses.LIFE);
    assertThat(observed.confirmed()).isEmpty();
    assertThat(observed.candidates()).isEmpty();
  }

  @Test
  void addressesWithoutEnd_pushTheOldestOut() throws UnknownHostException {
    seenBy("198.51.100.1");
    for (int i = 1; i <= ObservedAddresses.MAX_ADDRESSES; i++) {
      observed.add(
          Multiaddr.parse("/ip4/203.0.113.7/tcp/" + i), InetAddress.getByName("198.51.100.1"));
    }
    assertThat(observed.candidates()).hasSize(ObservedAddresses.MAX_ADDRESSES).doesNotContain(SEEN);
  }
}

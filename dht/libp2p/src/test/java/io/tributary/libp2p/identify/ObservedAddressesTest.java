package io.tributary.libp2p.identify;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ObservedAddressesTest {
  private static final Multiaddr US = Multiaddr.parse("/ip4/198.51.100.7/tcp/4001");

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final ObservedAddresses observed = new ObservedAddresses(3, () -> now);

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(text));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Multiaddr lie(int number) {
    return Multiaddr.parse("/ip4/203.0.113." + number + "/tcp/" + (1 + number));
  }

  @Test
  void address_isBelieved_whenEnoughNetworksAgree() {
    observed.add(US, ip("11.1.0.1"));
    observed.add(US, ip("12.1.0.1"));
    assertThat(observed.confirmed()).isEmpty();
    assertThat(observed.candidates()).containsExactly(US);

    observed.add(US, ip("13.1.0.1"));

    assertThat(observed.confirmed()).containsExactly(US);
  }

  @Test
  void observersOfOneNetwork_countOnce() {
    for (int i = 1; i < 200; i++) {
      observed.add(US, ip("11.1." + i + ".1"));
      observed.add(US, ip("2001:db8:0:" + i + "::1"));
    }
    assertThat(observed.confirmed()).isEmpty();
    observed.add(US, ip("2001:db9::1"));
    assertThat(observed.confirmed()).containsExactly(US);
  }

  @Test
  void observersNearby_countEach() {
    observed.add(US, ip("10.0.0.1"));
    observed.add(US, ip("10.0.0.2"));
    observed.add(US, ip("10.0.0.3"));
    assertThat(observed.confirmed()).containsExactly(US);
  }

  @Test
  void observations_expire() {
    observed.add(US, ip("11.1.0.1"));
    now = now.plus(ObservedAddresses.LIFE.dividedBy(2));
    observed.add(US, ip("12.1.0.1"));
    observed.add(US, ip("13.1.0.1"));
    assertThat(observed.confirmed()).containsExactly(US);

    now = now.plus(ObservedAddresses.LIFE.dividedBy(2));
    assertThat(observed.confirmed()).isEmpty();
    assertThat(observed.candidates()).containsExactly(US);

    now = now.plus(Duration.ofHours(1));
    assertThat(observed.confirmed()).isEmpty();
    assertThat(observed.candidates()).isEmpty();
  }

  /** One observer with many lies must not push out what the others say. */
  @Test
  void liarWithManyAddresses_changesNothing() {
    observed.add(US, ip("11.1.0.1"));
    observed.add(US, ip("12.1.0.1"));
    observed.add(US, ip("13.1.0.1"));
    for (int i = 0; i < 250; i++) {
      now = now.plusSeconds(1);
      observed.add(lie(i), ip("66.6.6.6"));
    }

    assertThat(observed.confirmed()).containsExactly(US);
    assertThat(observed.size()).isEqualTo(1 + ObservedAddresses.MAX_PER_OBSERVER);
    assertThat(observed.candidates()).contains(lie(249), lie(246)).doesNotContain(lie(245));
  }

  @Test
  void manyLiars_areBounded() {
    for (int i = 0; i < 250; i++) {
      observed.add(lie(i), ip("66." + i + ".6.6"));
    }
    assertThat(observed.size()).isEqualTo(ObservedAddresses.MAX_ADDRESSES);
    for (int i = 0; i < 250; i++) {
      observed.add(US, ip("77." + i + ".0.1"));
    }
    assertThat(observed.confirmed()).contains(US);
  }
}

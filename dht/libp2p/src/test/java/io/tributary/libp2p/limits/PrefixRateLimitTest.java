package io.tributary.libp2p.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.util.NetUtil;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class PrefixRateLimitTest {
  private final MockTicker ticker = Ticker.newMockTicker();
  private final PrefixRateLimit limit = new PrefixRateLimit(2, 3, ticker);

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(text));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private int granted(String address) {
    int granted = 0;
    while (limit.tryAcquire(ip(address))) {
      granted++;
    }
    return granted;
  }

  @Test
  void burst_thenRate() {
    assertThat(granted("192.0.2.1")).isEqualTo(3);
    ticker.advanceMillis(499);
    assertThat(granted("192.0.2.1")).isZero();
    ticker.advanceMillis(1);
    assertThat(granted("192.0.2.1")).isEqualTo(1);
    ticker.advanceMillis(1_000);
    assertThat(granted("192.0.2.1")).isEqualTo(2);
    ticker.advanceMillis(1_000_000);
    assertThat(granted("192.0.2.1")).isEqualTo(3);
  }

  @Test
  void eachAddressOfIp4_hasItsOwn_andEach56OfIp6() {
    assertThat(granted("192.0.2.1")).isEqualTo(3);
    assertThat(granted("192.0.2.2")).isEqualTo(3);
    assertThat(granted("2001:db8:0:100::1")).isEqualTo(3);
    assertThat(granted("2001:db8:0:1ff:ffff::1")).isZero();
    assertThat(granted("2001:db8:0:200::1")).isEqualTo(3);
    assertThat(limit.size()).isEqualTo(4);
  }

  @Test
  void blocksRemembered_areBounded_andTheLongestUnseenGoes() {
    granted("192.0.2.1");
    for (int i = 0; i < PrefixRateLimit.MAX_PREFIXES - 1; i++) {
      limit.tryAcquire(ip("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)));
    }
    assertThat(granted("192.0.2.1")).isZero();
    limit.tryAcquire(ip("172.16.0.1"));

    assertThat(limit.size()).isEqualTo(PrefixRateLimit.MAX_PREFIXES);
    assertThat(granted("192.0.2.1")).as("still remembered").isZero();
    assertThat(granted("10.0.0.0")).as("forgotten").isEqualTo(3);
  }

  @Test
  void senselessLimits_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PrefixRateLimit(0, 1, ticker));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PrefixRateLimit(Double.NaN, 1, ticker));
    assertThatIllegalArgumentException().isThrownBy(() -> new PrefixRateLimit(1, 0, ticker));
  }
}

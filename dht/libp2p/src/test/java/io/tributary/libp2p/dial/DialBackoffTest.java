package io.tributary.libp2p.dial;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DialBackoffTest {
  private static final Multiaddr HERE = Multiaddr.parse("/ip4/192.0.2.1/tcp/1");
  private static final PeerId PEER = PrivateKey.ofEd25519Seed(new byte[32]).peerId();

  private Instant now = Instant.EPOCH;
  private final DialBackoff backoff = new DialBackoff(() -> now);

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private Duration pauseAfterFailure() {
    backoff.failed(PEER, HERE);
    Instant failed = now;
    while (backoff.isHeldOff(PEER, HERE)) {
      pass(Duration.ofMillis(500));
    }
    return Duration.between(failed, now);
  }

  @Test
  void addressThatNeverFailed_isFree() {
    assertThat(backoff.isHeldOff(PEER, HERE)).isFalse();
  }

  @Test
  void pause_doublesUpToTheLongest() {
    assertThat(pauseAfterFailure()).isEqualTo(DialBackoff.FIRST);
    assertThat(pauseAfterFailure()).isEqualTo(DialBackoff.FIRST.multipliedBy(2));
    assertThat(pauseAfterFailure()).isEqualTo(DialBackoff.FIRST.multipliedBy(4));
    for (int i = 0; i < 20; i++) {
      pauseAfterFailure();
    }
    assertThat(pauseAfterFailure()).isEqualTo(DialBackoff.LONGEST);
  }

  @Test
  void success_andLongPeace_startAnew() {
    pauseAfterFailure();
    pauseAfterFailure();
    backoff.succeeded(PEER, HERE);
    assertThat(pauseAfterFailure()).isEqualTo(DialBackoff.FIRST);
    pauseAfterFailure();
    pass(DialBackoff.LONGEST);
    assertThat(pauseAfterFailure()).isEqualTo(DialBackoff.FIRST);
  }

  @Test
  void otherAddresses_andOtherPeers_areFree() {
    backoff.failed(PEER, HERE);
    assertThat(backoff.isHeldOff(PEER, Multiaddr.parse("/ip4/192.0.2.1/tcp/2"))).isFalse();
    byte[] seed = new byte[32];
    seed[0] = 1;
    assertThat(backoff.isHeldOff(PrivateKey.ofEd25519Seed(seed).peerId(), HERE)).isFalse();
  }

  @Test
  void memory_isBounded() {
    for (int i = 0; i < 2 * DialBackoff.MAX_ADDRESSES; i++) {
      backoff.failed(PEER, Multiaddr.parse("/ip4/192.0.2.1/tcp/" + (i + 1)));
    }
    assertThat(backoff.size()).isEqualTo(DialBackoff.MAX_ADDRESSES);
  }
}

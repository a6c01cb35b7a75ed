package io.tributary.libp2p.limits;

import static io.tributary.libp2p.limits.Resource.INBOUND_CONNECTIONS;
import static io.tributary.libp2p.limits.Resource.INBOUND_STREAMS;
import static io.tributary.libp2p.limits.Resource.OUTBOUND_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.PeerId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  private final List<String> refused = new ArrayList<>();
  private final Resources resources =
      new Resources(
          new ResourceLimits(
              new ScopeLimit(3, 3, 10, 10),
              new ScopeLimit(2, 2, 5, 5),
              ScopeLimit.streams(4, 4),
              ScopeLimit.streams(2, 2),
              Map.of("/big", ScopeLimit.streams(9, 1)),
              1,
              1,
              1,
              1),
          (scope, resource) -> refused.add(scope + " " + resource));
  private final PeerId one = PrivateKey.generate(new SecureRandom()).peerId();
  private final PeerId other = PrivateKey.generate(new SecureRandom()).peerId();

  @Test
  void total_isBounded_byKind() {
    for (int i = 0; i < 3; i++) {
      assertThat(resources.acquire(INBOUND_CONNECTIONS)).isTrue();
    }
    assertThat(resources.acquire(INBOUND_CONNECTIONS)).isFalse();
    assertThat(resources.acquire(INBOUND_STREAMS)).isTrue();
    assertThat(refused).containsExactly("TOTAL INBOUND_CONNECTIONS");
    assertThat(resources.used(INBOUND_CONNECTIONS)).isEqualTo(3);

    resources.release(INBOUND_CONNECTIONS);

    assertThat(resources.acquire(INBOUND_CONNECTIONS)).isTrue();
  }

  @Test
  void peers_areBoundedEach() {
    assertThat(resources.acquire(one, INBOUND_CONNECTIONS)).isTrue();
    assertThat(resources.acquire(one, INBOUND_CONNECTIONS)).isTrue();
    assertThat(resources.acquire(one, INBOUND_CONNECTIONS)).isFalse();
    assertThat(resources.acquire(other, INBOUND_CONNECTIONS)).isTrue();
    assertThat(refused).containsExactly("PEER INBOUND_CONNECTIONS");
  }

  @Test
  void protocols_areBounded_overAllAndWithEachPeer() {
    assertThat(resources.acquire(one, "/p", INBOUND_STREAMS)).isTrue();
    assertThat(resources.acquire(one, "/p", INBOUND_STREAMS)).isTrue();
    assertThat(resources.acquire(one, "/p", INBOUND_STREAMS)).isFalse();
    assertThat(resources.acquire(other, "/p", INBOUND_STREAMS)).isTrue();
    assertThat(resources.acquire(other, "/p", INBOUND_STREAMS)).isTrue();
    PeerId third = PrivateKey.generate(new SecureRandom()).peerId();
    assertThat(resources.acquire(third, "/p", INBOUND_STREAMS)).isFalse();
    assertThat(refused)
        .containsExactly("PEER_PROTOCOL INBOUND_STREAMS", "PROTOCOL INBOUND_STREAMS");
    assertThat(resources.acquire(third, "/q", INBOUND_STREAMS)).isTrue();
  }

  @Test
  void protocolWithItsOwnLimit_hasThat() {
    assertThat(resources.acquire(one, "/big", OUTBOUND_STREAMS)).isTrue();
    assertThat(resources.acquire(other, "/big", OUTBOUND_STREAMS)).isFalse();
  }

  @Test
  void refusal_takesNothing() {
    resources.acquire(one, "/p", INBOUND_STREAMS);
    resources.acquire(one, "/p", INBOUND_STREAMS);
    resources.acquire(one, "/p", INBOUND_STREAMS);
    resources.release(one, "/p", INBOUND_STREAMS);
    resources.release(one, "/p", INBOUND_STREAMS);
    for (int i = 0; i < 2; i++) {
      assertThat(resources.acquire(one, "/p", INBOUND_STREAMS)).isTrue();
      assertThat(resources.acquire(other, "/p", INBOUND_STREAMS)).isTrue();
    }
  }
}

package io.tributary.region.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.autonat.Standing;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a router is asked for ports. */
final class ReachSettingsTest {
  private static final Multiaddr EVERYWHERE = Multiaddr.parse("/ip4/0.0.0.0/tcp/4001");
  private static final Multiaddr HERE = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");

  private static ReachSettings settings(Optional<Standing> declared, boolean isMapping) {
    return new ReachSettings(declared, 2, List.of(), Optional.empty(), true, true, isMapping);
  }

  @Test
  void nodeThatListensOutside_asksTheRouterIfItsOperatorWantsIt() {
    assertThat(settings(Optional.empty(), true).mapping(List.of(HERE, EVERYWHERE))).isPresent();
    assertThat(settings(Optional.empty(), false).mapping(List.of(EVERYWHERE))).isEmpty();
    assertThat(ReachSettings.defaults().mapping(List.of(EVERYWHERE))).isEmpty();
  }

  @Test
  void nodeThatNobodyOutsideCanReach_asksNothing() {
    assertThat(settings(Optional.empty(), true).mapping(List.of(HERE))).isEmpty();
  }

  @Test
  void nodeThatIsPublicAnyway_asksNothing() {
    assertThat(settings(Optional.of(Standing.PUBLIC), true).mapping(List.of(EVERYWHERE))).isEmpty();
  }
}

package io.tributary.libp2p.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlyMuxerTest {
  private static final List<String> YAMUX_FIRST = List.of("/yamux/1.0.0", "/mplex/6.7.0");
  private static final List<String> MPLEX_FIRST = List.of("/mplex/6.7.0", "/yamux/1.0.0");

  @Test
  void initiatorsPreference_decidesOnBothSides() throws Exception {
    assertThat(EarlyMuxer.choose(Role.INITIATOR, YAMUX_FIRST, MPLEX_FIRST))
        .contains("/yamux/1.0.0");
    assertThat(EarlyMuxer.choose(Role.RESPONDER, MPLEX_FIRST, YAMUX_FIRST))
        .contains("/yamux/1.0.0");
  }

  @Test
  void firstChoiceUnknownToResponder_secondIsTaken() throws Exception {
    assertThat(EarlyMuxer.choose(Role.INITIATOR, YAMUX_FIRST, List.of("/mplex/6.7.0")))
        .contains("/mplex/6.7.0");
  }

  @Test
  void oneSideNamesNone_isLeftToNegotiation() throws Exception {
    assertThat(EarlyMuxer.choose(Role.INITIATOR, YAMUX_FIRST, List.of())).isEmpty();
    assertThat(EarlyMuxer.choose(Role.RESPONDER, List.of(), YAMUX_FIRST)).isEmpty();
  }

  @Test
  void noneInCommon_fails() {
    assertThatThrownBy(
            () -> EarlyMuxer.choose(Role.INITIATOR, YAMUX_FIRST, List.of("/other/1.0.0")))
        .isInstanceOfSatisfying(
            SecureChannelException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.NO_COMMON_MUXER));
  }
}

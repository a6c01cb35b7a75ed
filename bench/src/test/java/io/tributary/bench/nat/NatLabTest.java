package io.tributary.bench.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.content.Layout;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Hosts behind real NATs, in network namespaces. Where those can't be made the tests are skipped,
 * or fail if the environment has {@code CI=true}.
 */
class NatLabTest {
  /** What a handshake, two identify messages, a question and three punches may take, and more. */
  private static final long MOST_CONTROL_BYTES = 64 << 10;

  private static @Nullable LabRun lab;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> obstacle = NatLab.obstacle();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(obstacle).as("a laboratory of NATs is required").isEmpty();
    }
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    lab = LabRun.start();
  }

  @AfterAll
  static void stop() throws IOException {
    if (lab != null) {
      lab.close();
    }
  }

  private static LabRun lab() {
    if (lab == null) {
      throw new AssertionError("not started");
    }
    return lab;
  }

  private static NatKind kind(String label) {
    return NatKind.of(label).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "port-restricted, port-restricted, tcp",
    "port-restricted, port-restricted, quic",
    "full-cone, symmetric, quic",
    "symmetric, full-cone, tcp",
    "address-restricted, symmetric, quic",
    "symmetric, address-restricted, tcp",
    "cgnat, port-restricted, quic",
    "cgnat, cgnat, tcp",
  })
  void pairThatCanMeet_isDirect(String home, String visitor, String transport) throws IOException {
    lab().translate(kind(home), kind(visitor));

    Meeting meeting = lab().meet(kind(home), kind(visitor), transport);

    assertThat(meeting.possible()).isTrue();
    assertThat(meeting.direct()).as("%s", meeting).isTrue();
    assertThat(meeting.homeMapping())
        .isEqualTo(home.equals("symmetric") ? "ENDPOINT_DEPENDENT" : "ENDPOINT_INDEPENDENT");
  }

  @Test
  void pairThatCannotMeet_staysWithTheRelay_andSaysWhy() throws IOException {
    lab().translate(NatKind.SYMMETRIC, NatKind.PORT_RESTRICTED);

    Meeting meeting = lab().meet(NatKind.SYMMETRIC, NatKind.PORT_RESTRICTED, "quic");

    assertThat(meeting.possible()).isFalse();
    assertThat(meeting.direct()).isFalse();
    assertThat(meeting.result()).isEqualTo("NOT_MET");
    assertThat(meeting.homeMapping()).isEqualTo("ENDPOINT_DEPENDENT");
  }

  @ParameterizedTest
  @CsvSource({"tcp", "quic"})
  void fragment_isFetchedAndPaidFor_betweenTwoPortRestrictedSites(String transport)
      throws IOException {
    lab().translate(NatKind.PORT_RESTRICTED, NatKind.PORT_RESTRICTED);

    Trade trade = lab().trade(transport, Duration.ofSeconds(40));

    assertThat(trade.held()).isTrue();
    assertThat(trade.end()).as("%s", trade).isEqualTo("VERIFIED");
    assertThat(trade.bytes()).isEqualTo(Layout.FRAGMENT_BYTES);
    assertThat(trade.paidBytes()).isEqualTo(Layout.FRAGMENT_BYTES);
    assertThat(trade.relayedBytes()).isPositive().isLessThan(MOST_CONTROL_BYTES);
  }

  @Test
  void fragment_ofASiteThatStaysWithTheRelay_isNotFetched_thoughItIsAskedFor() throws IOException {
    lab().translate(NatKind.SYMMETRIC, NatKind.PORT_RESTRICTED);

    Trade trade = lab().trade("quic", Duration.ofSeconds(6));

    assertThat(trade.held()).as("a few words go over the relay").isTrue();
    assertThat(trade.end()).isEqualTo("RELAYED_ONLY");
    assertThat(trade.bytes()).isZero();
    assertThat(trade.relayedBytes()).isPositive().isLessThan(MOST_CONTROL_BYTES);
  }

  @ParameterizedTest
  @CsvSource({"full-cone, PUBLIC", "port-restricted, PRIVATE"})
  void hostBehindANat_knowsWhetherItCanBeDialled(String home, String standing) throws IOException {
    lab().translate(kind(home), NatKind.PORT_RESTRICTED);

    assertThat(lab().standing("tcp")).isEqualTo(standing);
  }
}

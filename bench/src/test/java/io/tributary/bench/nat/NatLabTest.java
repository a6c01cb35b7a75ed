package io.tributary.bench.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
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
  @CsvSource({"full-cone, PUBLIC", "port-restricted, PRIVATE"})
  void hostBehindANat_knowsWhetherItCanBeDialled(String home, String standing) throws IOException {
    lab().translate(kind(home), NatKind.PORT_RESTRICTED);

    assertThat(lab().standing("tcp")).isEqualTo(standing);
  }
}

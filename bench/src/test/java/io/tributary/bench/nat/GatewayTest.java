package io.tributary.bench.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.libp2p.portmap.MapProtocol;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ports mapped at a real router, in network namespaces. Where that can't be made the test is
 * skipped, or fails if the environment has {@code CI=true}.
 */
class GatewayTest {
  private static final int LEASE_SECONDS = 20;

  /** UPnP leases are as long as was asked for. */
  private static final int UPNP_LEASE_SECONDS = 120;

  /** For how many leases a mapping is watched; each has to be renewed. */
  private static final int LEASES = Integer.getInteger("gateway.leases", 0);

  private static @Nullable GatewayLab lab;
  private static @Nullable LabProcess house;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> obstacle = GatewayLab.obstacle();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(obstacle).as("a router is required").isEmpty();
    }
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    GatewayLab built = GatewayLab.build(LEASE_SECONDS, LEASE_SECONDS + 1);
    lab = built;
    LabProcess started = LabProcess.start(built.inTheHouse(LabProcess.command("mapping")));
    house = started;
    started.answer();
  }

  @AfterAll
  static void stop() throws IOException {
    if (house != null) {
      house.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new AssertionError("not started");
    }
    return part;
  }

  @ParameterizedTest
  @EnumSource(MapProtocol.class)
  void ports_areMappedByTheRouter_asLongAsTheHostListens(MapProtocol protocol) throws Exception {
    GatewayLab router = started(lab);
    LabProcess host = started(house);
    host.ask("map", protocol.name());

    JsonNode mapping = awaitMapped(host);

    assertThat(mapping.get("protocol").asText()).isEqualTo(protocol.name());
    int tcp = port(mapping, "tcp");
    assertThat(redirections(router)).hasSize(2);
    assertThat(redirections(router)).anyMatch(each -> each.contains(" " + tcp + " "));
    assertThat(redirections(router))
        .anyMatch(each -> each.contains(" " + port(mapping, "udp") + " "));
    assertThat(router.isOpen(tcp)).isTrue();

    int lease = protocol == MapProtocol.UPNP_IGD ? UPNP_LEASE_SECONDS : LEASE_SECONDS;
    Duration watched = Duration.ofSeconds((long) LEASES * lease);
    Awaitility.await("renewed")
        .pollInterval(Duration.ofSeconds(1))
        .during(watched)
        .atMost(watched.plusMinutes(1))
        .until(() -> redirections(router).size() == 2);
    assertThat(router.isOpen(tcp)).isTrue();

    host.ask("end");
    assertThat(redirections(router)).isEmpty();
    assertThat(router.isOpen(tcp)).isFalse();
  }

  private static JsonNode awaitMapped(LabProcess host) throws Exception {
    try {
      return Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> host.ask("mapping"), each -> each.get("verdict").asText().equals("MAPPED"));
    } catch (ConditionTimeoutException e) {
      return fail(host.ask("mapping") + "; the router says\n" + started(lab).said(), e);
    }
  }

  private static int port(JsonNode mapping, String kind) {
    for (JsonNode each : mapping.get("addresses")) {
      String[] parts = each.asText().split("/", -1);
      if (parts[3].equals(kind)) {
        assertThat(parts[2]).isEqualTo(GatewayLab.TOLD);
        return Integer.parseInt(parts[4]);
      }
    }
    return fail("no port for " + kind + ": " + mapping);
  }

  /** The router's rules that lead to the house. */
  private static List<String> redirections(GatewayLab router) throws IOException {
    List<String> found = new ArrayList<>();
    for (String line : router.rules().split("\n", -1)) {
      if (line.contains("dnat") && line.contains(GatewayLab.HOUSE)) {
        found.add(line.strip());
      }
    }
    return found;
  }
}

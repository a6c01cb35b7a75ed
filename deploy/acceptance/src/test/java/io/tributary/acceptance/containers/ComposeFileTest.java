package io.tributary.acceptance.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.acceptance.containers.ComposeFile.Service;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the compose file promises; {@link ContainersTest} starts what it says. */
final class ComposeFileTest {
  @Test
  void services_areReadyOnlyWhenTheyAre_andLeaveNothingOpen() throws IOException {
    ComposeFile compose = ComposeFile.read();

    assertThat(compose.services().keySet())
        .containsExactly("network", "cacher-0", "cacher-1", "retriever-0");
    for (Service each : compose.services().values()) {
      assertThat(each.healthTest()).as(each.name()).hasSizeGreaterThan(1).startsWith("CMD");
      assertThat(each.list("ports"))
          .as(each.name())
          .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
      assertThat(each.said().path("read_only").asBoolean()).as(each.name()).isTrue();
      assertThat(each.list("cap_drop")).as(each.name()).containsExactly("ALL");
      assertThat(each.list("volumes"))
          .as(each.name())
          .isNotEmpty()
          .allSatisfy(volume -> assertThat(volume).doesNotStartWith("/").doesNotStartWith("."));
      assertThat(each.memoryBytes()).as(each.name()).isPositive();
    }
  }
}

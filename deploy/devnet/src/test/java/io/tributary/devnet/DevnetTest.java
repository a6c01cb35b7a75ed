package io.tributary.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.dev.runtime.DirectoryInUseException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The part of a devnet that needs no program: whole networks are tested with the launcher. */
final class DevnetTest {
  private static final Program NONE = new Program(List.of("false"), List.of());

  @TempDir private Path dir = Path.of("");

  private DevnetPlan plan(int cachers) {
    return new DevnetPlan(
        dir, dir.resolve("tools"), 12, cachers, 0, List.of("eu-west", "us-east"), 0, 0, false);
  }

  @Test
  void originOnly_isDescribedInItsFiles() throws Exception {
    try (DevRuntime runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
        Devnet devnet = Devnet.start(plan(0), NONE, runtime, new SecureRandom())) {
      assertThat(NetworkProfile.read(devnet.files().profile())).isEqualTo(devnet.profile());
      assertThat(devnet.profile().overlay()).isEmpty();
      assertThat(devnet.files().publisherSeed()).exists();
      DevnetState state = DevnetState.read(dir);
      assertThat(state.members()).hasSize(1);
      assertThat(state.members().get(0).pid()).isEqualTo(ProcessHandle.current().pid());

      assertThatThrownBy(() -> Devnet.start(plan(0), NONE, runtime, new SecureRandom()))
          .isInstanceOf(DirectoryInUseException.class);
    }
  }

  @Test
  void plan_refusesWhatCannotBe() {
    assertThatThrownBy(() -> plan(DevnetPlan.MAX_NODES + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cachers 33");
    assertThatThrownBy(() -> new DevnetPlan(dir, dir, 12, 1, 1, List.of("EU west"), 0, 0, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'EU west' is no region");
  }

  @Test
  void nodes_areDealtOutToTheRegionsInTurn() {
    assertThat(List.of(plan(4).region(0), plan(4).region(1), plan(4).region(2)))
        .containsExactly("eu-west", "us-east", "eu-west");
  }
}

package io.tributary.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.nodekit.network.NetworkProfile;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.dev.runtime.DirectoryInUseException;
import io.tributary.origin.dev.runtime.Reach;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The part of a devnet that needs no program: whole networks are tested with the launcher. */
final class DevnetTest {
  private static final Program NONE = new Program(List.of("false"), List.of());

  @TempDir private Path dir = Path.of("");

  private DevnetPlan plan(int cachers) {
    return new DevnetPlan(
        dir,
        dir.resolve("tools"),
        12,
        cachers,
        0,
        List.of("eu-west", "us-east"),
        DevnetPlan.Ports.free(),
        false);
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
  void withAHostsName_nodesArePreparedForOtherMachines() throws Exception {
    DevnetPlan plan =
        new DevnetPlan(
            dir,
            dir.resolve("tools"),
            12,
            0,
            1,
            List.of("eu-west"),
            new DevnetPlan.Ports(0, 0, 0, Optional.of("network.test")),
            false);
    try (DevRuntime runtime =
            DevRuntime.start(
                Clock.systemUTC(), new SplittableRandom(1), Reach.byName("network.test"));
        Devnet devnet = Devnet.start(plan, NONE, runtime, new SecureRandom())) {
      assertThat(devnet.profile().chain().rpc())
          .allSatisfy(each -> assertThat(each.getHost()).isEqualTo("network.test"));
      assertThat(devnet.origin().miners().get(0).url()).startsWith("http://network.test:");
      assertThat(devnet.retrievers()).isEmpty();
      assertThat(devnet.files().config(DevnetNode.Kind.RETRIEVER, "retriever-0"))
          .content()
          .contains("/ip4/0.0.0.0/tcp/4001", "directory = \"/var/lib/tributary\"");
    }
  }

  @Test
  void plan_refusesWhatCannotBe() {
    assertThatThrownBy(() -> plan(DevnetPlan.MAX_NODES + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cachers 33");
    assertThatThrownBy(
            () ->
                new DevnetPlan(
                    dir, dir, 12, 1, 1, List.of("EU west"), DevnetPlan.Ports.free(), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'EU west' is no region");
    assertThatThrownBy(() -> new DevnetPlan.Ports(0, 0, 0, Optional.of("a b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a b' is no name of a host");
    assertThatThrownBy(() -> new DevnetPlan.Ports(0, 65_536, 0, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("miner port 65536");
  }

  @Test
  void nodes_areDealtOutToTheRegionsInTurn() {
    assertThat(List.of(plan(4).region(0), plan(4).region(1), plan(4).region(2)))
        .containsExactly("eu-west", "us-east", "eu-west");
  }
}

package io.tributary.acceptance.containers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.testcontainers.DockerClientFactory;

/** Elsewhere tests with containers are left out if there is no engine; not on the build machine. */
@EnabledIfEnvironmentVariable(named = "CI", matches = "true")
final class EngineTest {
  @Test
  void buildMachine_hasAnEngineAndADistribution() {
    assertThat(DockerClientFactory.instance().isDockerAvailable()).isTrue();
    assertThat(Images.canBeBuilt()).as("the goal is package or a later one").isTrue();
  }
}

package io.tributary.bench.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.bench.sim.SimNetwork.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SimNetworkTest {

  private static final Conditions STEADY =
      new Conditions(LatencyMatrix.world(), 0, 0, Duration.ofSeconds(5), 1);

  private final List<String> log = new ArrayList<>();

  private final class Echo implements SimNetwork.Endpoint<String> {
    @Override
    public void onTell(SimNode from, String message) {
      log.add(from.index() + " told " + message);
    }

    @Override
    public void onAsk(SimNode from, String request, Consumer<String> reply) {
      reply.accept("re: " + request);
    }
  }

  private final class Logging implements SimNetwork.Answer<String> {
    private final Simulation simulation;

    Logging(Simulation simulation) {
      this.simulation = simulation;
    }

    @Override
    public void onAnswer(String answer) {
      log.add(millis() + " " + answer);
    }

    @Override
    public void onFailure(Failure failure) {
      log.add(millis() + " " + failure);
    }

    private long millis() {
      return Duration.ofNanos(simulation.nanoTime()).toMillis();
    }
  }

  private final class World {
    final Simulation simulation;
    final SimNetwork<String> network;
    final SimNode near;
    final SimNode far;
    final SimNode hidden;

    World(Conditions conditions) {
      simulation = new Simulation(1, conditions);
      network = new SimNetwork<>(simulation, String::length);
      near = simulation.addNode(0, true);
      far = simulation.addNode(1, true);
      hidden = simulation.addNode(0, false);
      simulation.nodes().forEach(node -> network.attach(node, new Echo()));
    }

    void ask(SimNode from, SimNode to) {
      network.ask(from, to, "hi", Duration.ofSeconds(10), new Logging(simulation));
      simulation.runFor(Duration.ofSeconds(20));
    }
  }

  @Test
  void firstMessage_takesAHandshakeMore() {
    World world = new World(STEADY);
    world.ask(world.near, world.far);
    world.ask(world.near, world.far);
    assertThat(log).containsExactly("168 re: hi", "20084 re: hi");
    assertThat(world.near.sentBytes()).isEqualTo(4);
    assertThat(world.near.receivedBytes()).isEqualTo(12);
    assertThat(world.far.receivedMessages()).isEqualTo(2);
  }

  @Test
  void deadNode_isUnreachableUntilItReturns() {
    World world = new World(STEADY);
    world.far.kill();
    world.ask(world.near, world.far);
    world.far.restart();
    world.ask(world.near, world.far);
    world.network.attach(world.far, new Echo());
    world.ask(world.near, world.far);
    assertThat(log.get(0)).isEqualTo("5000 UNREACHABLE");
    assertThat(log.get(1)).isEqualTo("30000 TIMED_OUT");
    assertThat(log.get(2)).endsWith("re: hi");
  }

  @Test
  void hiddenNode_isReachedOnlyByWhomItHasDialled() {
    World world = new World(STEADY);
    world.ask(world.near, world.hidden);
    world.ask(world.hidden, world.near);
    world.ask(world.near, world.hidden);
    world.ask(world.far, world.hidden);
    assertThat(log).hasSize(4);
    assertThat(log.get(0)).endsWith("UNREACHABLE");
    assertThat(log.get(1)).endsWith("re: hi");
    assertThat(log.get(2)).endsWith("re: hi");
    assertThat(log.get(3)).endsWith("UNREACHABLE");
  }

  @Test
  void timers_dieWithTheirNode() {
    World world = new World(STEADY);
    world.near.timekeeper().after(Duration.ofSeconds(1), () -> log.add("late"));
    world.far.timekeeper().after(Duration.ofSeconds(1), () -> log.add("timely"));
    world.near.kill();
    world.near.restart();
    world.near.timekeeper().after(Duration.ofSeconds(2), () -> log.add("reborn"));
    world.simulation.runFor(Duration.ofSeconds(3));
    assertThat(log).containsExactly("timely", "reborn");
  }

  @Test
  void loss_hasItsShare() {
    World world = new World(STEADY.withLoss(0.1));
    for (int i = 0; i < 10_000; i++) {
      world.network.tell(world.near, world.far, "x");
    }
    world.simulation.runFor(Duration.ofSeconds(1));
    assertThat(world.far.receivedMessages()).isBetween(8_800L, 9_200L);
    assertThat(world.near.sentMessages()).isEqualTo(10_000);
  }
}

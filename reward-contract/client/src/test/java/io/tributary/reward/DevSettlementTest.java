package io.tributary.reward;

import static io.tributary.reward.Stage.coins;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.reward.ChainException.Reason;
import io.tributary.reward.dev.AnvilProcess;
import io.tributary.reward.dev.DevSettlement;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A development chain that keeps its state, and one that ends with its parent. */
final class DevSettlementTest {
  @TempDir private Path directory;

  @Test
  void chainWithAFile_goesOnWhereItWas() throws Exception {
    AnvilProcess.Options kept =
        new AnvilProcess.Options(
            OptionalInt.empty(), 0, Optional.of(directory.resolve("state.json")));
    Deployment deployment;
    try (AnvilProcess anvil = AnvilProcess.start(Stage.TOOLS, kept);
        DevSettlement first =
            DevSettlement.deploy(anvil, Stage.key(1), ContractTerms.defaults(), 0)) {
      deployment = first.deployment();
      first.fillEscrow(Stage.key(2).address(), coins(7));
    }
    try (AnvilProcess anvil = AnvilProcess.start(Stage.TOOLS, kept);
        DevSettlement again = DevSettlement.at(anvil, Stage.key(1), deployment, 0)) {
      assertThat(again.contract().account(Stage.key(2).address()).whole()).isEqualTo(coins(7));
      again.fillEscrow(Stage.key(2).address(), coins(1));
      assertThat(again.contract().account(Stage.key(2).address()).whole()).isEqualTo(coins(8));
    }
    try (AnvilProcess other = AnvilProcess.start(Stage.TOOLS, AnvilProcess.Options.defaults())) {
      assertThatThrownBy(() -> DevSettlement.at(other, Stage.key(1), deployment, 0))
          .isInstanceOfSatisfying(
              ChainException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_CHAIN));
    }
  }

  /** Starts a chain and waits to be killed. */
  static final class Parent {
    public static void main(String[] args) throws Exception {
      AnvilProcess anvil = AnvilProcess.start(Path.of(args[0]), AnvilProcess.Options.defaults());
      System.out.println(anvil.url());
      TimeUnit.HOURS.sleep(1);
    }
  }

  @Test
  void chain_endsWithItsParent_evenIfThatIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Parent.class.getName(),
                Stage.TOOLS.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(parent.inputReader().readLine()).startsWith("http://127.0.0.1:");
    var children = parent.descendants().toList();
    assertThat(children).isNotEmpty();
    parent.destroyForcibly(); // kill -9
    for (ProcessHandle each : children) {
      each.onExit().get(20, TimeUnit.SECONDS);
    }
    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }
}

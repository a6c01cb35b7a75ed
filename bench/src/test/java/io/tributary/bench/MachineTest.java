package io.tributary.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MachineTest {
  @Test
  void thisMachine_isDescribedByWhatTheJvmSays() {
    Machine here = Machine.here("1.2 at abc");
    assertThat(here.cpu()).isNotBlank();
    assertThat(here.processors()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(here.kernel()).startsWith(System.getProperty("os.name")).doesNotContain("-");
    assertThat(here.jdk()).startsWith(Runtime.version().toString());
    assertThat(here.tributary()).isEqualTo("1.2 at abc");
    assertThat(here.flags()).allMatch(each -> each.startsWith("-X"));
  }

  @Test
  void lines_nameWhatWasMeasured() {
    Machine machine =
        new Machine("EPYC", 2, "Linux 6.1", "17", List.of("-Xmx1g"), "1.2 at abc", 0.25, "now");
    assertThat(machine.toLines().lines())
        .containsExactly(
            "CPU        EPYC, 2 processors",
            "system     Linux 6.1, load 0.3",
            "JDK        17, -Xmx1g",
            "tributary  1.2 at abc");
  }
}

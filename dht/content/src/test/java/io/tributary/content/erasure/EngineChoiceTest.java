package io.tributary.content.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which engine a JVM gets, seen from outside in JVMs of their own. */
final class EngineChoiceTest {
  @Test
  void jvmWithoutTheModule_getsThePlainEngineAndAdvice() throws Exception {
    assertThat(probe())
        .isEqualTo("PLAIN, start the JVM with --add-modules jdk.incubator.vector, 2f");
  }

  @Test
  void jvmWithTheModule_getsTheSimdEngine() throws Exception {
    assertThat(probe("--add-modules", "jdk.incubator.vector")).isEqualTo("SIMD, , 2f");
  }

  @Test
  void jvmWithoutVectors_getsThePlainEngineAndTheReason() throws Exception {
    assertThat(probe("-XX:MaxVectorSize=8", "--add-modules", "jdk.incubator.vector"))
        .startsWith("PLAIN, java.lang.UnsupportedOperationException: the JVM offers vectors of ")
        .endsWith(", 2f");
  }

  @Test
  void jvmWithoutOptimisingCompiler_getsThePlainEngineAndAdvice() throws Exception {
    for (String flag : List.of("-XX:TieredStopAtLevel=1", "-Xint")) {
      assertThat(probe(flag, "--add-modules", "jdk.incubator.vector"))
          .isEqualTo("PLAIN, start the JVM with its optimising compiler, 2f");
    }
  }

  @Test
  void warmUp_notYetRun_leavesThePlainEngineAtWork() {
    List<Runnable> tasks = new ArrayList<>();
    ErasureCode code = ErasureCode.best(tasks::add);
    assertThat(tasks).hasSize(1);
    assertThat(code.engine()).isEqualTo(ErasureCode.Engine.PLAIN);
    assertThat(column4(code)).isEqualTo(0x2f);
  }

  @Test
  void warmUp_run_changesToTheSimdEngine() {
    ErasureCode code = ErasureCode.best(Runnable::run);
    assertThat(code.engine()).isEqualTo(ErasureCode.Engine.SIMD);
    assertThat(column4(code)).isEqualTo(0x2f);
  }

  @Test
  void warmUp_interrupted_leavesThePlainEngine() {
    Thread.currentThread().interrupt();
    ErasureCode code = ErasureCode.best(Runnable::run);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(code.engine()).isEqualTo(ErasureCode.Engine.PLAIN);
  }

  @Test
  void race_outOfTime_isNotWon() {
    Race race = new Race(new PlainStrip(), new PlainStrip(), Duration.ZERO);
    assertThat(race.isWonByChallenger()).isFalse();
  }

  private static String probe(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(flags));
    command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path")));
    command.add(Probe.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var out = process.getInputStream()) {
      String line = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(process.waitFor()).as(line).isZero();
      return line;
    }
  }

  private static int column4(ErasureCode code) {
    ByteBuffer[] columns = new ByteBuffer[ErasureCode.COLUMNS];
    Arrays.setAll(columns, c -> ByteBuffer.allocate(1).put(0, (byte) (c + (c < 2 ? 1 : 2))));
    code.reconstruct(columns, Columns.DATA, Columns.of(4));
    return columns[4].get(0) & 0xff;
  }

  /** Prints the engine, its obstacle to SIMD, and parity column 4 of the bytes 1, 2, 4, 5. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      ErasureCode code = ErasureCode.best();
      String obstacle = ErasureCode.Engine.SIMD.obstacle().orElse("");
      System.out.printf("%s, %s, %02x%n", code.engine(), obstacle, column4(code));
    }
  }
}

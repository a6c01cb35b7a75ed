package io.tributary.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.bench.ErasureReport.Figure;
import io.tributary.content.erasure.Columns;
import io.tributary.content.erasure.ErasureCode.Engine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ErasureBenchTest {
  /** SHA-256 at 1000 MB/s or less; memory kinds differ so that the choice among them shows. */
  private static final List<Figure> FIGURES =
      List.of(
          figure("sha256", "JDK", Memory.HEAP, 900),
          figure("sha256", "JDK", Memory.DIRECT, 1000),
          figure("encode", "PLAIN", Memory.HEAP, 330),
          figure("encode", "PLAIN", Memory.DIRECT, 400),
          figure("oneLost", "PLAIN", Memory.HEAP, 900),
          figure("oneLost", "PLAIN", Memory.DIRECT, 800),
          figure("encode", "SIMD", Memory.HEAP, 1500),
          figure("encode", "SIMD", Memory.DIRECT, 1200),
          figure("oneLost", "SIMD", Memory.HEAP, 4500),
          figure("oneLost", "SIMD", Memory.DIRECT, 4800));

  @Test
  void goals_takeTheLeastFlatteringMemory() {
    List<Goal> goals = ErasureBench.goals(FIGURES, 17);
    assertThat(goals)
        .containsExactly(
            Goal.atLeast("encode PLAIN / SHA-256", 0.33, 0.33),
            Goal.atLeast("encode SIMD / SHA-256", 1.2, 1.0),
            Goal.atLeast("one lost column / encode, PLAIN", 2.0, 2.5),
            Goal.atLeast("one lost column / encode, SIMD", 3.0, 2.5));
    assertThat(goals).extracting(Goal::reached).containsExactly(true, true, false, true);
  }

  @Test
  void goals_onJdk25_askMoreOfSimd() {
    Goal simd = ErasureBench.goals(FIGURES, 25).get(1);
    assertThat(simd.wanted()).isEqualTo(1.3);
    assertThat(simd.reached()).isFalse();
  }

  @Test
  void goals_withOpenssl_judgeTheJdksSha256() {
    List<Figure> figures = new ArrayList<>(FIGURES);
    figures.add(figure("sha256", "OPENSSL", Memory.DIRECT, 1250));
    assertThat(ErasureBench.goals(figures, 17).get(4))
        .isEqualTo(Goal.atLeast("SHA-256, JDK / openssl", 0.8, 0.9));
  }

  @Test
  void opensslReport_isParsed() {
    String report =
        """
        Doing sha256 for 2s on 1048576 size blocks: 2964 sha256's in 2.00s
        version: 3.0.17
        type        1048576 bytes
        sha256         1554010.25k
        """;
    assertThat(OpensslSpeed.parse(report)).hasValue(1554.01025);
    assertThat(OpensslSpeed.parse("speed: Unknown algorithm sha256")).isEmpty();
  }

  @Test
  void table_namesFiguresAndVerdicts() {
    assertThat(ErasureBench.report(FIGURES).toTable())
        .contains("\nencode    SIMD     HEAP         22369.6      1500        1.50\n")
        .containsPattern("one lost column / encode, PLAIN +2.000 +goal >= 2.500 +MISSED");
  }

  @Test
  void json_keepsEveryFigure() throws Exception {
    JsonNode json = new ObjectMapper().readTree(ErasureBench.toJson(ErasureBench.report(FIGURES)));
    assertThat(json.get("figures")).hasSize(FIGURES.size());
    assertThat(json.at("/figures/6/megabytesPerSecond").doubleValue()).isEqualTo(1500);
    assertThat(json.at("/figures/6/ratioToSha256").doubleValue()).isEqualTo(1.5);
    assertThat(json.at("/goals/0/reached").isBoolean()).isTrue();
    assertThat(json.at("/goals/0/reached").booleanValue()).isTrue();
    assertThat(json.at("/goals/2/reached").booleanValue()).isFalse();
    assertThat(json.at("/flags/0").textValue()).isEqualTo("--add-modules=jdk.incubator.vector");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void benchmarks_doTheWorkTheyName(Engine engine) {
    assertRestores(engine, Memory.HEAP, Columns.PARITY, ErasureBenchmark::encode);
    assertRestores(engine, Memory.DIRECT, Columns.of(1), ErasureBenchmark::oneLost);
    assertRestores(engine, Memory.HEAP, Columns.DATA, ErasureBenchmark::fourLost);
    assertRestores(engine, Memory.DIRECT, Columns.of(1), ErasureBenchmark::range);
  }

  /** Wipes the start of the columns a benchmark overwrites, and expects it back. */
  private static void assertRestores(
      Engine engine, Memory memory, Columns overwritten, Consumer<ErasureBenchmark> work) {
    ErasureBenchmark benchmark = new ErasureBenchmark();
    benchmark.engine = engine;
    benchmark.memory = memory;
    benchmark.fillColumns();
    byte[][] starts = starts(benchmark.columns);
    overwritten.stream()
        .forEach(c -> benchmark.columns[c].put(0, new byte[ErasureBenchmark.RANGE_BYTES]));
    assertThat(Arrays.deepEquals(starts(benchmark.columns), starts)).isFalse();

    work.accept(benchmark);

    assertThat(starts(benchmark.columns)).isDeepEqualTo(starts);
  }

  private static byte[][] starts(ByteBuffer[] columns) {
    byte[][] starts = new byte[columns.length][ErasureBenchmark.RANGE_BYTES];
    for (int c = 0; c < columns.length; c++) {
      columns[c].get(0, starts[c]);
    }
    return starts;
  }

  private static Figure figure(String work, String engine, Memory memory, double speed) {
    return new Figure(work, engine, memory, (32 << 20) / speed, speed, 0);
  }
}

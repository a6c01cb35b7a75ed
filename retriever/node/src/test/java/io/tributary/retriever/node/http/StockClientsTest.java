package io.tributary.retriever.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.retriever.node.TestRetriever;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Downloads by programs that know nothing of CESS. */
final class StockClientsTest {
  private static final byte[] CONTENT = new byte[2 * Layout.SEGMENT_BYTES + 3_000_000];

  static {
    new SplittableRandom(5).nextBytes(CONTENT);
  }

  @TempDir private Path directory;

  static boolean aria2IsTested() {
    return StockClient.areTested("aria2c");
  }

  static boolean curlIsTested() {
    return StockClient.areTested("curl");
  }

  @Test
  @EnabledIf("aria2IsTested")
  void aria2_withTheMetalink_getsTheFileThoughOneMirrorLies() throws Exception {
    try (TestRetriever liar = new TestRetriever();
        TestRetriever honest = new TestRetriever(List.of(liar.url()))) {
      Fid fid = honest.engine.add("film.mp4", CONTENT.length, CONTENT);
      liar.engine.add("film.mp4", CONTENT.length, CONTENT);
      liar.engine.lies = true;
      String metalink = "/file/" + fid.toHex() + ".meta4";
      await().atMost(Duration.ofSeconds(20)).until(() -> honest.get(metalink).statusCode() == 200);
      Path document = Files.write(directory.resolve("film.meta4"), honest.get(metalink).body());

      StockClient.run(
          directory,
          "aria2c",
          "--no-conf",
          "--quiet",
          "--split=2",
          "--max-connection-per-server=2",
          "--min-split-size=1M",
          "--dir=" + directory,
          "--metalink-file=" + document);

      assertThat(Arrays.equals(Files.readAllBytes(directory.resolve("film.mp4")), CONTENT))
          .isTrue();
    }
  }

  @Test
  @EnabledIf("curlIsTested")
  void curl_resumesAndFollowsTheName() throws Exception {
    try (TestRetriever retriever = new TestRetriever()) {
      Fid fid = retriever.engine.add("film.mp4", CONTENT.length, CONTENT);
      String url = retriever.url() + "/file/download/" + fid.toHex();
      Path part = directory.resolve("part");
      Files.write(part, Arrays.copyOf(CONTENT, 20_000_000));

      StockClient.run(directory, "curl", "-sS", "-f", "-C", "-", "-o", part.toString(), url);
      StockClient.run(directory, "curl", "-sS", "-f", "-O", "-J", url);

      assertThat(Arrays.equals(Files.readAllBytes(part), CONTENT)).isTrue();
      assertThat(Arrays.equals(Files.readAllBytes(directory.resolve("film.mp4")), CONTENT))
          .isTrue();
    }
  }
}

package io.tributary.retriever.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.Fid;
import io.tributary.retriever.node.TestRetriever;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Players that seek in a film, which they do by ranges. */
@EnabledIf("ffmpegIsTested")
final class PlayersTest {
  private static final String FRONT = "index-in-front.mp4";
  private static final String END = "index-at-the-end.mp4";
  private static final Path BROWSER = Path.of("src", "test", "browser");

  @TempDir private static Path directory = Path.of("");
  private static TestRetriever retriever;
  private static String front = "";
  private static String end = "";

  static boolean ffmpegIsTested() {
    return StockClient.areTested("ffmpeg");
  }

  static boolean chromiumIsTested() {
    return StockClient.areTested("chromium", "node", "npm");
  }

  /** A film of a minute, of so much noise that no player holds all of it. */
  @BeforeAll
  static void makeFilms() throws Exception {
    StockClient.run(
        directory,
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=duration=60:size=320x240:rate=24,noise=alls=15:allf=t",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-g",
        "48",
        END);
    StockClient.run(
        directory,
        "ffmpeg",
        "-v",
        "error",
        "-i",
        END,
        "-c",
        "copy",
        "-movflags",
        "+faststart",
        FRONT);
    retriever = new TestRetriever();
    front = publish(FRONT);
    end = publish(END);
  }

  @AfterAll
  static void stop() {
    retriever.close();
  }

  private static String publish(String name) throws IOException {
    byte[] film = Files.readAllBytes(directory.resolve(name));
    Fid fid = retriever.engine.add(name, film.length, film);
    return retriever.url() + "/file/" + fid.toHex();
  }

  /** The hash of a second of pictures, decoded. */
  private static String pictures(String from, double seconds) throws Exception {
    return StockClient.run(
        directory,
        "ffmpeg",
        "-v",
        "error",
        "-ss",
        String.valueOf(seconds),
        "-i",
        from,
        "-frames:v",
        "24",
        "-an",
        "-f",
        "md5",
        "-");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 59, 17.25, 41.5})
  void ffmpeg_seeksToTheSamePictures_whereverTheIndexIs(double seconds) throws Exception {
    String expected = pictures(directory.resolve(FRONT).toString(), seconds);

    assertThat(expected).startsWith("MD5=");
    assertThat(pictures(front, seconds)).isEqualTo(expected);
    assertThat(pictures(end, seconds)).isEqualTo(expected);
  }

  @Test
  void ffmpeg_readsTheWholeStream() throws Exception {
    String[] wanted = {"ffmpeg", "-v", "error", "-i", FRONT, "-c", "copy", "-f", "streamhash", "-"};
    String[] served = wanted.clone();
    served[4] = front;

    assertThat(StockClient.run(directory, served)).isEqualTo(StockClient.run(directory, wanted));
  }

  @Test
  @EnabledIf("chromiumIsTested")
  void chromium_seeksByRanges_andEndsUpWhereItWanted() throws Exception {
    for (String each : List.of("package.json", "package-lock.json", "seek.mjs")) {
      Files.copy(BROWSER.resolve(each), directory.resolve(each));
    }
    StockClient.run(directory, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");

    for (String film : List.of(front, end)) {
      JsonNode told =
          new ObjectMapper()
              .readTree(
                  StockClient.run(
                      directory,
                      "node",
                      "seek.mjs",
                      chromium().toString(),
                      film,
                      "50,10,33.25,58,0.5"));

      assertThat(told.path("duration").asDouble()).isCloseTo(60, within(0.5));
      assertThat(told.path("seekableTo").asDouble()).isCloseTo(60, within(0.5));
      assertThat(told.path("seeks")).hasSize(5);
      for (JsonNode seek : told.path("seeks")) {
        assertThat(seek.path("got").asDouble())
            .isCloseTo(seek.path("wanted").asDouble(), within(0.05));
        assertThat(seek.path("ready").asInt()).as("has the picture").isGreaterThanOrEqualTo(2);
      }
      List<String> ranges = new ArrayList<>();
      told.path("ranges").forEach(range -> ranges.add(range.asText()));
      assertThat(ranges)
          .hasSizeGreaterThan(1)
          .allMatch(range -> range.startsWith("bytes="))
          .anyMatch(range -> !range.startsWith("bytes=0-"));
    }
  }

  private static Path chromium() {
    for (String place : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(place, "chromium"))) {
        return Path.of(place, "chromium");
      }
    }
    throw new AssertionError("chromium is not installed; apt-get install chromium");
  }
}

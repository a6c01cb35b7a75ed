package io.tributary.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.HotOptions;
import io.tributary.cacher.store.hot.Lookup;
import io.tributary.cacher.store.hot.StoreMetrics;
import io.tributary.content.FragmentHash;
import io.tributary.content.Sha256;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheCommandsTest {
  private static final int LENGTH = 128 << 10;
  private static final HotOptions OPTIONS =
      new HotOptions(8 << 20, 1 << 20, LENGTH, 4, 50, 100, 10);

  @TempDir private Path dir = Path.of("");

  private HotFragments open() throws Exception {
    return HotFragments.open(dir.resolve("store"), OPTIONS, Runnable::run, StoreMetrics.NONE);
  }

  private Ran cache(String command, String... more) {
    String[] args = new String[5 + more.length];
    args[0] = "cacher";
    args[1] = "cache";
    args[2] = command;
    args[3] = "--store";
    args[4] = dir.resolve("store").toString();
    System.arraycopy(more, 0, args, 5, more.length);
    return Ran.tributary(args);
  }

  private static FragmentHash store(HotFragments hot, int number, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length).putInt(0, number);
    FragmentHash hash = new FragmentHash(Sha256.of(bytes));
    Fill fill = ((Reservation.Granted) hot.fill(hash, length)).fill();
    fill.write(bytes);
    assertThat(fill.complete()).isInstanceOf(Fill.Completion.Stored.class);
    return hash;
  }

  @Test
  void stats_verify_andPurge_sayWhatIsThere() throws Exception {
    FragmentHash first;
    FragmentHash rotten;
    Pin.FileSpan span;
    try (HotFragments hot = open()) {
      first = store(hot, 1, LENGTH);
      rotten = store(hot, 2, LENGTH);
      store(hot, 3, 1000);
      try (Pin pin = ((Lookup.Hit) hot.find(rotten)).pin()) {
        span = pin.file().orElseThrow();
      }
      Ran locked = cache("stats");
      assertThat(locked.exitCode()).isEqualTo(ExitCode.LOCKED.code());
      assertThat(locked.err()).contains("another process uses this store");
    }

    JsonNode stats = new ObjectMapper().readTree(cache("stats", "--json").out());
    assertThat(stats.at("/fragments/count").asInt()).isEqualTo(2);
    assertThat(stats.at("/small/count").asInt()).isEqualTo(1);
    assertThat(stats.at("/fragments/opened").asText()).isEqualTo("CLEAN");
    assertThat(stats.at("/fragments/usedBytes").asLong()).isGreaterThan(2 * LENGTH);
    assertThat(cache("stats").out()).contains("opened CLEAN, 0 dropped");

    Ran right = cache("verify");
    assertThat(right.exitCode()).as(right.err()).isZero();
    assertThat(right.out()).contains("right    3", "damaged  0");

    try (RandomAccessFile bytes = new RandomAccessFile(span.file().toFile(), "rw")) {
      bytes.seek(span.position() + 100);
      bytes.write(1);
    }
    Ran wrong = cache("verify");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.INTEGRITY.code());
    assertThat(wrong.out()).contains("damaged, removed: " + rotten, "right    2");
    assertThat(cache("verify").exitCode()).isZero();

    assertThat(cache("purge", first.toHex()).exitCode()).isZero();
    Ran again = cache("purge", first.toHex());
    assertThat(again.exitCode()).isEqualTo(ExitCode.NOT_FOUND.code());
    assertThat(again.out()).contains("not here  " + first);

    assertThat(cache("purge", "--all").exitCode()).isZero();
    Ran none = cache("stats");
    assertThat(none.exitCode()).isEqualTo(ExitCode.NOT_FOUND.code());
    assertThat(none.err()).contains("there is no store");
  }

  @Test
  void purge_mustBeToldWhat() {
    assertThat(cache("purge").exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(cache("purge", "abc").exitCode()).isEqualTo(ExitCode.USAGE.code());
    assertThat(cache("purge", "--all", "a".repeat(64)).exitCode()).isEqualTo(ExitCode.USAGE.code());
  }
}

package io.tributary.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.publish.PublishListener;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how a publication goes: bars for people, JSON lines for machines, or nothing. */
abstract class PublishProgress implements PublishListener, AutoCloseable {
  /** Opens the way of showing that fits the style and the terminal. */
  static PublishProgress open(ProgressStyle style, long fileBytes) {
    boolean bars = Terminal.isInteractive() && System.getenv("NO_COLOR") == null;
    return switch (style) {
      case AUTO -> bars ? new Bars(fileBytes) : new Silent();
      case JSON -> new JsonLines(System.err);
      case NONE -> new Silent();
    };
  }

  @Override
  public abstract void close();

  private static final class Silent extends PublishProgress {
    @Override
    public void close() {}
  }

  /** Two bars, one after the other: hashing, then storing. */
  private static final class Bars extends PublishProgress {
    private static final int MIB = 1 << 20;

    private Optional<ProgressBar> bar;

    Bars(long fileBytes) {
      bar = Optional.of(open("hashing", fileBytes));
    }

    @Override
    public void hashed(int segment, int contentBytes) {
      bar.ifPresent(shown -> shown.stepBy(contentBytes));
    }

    @Override
    public void declared(Fid fid, int alreadyStored, int total) {
      close();
      bar = Optional.of(open("storing", (long) total * Layout.FRAGMENT_BYTES));
      bar.get().stepTo((long) alreadyStored * Layout.FRAGMENT_BYTES);
    }

    @Override
    public void stored(int segment, int column, Miner miner) {
      bar.ifPresent(shown -> shown.stepBy(Layout.FRAGMENT_BYTES));
    }

    @Override
    public void replaced(int column, Miner failed, Miner replacement, RuntimeException why) {
      bar.ifPresent(shown -> shown.setExtraMessage("column " + column + " moved to another miner"));
    }

    @Override
    public void reported(int columns) {
      bar.ifPresent(
          shown -> shown.setExtraMessage(columns + " of " + Layout.COLUMNS + " columns reported"));
    }

    @Override
    public void close() {
      bar.ifPresent(ProgressBar::close);
      bar = Optional.empty();
    }

    private static ProgressBar open(String task, long bytes) {
      return new ProgressBarBuilder()
          .setTaskName(task)
          .setInitialMax(bytes)
          .setUnit(" MiB", MIB)
          .setStyle(ProgressBarStyle.ASCII)
          .showSpeed()
          .build();
    }
  }

  /** One JSON object per line and event. */
  private static final class JsonLines extends PublishProgress {
    private final ObjectMapper json = new ObjectMapper();
    private final PrintStream out;

    JsonLines(PrintStream out) {
      this.out = out;
    }

    @Override
    public void hashed(int segment, int contentBytes) {
      print("hashed", Map.of("segment", segment, "bytes", contentBytes));
    }

    @Override
    public void named(Manifest manifest) {
      print("named", Map.of("fid", manifest.fid().toHex(), "segments", manifest.segments().size()));
    }

    @Override
    public void declared(Fid fid, int alreadyStored, int total) {
      print("declared", Map.of("alreadyStored", alreadyStored, "total", total));
    }

    @Override
    public void stored(int segment, int column, Miner miner) {
      print(
          "stored",
          Map.of("segment", segment, "column", column, "miner", miner.account().toString()));
    }

    @Override
    public void replaced(int column, Miner failed, Miner replacement, RuntimeException why) {
      print(
          "replaced",
          Map.of(
              "column",
              column,
              "failed",
              failed.account().toString(),
              "replacement",
              replacement.account().toString(),
              "why",
              String.valueOf(why.getMessage())));
    }

    @Override
    public void reported(int columns) {
      print("reported", Map.of("columns", columns));
    }

    @Override
    public void close() {}

    private void print(String event, Map<String, ?> fields) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("event", event);
      line.putAll(fields);
      try {
        out.println(json.writeValueAsString(line));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("an event of ours cannot be written as JSON", e);
      }
    }
  }
}

package io.tributary.launcher;

import io.tributary.retriever.node.client.DownloadListener;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how a download goes: a bar for people, JSON lines for machines, reasons for the curious. */
final class GetProgress implements DownloadListener, AutoCloseable {
  private static final int MIB = 1 << 20;
  private static final long REPORT_NANOS = 500_000_000;

  private final ProgressStyle style;
  private final boolean explains;
  private final PrintWriter err;
  private Optional<ProgressBar> bar = Optional.empty();
  private long totalBytes;
  private long receivedBytes;
  private long verifiedBytes;
  private long reportedNanos = System.nanoTime();

  private GetProgress(ProgressStyle style, boolean explains, PrintWriter err) {
    this.style = style;
    this.explains = explains;
    this.err = err;
  }

  static GetProgress open(ProgressStyle style, boolean explains, PrintWriter err) {
    return new GetProgress(style, explains, err);
  }

  @Override
  public synchronized void started(long bytes, long alreadyBytes) {
    totalBytes = bytes;
    receivedBytes = alreadyBytes;
    verifiedBytes = alreadyBytes;
    if (style == ProgressStyle.AUTO
        && Terminal.isInteractive()
        && System.getenv("NO_COLOR") == null) {
      bar =
          Optional.of(
              new ProgressBarBuilder()
                  .setTaskName("receiving")
                  .setInitialMax(bytes)
                  .setUnit(" MiB", MIB)
                  .setStyle(ProgressBarStyle.ASCII)
                  .showSpeed()
                  .build());
      bar.get().stepTo(alreadyBytes);
    }
    if (alreadyBytes > 0) {
      explain(Terminal.bytes(alreadyBytes) + " are verified already and not fetched again");
    }
    event("started", Map.of("bytes", bytes, "alreadyBytes", alreadyBytes));
  }

  @Override
  public synchronized void received(long bytes) {
    receivedBytes += bytes;
    bar.ifPresent(shown -> shown.stepBy(bytes));
    long now = System.nanoTime();
    if (now - reportedNanos > REPORT_NANOS) {
      reportedNanos = now;
      event("progress", totals());
    }
  }

  @Override
  public synchronized void verified(int piece, long bytes, URI retriever, Duration took) {
    verifiedBytes += bytes;
    explain(
        "piece "
            + piece
            + ": "
            + Terminal.bytes(bytes)
            + " from "
            + retriever
            + " in "
            + Terminal.seconds(took.toNanos())
            + " ("
            + Terminal.rate(bytes, took.toNanos())
            + "), verified");
    Map<String, Object> event = totals();
    event.put("piece", piece);
    event.put("retriever", retriever.toString());
    event.put("millis", took.toMillis());
    event("verified", event);
  }

  @Override
  public synchronized void failed(int piece, long droppedBytes, URI retriever, String why) {
    receivedBytes -= droppedBytes;
    bar.ifPresent(shown -> shown.stepBy(-droppedBytes));
    explain((piece < 0 ? "metadata" : "piece " + piece) + ": dropped " + retriever + ": " + why);
    event("failed", Map.of("piece", piece, "retriever", retriever.toString(), "why", why));
  }

  @Override
  public synchronized void close() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
    err.flush();
  }

  private Map<String, Object> totals() {
    Map<String, Object> totals = new LinkedHashMap<>();
    totals.put("bytes", totalBytes);
    totals.put("receivedBytes", receivedBytes);
    totals.put("verifiedBytes", verifiedBytes);
    return totals;
  }

  private void explain(String sentence) {
    if (explains) {
      err.println(sentence);
      err.flush();
    }
  }

  private void event(String name, Map<String, Object> fields) {
    if (style == ProgressStyle.JSON) {
      Map<String, Object> event = new LinkedHashMap<>();
      event.put("event", name);
      event.putAll(fields);
      err.println(Terminal.jsonLine(event));
      err.flush();
    }
  }
}

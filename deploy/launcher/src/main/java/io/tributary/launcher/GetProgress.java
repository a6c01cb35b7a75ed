package io.tributary.launcher;

import io.tributary.content.ByteRange;
import io.tributary.ledger.Amount;
import io.tributary.retriever.client.Ask;
import io.tributary.retriever.client.DownloadListener;
import io.tributary.retriever.node.LocalRetriever;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how a download goes: a bar for people, JSON lines for machines, reasons for the curious.
 */
final class GetProgress implements DownloadListener, AutoCloseable {
  private static final int MIB = 1 << 20;
  private static final long REPORT_NANOS = 500_000_000;
  private static final long NANOS_PER_MICRO = 1000;

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

  /** The overlay was joined. */
  synchronized void joined(LocalRetriever local, int cachers) {
    explain(
        cachers == 0
            ? "joined the overlay as " + local.peer() + "; no cacher of the region is known yet"
            : "joined the overlay as " + local.peer() + "; " + cachers + " cachers are known");
    event("joined", Map.of("peer", local.peer(), "cachers", cachers));
  }

  /**
   * The overlay is left: says what was promised at most. Books are written ahead of vouchers, so
   * what one download cost cannot be told from them once they were opened again.
   */
  synchronized void promised(LocalRetriever local) {
    Amount most = local.promised();
    explain(
        "promised to cachers, by all downloads of this --state-dir: at most "
            + most
            + " base units of the token");
    event("promised", Map.of("atMost", most.toString()));
  }

  /** All of it is there. */
  synchronized void done(String target) {
    Map<String, Object> event = totals();
    event.put("file", target);
    event("done", event);
  }

  @Override
  public synchronized void started(long bytes, long alreadyBytes) {
    totalBytes = bytes;
    receivedBytes = alreadyBytes;
    verifiedBytes = alreadyBytes;
    if (style == ProgressStyle.AUTO
        && Terminal.mayDraw(Terminal.isInteractive(), System.getenv())) {
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
  public synchronized void verified(int piece, long bytes, String source, Duration took) {
    verifiedBytes += bytes;
    explain(
        "piece "
            + piece
            + ": "
            + Terminal.bytes(bytes)
            + " from "
            + source
            + " in "
            + Terminal.seconds(took.toNanos())
            + " ("
            + Terminal.rate(bytes, took.toNanos())
            + "), verified");
    Map<String, Object> event = totals();
    event.put("piece", piece);
    event.put("source", source);
    event.put("millis", took.toMillis());
    event("verified", event);
  }

  @Override
  public synchronized void believed(ByteRange range, boolean isVerifiedHere) {
    explain(
        "bytes "
            + range.offset()
            + "-"
            + (range.end() - 1)
            + (isVerifiedHere
                ? ": verified by this process's own engine"
                : ": NOT verified, the retriever is believed as --believe says"));
    event(
        "believed",
        Map.of("first", range.offset(), "last", range.end() - 1, "isVerifiedHere", isVerifiedHere));
  }

  @Override
  public synchronized void failed(int piece, long droppedBytes, String source, String why) {
    receivedBytes -= droppedBytes;
    bar.ifPresent(shown -> shown.stepBy(-droppedBytes));
    explain(part(piece) + ": dropped " + source + ": " + why);
    event("failed", Map.of("piece", piece, "source", source, "why", why));
  }

  @Override
  public boolean explains() {
    return explains;
  }

  @Override
  public synchronized void asked(int piece, String source, List<Ask> asks) {
    for (Ask ask : asks) {
      explain(part(piece) + ": " + sentence(ask));
      Map<String, Object> event = new LinkedHashMap<>();
      event.put("piece", piece);
      event.put("kind", ask.kind());
      event.put("source", ask.source());
      event.put("column", ask.column());
      event.put("role", ask.role());
      event.put("outcome", ask.outcome());
      event.put("bytes", ask.receivedBytes());
      event.put("askedMicros", ask.askedMicros());
      event.put("firstByteMicros", ask.firstByteMicros());
      event.put("endedMicros", ask.endedMicros());
      event.put("detail", ask.detail());
      event("asked", event);
    }
  }

  private static String part(int piece) {
    return piece < 0 ? "metadata" : "piece " + piece;
  }

  private static String sentence(Ask ask) {
    StringBuilder text = new StringBuilder();
    text.append(ask.kind()).append(' ').append(ask.source());
    text.append(", column ").append(ask.column()).append(", ").append(why(ask.role()));
    text.append(": ").append(outcome(ask));
    if (ask.firstByteMicros() > 0) {
      text.append("; ").append(Terminal.bytes(ask.receivedBytes()));
      text.append(", the first byte after ")
          .append(seconds(ask.firstByteMicros() - ask.askedMicros()));
    }
    if (ask.endedMicros() > 0) {
      text.append(", over after ").append(seconds(ask.endedMicros() - ask.askedMicros()));
    }
    return text.toString();
  }

  private static String why(String role) {
    return switch (role) {
      case "NEEDED" -> "picked first";
      case "SPARE" -> "picked besides, should another be late";
      case "HEDGE" -> "picked because another was slow";
      case "REPLACEMENT" -> "picked because another failed";
      default -> role;
    };
  }

  private static String outcome(Ask ask) {
    String detail = ask.detail().isEmpty() ? "" : " (" + ask.detail() + ")";
    return switch (ask.outcome()) {
      case "VERIFIED" -> "right bytes";
      case "CANCELLED" -> "dropped, others were quicker" + detail;
      case "LIED" -> "dropped, wrong bytes" + detail;
      case "MISSING" -> "dropped, does not have it" + detail;
      case "BUSY" -> "dropped, busy" + detail;
      case "FAILED" -> "dropped" + detail;
      case "RUNNING" -> "still under way";
      default -> ask.outcome() + detail;
    };
  }

  private static String seconds(long micros) {
    return Terminal.seconds(micros * NANOS_PER_MICRO);
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
    if (explains && style != ProgressStyle.JSON) {
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

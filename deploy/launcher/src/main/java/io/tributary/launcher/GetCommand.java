package io.tributary.launcher;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.MalformedIdException;
import io.tributary.retriever.node.client.Download;
import io.tributary.retriever.node.client.DownloadException;
import io.tributary.retriever.node.client.DownloadRequest;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Downloads a file through retrievers. */
@Command(
    name = "get",
    description = {
      "Download a file through one or several retrievers.",
      "",
      "Each piece is hashed here and compared with the fid, so no retriever has to be trusted. A"
          + " download that was stopped, by Ctrl-C or kill -9, goes on where it was when the same"
          + " command is run again: FILE.part holds what there is, FILE.part.pieces says what of it"
          + " is verified."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExit codes:%n",
    footer = {
      "    0  the file is complete and right",
      "    2  the command line is wrong, or the file does not have the range",
      "    4  the chain knows no such file, or no retriever serves it to us",
      "    5  what came was not the file, from whoever was asked",
      "    6  no retriever could be reached, or none could get the content",
      "    9  the local disk failed",
      "   10  another process downloads to the same place",
      "  130  stopped by Ctrl-C; run it again to go on"
    })
final class GetCommand implements Callable<Integer> {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FID", description = "The file: 64 characters of 0-9 and a-f.")
  private String fid = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write it; - for standard output. Default: the fid.")
  private Optional<String> output = Optional.empty();

  @Option(
      names = "--via",
      paramLabel = "URL",
      split = ",",
      defaultValue = "${env:TRIBUTARY_RETRIEVER:-http://127.0.0.1:8080}",
      description = {
        "A retriever. May be repeated: pieces are then fetched from all of them.",
        "Default: TRIBUTARY_RETRIEVER, else http://127.0.0.1:8080."
      })
  private List<URI> via = new ArrayList<>();

  @Option(
      names = "--range",
      paramLabel = "FIRST-LAST",
      description =
          "Only these bytes, from 0, both included. Their hash is not known here, so the"
              + " retriever's own check is believed.")
  private Optional<String> range = Optional.empty();

  @Option(
      names = {"-n", "--connections"},
      paramLabel = "N",
      defaultValue = "4",
      description = "Pieces that are fetched at a time (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--rate",
      paramLabel = "BYTES",
      converter = ByteCountConverter.class,
      description = "Receive at most as many bytes a second, such as 2MiB.")
  private Optional<Long> rate = Optional.empty();

  @Option(
      names = "--attempts",
      paramLabel = "N",
      defaultValue = "5",
      description = "Try each piece as often (default: ${DEFAULT-VALUE}).")
  private int attempts;

  @Option(
      names = "--stalled",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "Give a retriever up that sends nothing for as long (default: ${DEFAULT-VALUE}).")
  private int stalledSeconds;

  @Option(
      names = "--progress",
      paramLabel = "STYLE",
      defaultValue = "auto",
      description =
          "auto: a bar on a terminal; json: a line per event on standard error; none"
              + " (default: ${DEFAULT-VALUE}).")
  private ProgressStyle progress = ProgressStyle.AUTO;

  @Option(
      names = "--explain",
      description = "Say on standard error where each piece came from and why attempts failed.")
  private boolean explain;

  @Override
  public Integer call() throws DownloadException, InterruptedException {
    DownloadRequest request = request();
    PrintWriter err = spec.commandLine().getErr();
    ExecutorService workers = Executors.newFixedThreadPool(connections, GetCommand::daemon);
    ScheduledExecutorService timers =
        Executors.newSingleThreadScheduledExecutor(GetCommand::daemon);
    CountDownLatch ended = new CountDownLatch(1);
    try (GetProgress shown = GetProgress.open(progress, explain, err)) {
      Download download =
          new Download(
              request,
              HttpClient.newBuilder()
                  .version(HttpClient.Version.HTTP_1_1)
                  .connectTimeout(CONNECT_WITHIN)
                  .build(),
              workers,
              timers,
              shown);
      Thread stopping = new Thread(() -> stop(download, ended), "stop");
      Runtime.getRuntime().addShutdownHook(stopping);
      String target = output.orElse(fid);
      if (target.equals("-")) {
        download.to(System.out);
      } else {
        download.to(Path.of(target).toAbsolutePath());
      }
    } finally {
      workers.shutdownNow();
      timers.shutdownNow();
      ended.countDown();
    }
    return ExitCode.OK.code();
  }

  private DownloadRequest request() {
    try {
      return new DownloadRequest(
          Fid.parse(fid),
          range.map(this::range),
          via.stream().map(GetCommand::base).toList(),
          connections,
          rate.orElse(Long.MAX_VALUE),
          attempts,
          Duration.ofSeconds(stalledSeconds));
    } catch (MalformedIdException e) {
      throw new ParameterException(
          spec.commandLine(), "'" + fid + "' is no fid: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private ByteRange range(String text) {
    Matcher parts = RANGE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("--range is FIRST-LAST, as 0-1023");
    }
    return ByteRange.between(
        Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)) + 1);
  }

  private static URI base(URI uri) {
    boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!isHttp || uri.getHost() == null) {
      throw new IllegalArgumentException("--via takes an address such as http://127.0.0.1:8080");
    }
    String text = uri.toString();
    return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : uri;
  }

  private static void stop(Download download, CountDownLatch ended) {
    download.stop();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "download");
    thread.setDaemon(true);
    return thread;
  }
}

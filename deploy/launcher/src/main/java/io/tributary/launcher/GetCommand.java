package io.tributary.launcher;

import io.tributary.cacher.store.StoreException;
import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.MalformedIdException;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.retriever.client.Download;
import io.tributary.retriever.client.DownloadException;
import io.tributary.retriever.client.DownloadRequest;
import io.tributary.retriever.client.FileSource;
import io.tributary.retriever.client.HttpRetriever;
import io.tributary.retriever.client.StopSignal;
import io.tributary.retriever.node.LocalRetriever;
import io.tributary.retriever.node.RetrieverConfig;
import java.io.IOException;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Downloads a file through retrievers, or from the overlay itself. */
@Command(
    name = "get",
    description = {
      "Download a file, through one or several retrievers, or from the overlay itself.",
      "",
      "Each piece is hashed here and compared with the fid, so no retriever has to be trusted: one"
          + " that lies can do no more than add zeros at the end of the file, or leave some out, of"
          + " which only the chain knows; --wallet asks that. A"
          + " download that was stopped, by Ctrl-C or kill -9, goes on where it was when the same"
          + " command is run again: FILE.part holds what there is, FILE.part.pieces says what of it"
          + " is verified."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExit codes:%n",
    footer = {
      "    0  the file is complete and right",
      "    2  the command line is wrong, or the file does not have the range",
      "    3  the network profile or the wallet's files cannot be used",
      "    4  the chain knows no such file, or no retriever serves it to us",
      "    5  what came was not the file, from whoever was asked; or the wallet's password is wrong",
      "    6  nobody could be reached, or none could get the content",
      "    8  TOO_EXPENSIVE: who has it asks for more than --max-price;",
      "       PAYMENT_REFUSED: who has it does not take the wallet's vouchers",
      "    9  the local disk failed",
      "   10  another process downloads to the same place, or uses the --state-dir",
      "  130  stopped by Ctrl-C; run it again to go on"
    })
final class GetCommand implements Callable<Integer> {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
  private static final Duration CACHERS_WITHIN = Duration.ofSeconds(10);
  private static final URI USUAL_RETRIEVER = URI.create("http://127.0.0.1:8080");

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
      description = {
        "A retriever. May be repeated: pieces are then fetched from all of them.",
        "Default: those of the --network, else TRIBUTARY_RETRIEVER, else http://127.0.0.1:8080."
      })
  private List<URI> via = new ArrayList<>();

  @Mixin private GetWallet wallet = new GetWallet();

  @Option(
      names = "--range",
      paramLabel = "FIRST-LAST",
      description =
          "Only these bytes, from 0, both included. They are verified like all others: through a"
              + " retriever that costs the pieces of 32 MiB that they lie in, with --wallet only"
              + " what they need.")
  private Optional<String> range = Optional.empty();

  @Option(
      names = "--believe",
      description =
          "With --range: have the retriever send these bytes alone, and take its word for them.")
  private boolean believe;

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
      description =
          "Give a retriever up that sends nothing for as long (default: ${DEFAULT-VALUE}).")
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
      description =
          "Say on standard error who was asked for each piece and why, what came of it, who was"
              + " slow and who was dropped.")
  private boolean explain;

  private final StopSignal stop = new StopSignal();

  @Override
  public Integer call()
      throws DownloadException,
          InterruptedException,
          IOException,
          StoreException,
          JournalException,
          KeystoreException {
    DownloadRequest request = request();
    if (wallet.isWanted() && !via.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--via and --wallet exclude each other");
    }
    if (believe && range.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--believe is for a --range; whole files are always verified");
    }
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(ended), "stop"));
    try (GetProgress shown = GetProgress.open(progress, explain, spec.commandLine().getErr())) {
      if (wallet.isWanted()) {
        fromTheOverlay(request, shown);
      } else {
        fromRetrievers(request, shown);
      }
      shown.done(target());
    } finally {
      ended.countDown();
    }
    return ExitCode.OK.code();
  }

  private void fromRetrievers(DownloadRequest request, GetProgress shown)
      throws DownloadException, InterruptedException, IOException {
    List<URI> asked = retrievers();
    ScheduledExecutorService timers =
        Executors.newSingleThreadScheduledExecutor(GetCommand::daemon);
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();
    try {
      download(
          request,
          asked.stream()
              .map(
                  each ->
                      new HttpRetriever(each, client, Duration.ofSeconds(stalledSeconds), timers))
              .toList(),
          shown);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } finally {
      timers.shutdownNow();
    }
  }

  private List<URI> retrievers() throws IOException {
    if (!via.isEmpty()) {
      return via;
    }
    List<URI> ofTheNetwork = wallet.retrievers();
    if (!ofTheNetwork.isEmpty()) {
      return ofTheNetwork;
    }
    String known = System.getenv("TRIBUTARY_RETRIEVER");
    return List.of(known == null || known.isEmpty() ? USUAL_RETRIEVER : URI.create(known));
  }

  private void fromTheOverlay(DownloadRequest request, GetProgress shown)
      throws DownloadException,
          InterruptedException,
          IOException,
          StoreException,
          JournalException,
          KeystoreException {
    RetrieverConfig config = wallet.config();
    try (NodeThreads threads = NodeThreads.start()) {
      LocalRetriever local = LocalRetriever.join(config, threads.retriever());
      try (local) {
        shown.joined(local, local.awaitCachers(CACHERS_WITHIN, stop));
        download(request, List.of(local), shown);
      } finally {
        // Only now: what came last is paid for at the end.
        shown.promised(local);
      }
    }
  }

  private void download(
      DownloadRequest request, List<? extends FileSource> sources, GetProgress shown)
      throws DownloadException, InterruptedException {
    ExecutorService workers =
        Executors.newFixedThreadPool(Math.max(2, request.connections()), GetCommand::daemon);
    Download download = new Download(request, sources, workers, shown);
    StopSignal.Registration stopping = stop.onStop(download::stop);
    try {
      if (target().equals("-")) {
        download.to(new CheckedOutput(System.out));
      } else {
        download.to(Path.of(target()).toAbsolutePath());
      }
    } finally {
      stopping.close();
      workers.shutdownNow();
    }
  }

  private String target() {
    return output.orElse(fid);
  }

  private DownloadRequest request() {
    try {
      return new DownloadRequest(
          Fid.parse(fid),
          range.map(this::range),
          believe,
          connections,
          rate.orElse(Long.MAX_VALUE),
          attempts);
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
    return ByteRange.between(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)) + 1);
  }

  /** Asks for the end and waits for it, since the process ends with its shutdown hooks. */
  private void stop(CountDownLatch ended) {
    stop.stop();
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

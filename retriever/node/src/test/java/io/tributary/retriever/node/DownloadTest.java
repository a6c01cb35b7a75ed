package io.tributary.retriever.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.retriever.client.Download;
import io.tributary.retriever.client.DownloadException;
import io.tributary.retriever.client.DownloadException.Reason;
import io.tributary.retriever.client.DownloadListener;
import io.tributary.retriever.client.DownloadRequest;
import io.tributary.retriever.client.HttpRetriever;
import java.io.ByteArrayOutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads through the API over real sockets. */
final class DownloadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final byte[] CONTENT = new byte[3 * Layout.SEGMENT_BYTES + 1_234_567];

  static {
    new SplittableRandom(7).nextBytes(CONTENT);
  }

  private final ExecutorService workers = Executors.newFixedThreadPool(8);
  private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(1);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  @TempDir private Path directory;
  private TestRetriever honest;
  private TestRetriever liar;
  private Fid fid;

  @BeforeEach
  void start() throws Exception {
    honest = new TestRetriever();
    liar = new TestRetriever();
    fid = honest.engine.add("a.bin", CONTENT.length, CONTENT);
    liar.engine.add("a.bin", CONTENT.length, CONTENT);
    liar.engine.lies = true;
  }

  @AfterEach
  void stop() {
    honest.close();
    liar.close();
    workers.shutdownNow();
    timers.shutdownNow();
  }

  private Download download(DownloadRequest request, DownloadListener listener, URI... retrievers) {
    return new Download(
        request,
        Arrays.stream(retrievers).map(each -> retriever(each, PATIENCE)).toList(),
        workers,
        listener);
  }

  private HttpRetriever retriever(URI url, Duration stalledFor) {
    return new HttpRetriever(url, client, stalledFor, timers);
  }

  private DownloadRequest request() {
    return DownloadRequest.of(fid).withConnections(3).withAttempts(2);
  }

  private void assertComplete(Path target) throws Exception {
    assertThat(Arrays.equals(Files.readAllBytes(target), CONTENT)).isTrue();
    try (var left = Files.list(target.getParent())) {
      assertThat(left.toList()).containsExactly(target);
    }
  }

  @Test
  void file_comesInParallelPiecesAndGetsItsNameAtTheEnd() throws Exception {
    Path target = directory.resolve("a.bin");
    AtomicLong verified = new AtomicLong();

    download(
            request(),
            new DownloadListener() {
              @Override
              public void verified(int piece, long bytes, String retriever, Duration took) {
                assertThat(target).doesNotExist();
                verified.addAndGet(bytes);
              }
            },
            honest.url())
        .to(target);

    assertComplete(target);
    assertThat(verified).hasValue(CONTENT.length);
  }

  @Test
  void lyingRetriever_costsAttemptsAndNoWrongByte() throws Exception {
    Path target = directory.resolve("a.bin");
    AtomicReference<String> why = new AtomicReference<>("");

    download(
            request(),
            new DownloadListener() {
              @Override
              public void failed(int piece, long dropped, String retriever, String reason) {
                assertThat(retriever).isEqualTo(liar.url().toString());
                why.set(reason);
              }
            },
            liar.url(),
            honest.url())
        .to(target);

    assertComplete(target);
    assertThat(why).hasValue("wrong bytes");
  }

  @Test
  void onlyLiars_areAnErrorAndNoFile() {
    Path target = directory.resolve("a.bin");

    assertThatThrownBy(() -> download(request(), DownloadListener.NONE, liar.url()).to(target))
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_BYTES));
    assertThat(target).doesNotExist();
  }

  @Test
  void stoppedDownload_goesOnWithoutReadingVerifiedPiecesAgain() throws Exception {
    Path target = directory.resolve("a.bin");
    DownloadRequest one = DownloadRequest.of(fid).withConnections(1).withAttempts(1);
    CompletableFuture<Download> running = new CompletableFuture<>();
    Download first =
        download(
            one,
            new DownloadListener() {
              @Override
              public void verified(int piece, long bytes, String retriever, Duration took) {
                if (piece == 1) {
                  running.join().stop();
                }
              }
            },
            honest.url());
    running.complete(first);

    assertThatThrownBy(() -> first.to(target))
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STOPPED));

    long readBefore = honest.engine.readBytes.get();
    AtomicLong already = new AtomicLong();
    download(
            one,
            new DownloadListener() {
              @Override
              public void started(long bytes, long alreadyBytes) {
                already.set(alreadyBytes);
              }
            },
            honest.url())
        .to(target);

    assertComplete(target);
    assertThat(already).hasValue(2L * Layout.SEGMENT_BYTES);
    assertThat(honest.engine.readBytes.get() - readBefore)
        .isEqualTo(CONTENT.length - 2L * Layout.SEGMENT_BYTES);
  }

  private static final ByteRange RANGE =
      ByteRange.between(Layout.SEGMENT_BYTES - 5, Layout.SEGMENT_BYTES + 500_000);

  private static byte[] rangeContent() {
    return Arrays.copyOfRange(CONTENT, (int) RANGE.offset(), (int) RANGE.end());
  }

  @Test
  void range_isVerifiedByThePiecesItLiesIn_whoeverLies() throws Exception {
    Path target = directory.resolve("part");

    download(request().withRange(RANGE), DownloadListener.NONE, liar.url(), honest.url())
        .to(target);

    assertThat(Files.readAllBytes(target)).isEqualTo(rangeContent());
    assertThat(honest.engine.readBytes).hasValueGreaterThanOrEqualTo(Layout.SEGMENT_BYTES);
  }

  @Test
  void range_ofALiarAlone_isAnError() {
    DownloadRequest range = request().withRange(RANGE);
    assertThatThrownBy(
            () -> download(range, DownloadListener.NONE, liar.url()).to(directory.resolve("part")))
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_BYTES));
  }

  @Test
  void believedRange_costsItsOwnBytes_andIsToldAsSuch() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AtomicReference<ByteRange> told = new AtomicReference<>(new ByteRange(0, 1));

    download(
            request().withBelievedRange(RANGE),
            new DownloadListener() {
              @Override
              public void believed(ByteRange range, boolean isVerifiedHere) {
                assertThat(isVerifiedHere).isFalse();
                told.set(range);
              }
            },
            honest.url())
        .to(out);

    assertThat(out.toByteArray()).isEqualTo(rangeContent());
    assertThat(honest.engine.readBytes).hasValue(RANGE.length());
    assertThat(told).hasValue(RANGE);
  }

  @Test
  void believedRange_pastTheEnd_isNoSuchRange_andNotTriedAgain() {
    ByteRange past = ByteRange.between(CONTENT.length - 10, CONTENT.length + 10);
    AtomicLong attempts = new AtomicLong();

    assertThatThrownBy(
            () ->
                download(
                        request().withBelievedRange(past),
                        new DownloadListener() {
                          @Override
                          public void failed(int piece, long dropped, String by, String why) {
                            attempts.incrementAndGet();
                          }
                        },
                        honest.url())
                    .to(directory.resolve("part")))
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_RANGE))
        .hasMessageContaining("the file has " + CONTENT.length + " bytes");
    assertThat(attempts).hasValue(1);
  }

  /** Downloads the whole file, and stops when the first piece is verified. */
  private void stopAfterTheFirstPiece(Path target) {
    CompletableFuture<Download> running = new CompletableFuture<>();
    Download first =
        download(
            DownloadRequest.of(fid).withConnections(1).withAttempts(1),
            new DownloadListener() {
              @Override
              public void verified(int piece, long bytes, String retriever, Duration took) {
                running.join().stop();
              }
            },
            honest.url());
    running.complete(first);
    assertStopped(first, target);
  }

  private static void assertStopped(Download download, Path target) {
    assertThatThrownBy(() -> download.to(target))
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STOPPED));
  }

  @Test
  void rangeThatWasStopped_isNotTakenForVerifiedPieces() throws Exception {
    Path target = directory.resolve("a.bin");
    stopAfterTheFirstPiece(target);
    CompletableFuture<Download> running = new CompletableFuture<>();
    AtomicLong received = new AtomicLong();
    Download range =
        download(
            request().withBelievedRange(ByteRange.between(100, CONTENT.length)),
            new DownloadListener() {
              @Override
              public void received(long bytes) {
                if (received.addAndGet(bytes) > Layout.SEGMENT_BYTES + (1 << 20)) {
                  running.join().stop();
                }
              }
            },
            honest.url());
    running.complete(range);
    assertStopped(range, target);

    download(request(), DownloadListener.NONE, honest.url()).to(target);

    assertComplete(target);
  }

  @Test
  void partThatWasLost_isFetchedAgain() throws Exception {
    Path target = directory.resolve("a.bin");
    stopAfterTheFirstPiece(target);
    Files.delete(directory.resolve("a.bin.part"));

    download(request(), DownloadListener.NONE, honest.url()).to(target);

    assertComplete(target);
  }

  @Test
  void descriptionOfAnotherFile_isNotTheFile() throws Exception {
    byte[] other = CONTENT.clone();
    other[0] ^= 1;
    Fid fidOfOther;
    try (TestRetriever elsewhere = new TestRetriever()) {
      fidOfOther = elsewhere.engine.add("a.bin", other.length, other);
    }
    honest.engine.poseAs(fidOfOther, fid);
    assertThatThrownBy(
            () ->
                download(
                        DownloadRequest.of(fidOfOther).withAttempts(1),
                        DownloadListener.NONE,
                        honest.url())
                    .to(directory.resolve("b.bin")))
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_BYTES));
  }

  @Test
  void standardOutput_getsTheWholeFileInOrder() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    download(request(), DownloadListener.NONE, liar.url(), honest.url()).to(out);

    assertThat(Arrays.equals(out.toByteArray(), CONTENT)).isTrue();
  }

  @Test
  void unknownFileAndDeadRetriever_areToldApart() throws Exception {
    Fid unknown = Fid.parse("ab".repeat(32));
    DownloadRequest nowhere = DownloadRequest.of(unknown);
    assertThatThrownBy(
            () -> download(nowhere, DownloadListener.NONE, honest.url()).to(directory.resolve("x")))
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_FILE));

    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }
    assertThatThrownBy(
            () ->
                download(
                        request(),
                        DownloadListener.NONE,
                        URI.create("http://127.0.0.1:" + closedPort))
                    .to(directory.resolve("y")))
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
  }

  @Test
  void silentRetriever_isGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      // Only of the one that never answers is it asked that it be quick.
      List<HttpRetriever> retrievers =
          List.of(retriever(url, Duration.ofMillis(200)), retriever(honest.url(), PATIENCE));
      new Download(request(), retrievers, workers, DownloadListener.NONE)
          .to(directory.resolve("a.bin"));

      assertComplete(directory.resolve("a.bin"));
    }
  }

  @Test
  void secondDownloadToTheSamePlace_isRefused() throws Exception {
    Path target = directory.resolve("a.bin");
    AtomicReference<Throwable> second = new AtomicReference<>();
    Download first =
        download(
            request(),
            new DownloadListener() {
              @Override
              public void started(long bytes, long alreadyBytes) {
                try {
                  download(request(), DownloadListener.NONE, honest.url()).to(target);
                } catch (DownloadException e) {
                  second.set(e);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
            },
            honest.url());

    first.to(target);

    assertThat(second.get())
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED));
    assertComplete(target);
  }
}

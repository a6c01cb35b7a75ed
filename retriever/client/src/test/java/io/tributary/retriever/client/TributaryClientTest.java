package io.tributary.retriever.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tributary.content.ByteRange;
import io.tributary.content.Layout;
import io.tributary.retriever.client.DownloadException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TributaryClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final byte[] CONTENT = new byte[4 * Layout.SEGMENT_BYTES + 12_345];

  static {
    new SplittableRandom(3).nextBytes(CONTENT);
  }

  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final MemorySource source = new MemorySource(CONTENT);
  private final TributaryClient client = new TributaryClient(List.of(source), workers);
  @TempDir private Path directory;

  @AfterEach
  void stop() {
    workers.shutdownNow();
  }

  /** Asks for as many buffers as told, and keeps them. */
  private static final class Collector implements Flow.Subscriber<ByteBuffer> {
    final List<ByteBuffer> buffers = new ArrayList<>();
    final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.complete(given);
    }

    @Override
    public synchronized void onNext(ByteBuffer buffer) {
      buffers.add(buffer);
    }

    @Override
    public void onError(Throwable failure) {
      ended.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      ended.complete(true);
    }

    synchronized int count() {
      return buffers.size();
    }

    synchronized byte[] bytes() {
      ByteBuffer all = ByteBuffer.allocate(buffers.stream().mapToInt(ByteBuffer::remaining).sum());
      buffers.forEach(all::put);
      return all.array();
    }
  }

  @Test
  void stream_readsTheFile_andARangeAcrossPieces() throws Exception {
    try (InputStream in = client.open(source.fid())) {
      assertThat(Arrays.equals(in.readAllBytes(), CONTENT)).isTrue();
    }
    ByteRange range =
        ByteRange.between(Layout.SEGMENT_BYTES - 7, 2L * Layout.SEGMENT_BYTES + 100_000);
    source.pieces.clear();
    try (InputStream in = client.open(source.fid(), range)) {
      assertThat(
              Arrays.equals(
                  in.readAllBytes(),
                  Arrays.copyOfRange(CONTENT, (int) range.offset(), (int) range.end())))
          .isTrue();
    }
    assertThat(source.pieces).containsExactlyInAnyOrder(0L, 1L, 2L);
  }

  @Test
  void closedStream_endsWhatIsFetchedForIt() throws Exception {
    source.isSilent = true;
    InputStream in = client.open(source.fid());
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                failure.completeExceptionally(new AssertionError("read " + in.read()));
              } catch (IOException e) {
                failure.complete(e);
              }
            });
    reader.start();
    source.opened.await();
    in.close();
    assertThat(failure.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(DownloadException.class)
        .hasMessageContaining("stopped");
    assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
  }

  @Test
  void publisher_givesTheFileInOrder_toEachSubscriber() throws Exception {
    Flow.Publisher<ByteBuffer> publisher = client.publisher(source.fid());
    for (int i = 0; i < 2; i++) {
      Collector collector = new Collector();
      publisher.subscribe(collector);
      collector.subscription.get().request(Long.MAX_VALUE);
      assertThat(collector.ended.get(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Arrays.equals(collector.bytes(), CONTENT)).isTrue();
      assertThat(collector.buffers)
          .allSatisfy(
              each -> {
                assertThat(each.isReadOnly()).isTrue();
                assertThat(each.capacity()).isLessThanOrEqualTo(PiecePublisher.BUFFER_BYTES);
              });
    }
  }

  @Test
  void subscriberThatAsksForLittle_getsNoMore_andOnlyAFewPiecesAreFetched() throws Exception {
    Collector collector = new Collector();
    client.publisher(source.fid()).subscribe(collector);
    assertThat(source.readBytes).as("nothing is asked before a request").hasValue(0);

    collector.subscription.get().request(2);

    long most = (1L + PieceStream.AHEAD) * Layout.SEGMENT_BYTES;
    await().atMost(PATIENCE).until(() -> source.readBytes.get() == most);
    await().atMost(PATIENCE).until(() -> collector.count() == 2);
    collector.subscription.get().request(1);
    await().atMost(PATIENCE).until(() -> collector.count() == 3);
    assertThat(source.readBytes).hasValue(most);

    collector.subscription.get().cancel();
    collector.subscription.get().request(5);
    assertThat(collector.count()).isEqualTo(3);
    assertThat(collector.ended).isNotDone();
  }

  @Test
  void cancelledSubscription_endsWhatIsFetchedForIt() throws Exception {
    source.isSilent = true;
    Collector collector = new Collector();
    client.publisher(source.fid()).subscribe(collector);
    collector.subscription.get().request(1);
    source.opened.await();
    collector.subscription.get().cancel();
    workers.shutdown();
    assertThat(workers.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(collector.ended).isNotDone();
  }

  @Test
  void failure_reachesFutureStreamAndSubscriber_asTheSameException() throws Exception {
    source.refusal = Optional.of(new Unanswered(Reason.REFUSED, Duration.ZERO, "not to you"));
    Collector collector = new Collector();
    client.publisher(source.fid()).subscribe(collector);
    collector.subscription.get().request(1);
    assertThatThrownBy(() -> collector.ended.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
    try (InputStream in = client.open(source.fid())) {
      assertThatThrownBy(in::read).hasCauseInstanceOf(DownloadException.class);
    }
    assertThatThrownBy(
            () -> client.download(source.fid(), directory.resolve("x")).get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
    try (InputStream in = client.open(source.fid(), new ByteRange(CONTENT.length - 1, 2))) {
      assertThatThrownBy(in::read).hasMessageContaining("the file has");
    }
  }

  @Test
  void cancelledDownload_stopsWithinAPause_andGoesOnLater() throws Exception {
    source.refusal = Optional.of(new Unanswered(Reason.UNREACHABLE, Duration.ofHours(1), "later"));
    Path target = directory.resolve("film");
    CompletableFuture<Path> download = client.download(source.fid(), target);
    source.opened.await();
    download.cancel(true);
    workers.shutdown();
    assertThat(workers.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(target).doesNotExist();

    MemorySource well = new MemorySource(CONTENT);
    ExecutorService others = Executors.newCachedThreadPool();
    try {
      assertThat(
              new TributaryClient(List.of(well), others)
                  .download(well.fid(), target)
                  .get(60, TimeUnit.SECONDS))
          .isEqualTo(target);
    } finally {
      others.shutdownNow();
    }
    assertThat(Arrays.equals(Files.readAllBytes(target), CONTENT)).isTrue();
  }

  @Test
  void rate_isKept_andAStopBreaksTheWait() throws Exception {
    Rate slow = new Rate(1_000_000);
    StopSignal stop = new StopSignal();
    long began = System.nanoTime();
    for (int bytes = 0; bytes < 300_000; bytes += slow.stepBytes()) {
      assertThat(slow.take(slow.stepBytes(), stop)).isTrue();
    }
    assertThat(System.nanoTime() - began).isGreaterThan(250_000_000L);

    Rate slowest = new Rate(1);
    Thread stopping = new Thread(stop::stop);
    stopping.start();
    assertThat(slowest.take(1, stop)).isFalse();
    stopping.join();
  }
}

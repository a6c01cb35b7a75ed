package io.tributary.retriever.node;

import io.tributary.cacher.store.StoreException;
import io.tributary.content.ByteRange;
import io.tributary.content.Fid;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.Reason;
import io.tributary.exchange.Status;
import io.tributary.ledger.Amount;
import io.tributary.ledger.journal.JournalException;
import io.tributary.ledger.keys.KeystoreException;
import io.tributary.retriever.client.Ask;
import io.tributary.retriever.client.DownloadException;
import io.tributary.retriever.client.FileSource;
import io.tributary.retriever.client.RemoteFile;
import io.tributary.retriever.client.StopSignal;
import io.tributary.retriever.client.Unanswered;
import io.tributary.retriever.engine.FileView;
import io.tributary.retriever.engine.ReadOptions;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import io.tributary.retriever.engine.VerifiedBytes;
import io.tributary.retriever.engine.VerifiedStream;
import io.tributary.retriever.engine.trace.Trace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A retriever inside this process that reads for this process alone: it joins the overlay under a
 * peer id of its own, pays cachers from its own wallet, and answers nobody. What comes of it was
 * verified by its engine. Thread-safe.
 */
public final class LocalRetriever implements FileSource, AutoCloseable {
  private static final Set<Reason> OVER_PRICE = Set.of(Status.TOO_EXPENSIVE, Breakage.OVER_CEILING);
  private static final Set<Reason> NOT_PAID =
      Set.of(
          Status.PAYMENT_REQUIRED,
          Status.LANE_CLOSED,
          Status.TOO_MANY_LANES,
          Status.NO_ESCROW,
          Status.WRONG_CONTRACT,
          Status.BAD_PROOF,
          Breakage.LANE_REFUSED,
          Breakage.LANE_CLOSED_HERE);

  /** What a payee that does not answer any more may hold up the end of this process. */
  private static final Duration PAYS_WITHIN = Duration.ofSeconds(2);

  private final RetrieverNode node;

  /** The latest refusal for the sake of money: a later read may not ask the same cacher again. */
  private volatile Optional<Unanswered> refusal = Optional.empty();

  private LocalRetriever(RetrieverNode node) {
    this.node = node;
  }

  /**
   * Joins; blocks while files are read and sockets opened, but not until others are found.
   *
   * @param config as {@link RetrieverConfig#ofReader} makes it
   * @throws IOException if a file cannot be used, or an address not listened on
   * @throws StoreException if its cache cannot be opened
   * @throws JournalException if its ledger cannot, as when another process uses the directory
   * @throws KeystoreException if its wallet cannot
   */
  public static LocalRetriever join(RetrieverConfig config, RetrieverRuntime runtime)
      throws IOException, StoreException, JournalException, KeystoreException {
    return new LocalRetriever(RetrieverNode.withoutDoors(config, runtime));
  }

  /**
   * Waits until cachers of the region are known, for what is asked before that goes to storage
   * miners.
   *
   * @return how many are known; 0 if none came to be in time, or the network has no overlay
   */
  public int awaitCachers(Duration atMost, StopSignal stop) throws InterruptedException {
    if (node.overlay().isEmpty()) {
      return 0;
    }
    CompletableFuture<Integer> some = node.overlay().get().members().some();
    StopSignal.Registration stopping = stop.onStop(() -> some.complete(0));
    try {
      return some.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return 0;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the members were never told", e);
    } finally {
      stopping.close();
    }
  }

  /** The peer id by which others know it; empty if the network has no overlay. */
  public String peer() {
    return node.overlay().map(joined -> joined.host().peerId().toString()).orElse("");
  }

  /**
   * The most that was promised to cachers so far, by this and earlier processes of the same
   * directory: limits are written down ahead of vouchers.
   */
  public Amount promised() {
    return node.payer().stream()
        .flatMap(payer -> payer.ledger().lanes().stream())
        .map(book -> book.mostOwed())
        .reduce(Amount.ZERO, Amount::plus);
  }

  @Override
  public String name() {
    return "the overlay";
  }

  @Override
  public boolean isVerifiedHere() {
    return true;
  }

  @Override
  public RemoteFile describe(Fid fid, StopSignal stop) throws IOException, InterruptedException {
    FileView file = view(fid, stop);
    return RemoteFile.proven(fid, file.storedBytes(), file.manifest().segmentHashes());
  }

  @Override
  public Content open(Fid fid, ByteRange range, StopSignal stop)
      throws IOException, InterruptedException {
    FileView file = view(fid, stop);
    if (range.end() > file.storedBytes()) {
      throw new Unanswered(
          DownloadException.Reason.NO_SUCH_RANGE,
          Duration.ZERO,
          "the file has " + file.storedBytes() + " bytes");
    }
    VerifiedStream stream = node.engine().read(file, range, ReadOptions.defaults());
    return new Read(stream, stop.onStop(stream::cancel));
  }

  private FileView view(Fid fid, StopSignal stop) throws IOException, InterruptedException {
    CompletableFuture<FileView> opening = node.engine().open(fid);
    StopSignal.Registration stopping = stop.onStop(() -> opening.completeExceptionally(stopped()));
    try {
      return opening.get();
    } catch (ExecutionException e) {
      throw explained(e, List.of());
    } finally {
      stopping.close();
    }
  }

  private static RetrievalException stopped() {
    return new RetrievalException(RetrievalReason.CANCELLED, "stopped");
  }

  /** What the engine reads, as bytes that block. */
  private final class Read implements Content {
    private final VerifiedStream stream;
    private final StopSignal.Registration stopping;
    private Optional<VerifiedBytes> piece = Optional.empty();

    Read(VerifiedStream stream, StopSignal.Registration stopping) {
      this.stream = stream;
      this.stopping = stopping;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException, InterruptedException {
      if (piece.isEmpty()) {
        piece = fetch();
      }
      if (piece.isEmpty()) {
        return -1;
      }
      VerifiedBytes from = piece.get();
      int bytes = Math.min(length, from.length());
      from.buf().readBytes(into, offset, bytes);
      if (from.length() == 0) {
        piece = Optional.empty();
        from.close();
      }
      return bytes;
    }

    private Optional<VerifiedBytes> fetch() throws IOException, InterruptedException {
      try {
        return stream.next().get();
      } catch (ExecutionException e) {
        throw explained(e, asks());
      }
    }

    @Override
    public List<Ask> asks() {
      return node.engine().trace(stream.traceId()).stream()
          .flatMap(trace -> trace.asks().stream())
          .map(LocalRetriever::ask)
          .toList();
    }

    @Override
    public void close() {
      stopping.close();
      piece.ifPresent(VerifiedBytes::close);
      piece = Optional.empty();
      stream.cancel();
    }
  }

  private static Ask ask(Trace.Ask one) {
    return new Ask(
        one.kind(),
        one.source(),
        one.column(),
        one.role().name(),
        one.outcome().name(),
        one.askedAt(),
        one.firstByteAt(),
        one.endedAt(),
        one.receivedBytes(),
        one.detail());
  }

  /** Says of a failure what a downloader can do about it. */
  private IOException explained(ExecutionException failure, List<Ask> asks) {
    asks.forEach(this::noteRefusal);
    if (!(failure.getCause() instanceof RetrievalException known)) {
      return new IOException(String.valueOf(failure.getMessage()), failure);
    }
    return switch (known.reason()) {
      case UNKNOWN_FILE -> unanswered(DownloadException.Reason.UNKNOWN_FILE, known);
      case ALL_SOURCES_LIED, BROKEN_FILE -> unanswered(DownloadException.Reason.WRONG_BYTES, known);
      case NO_SOURCE ->
          refusal.orElseGet(() -> unanswered(DownloadException.Reason.UNREACHABLE, known));
      case STILL_BEING_STORED,
          CHAIN_UNREACHABLE,
          CHAIN_UNUSABLE,
          DEADLINE,
          BUSY,
          CANCELLED,
          CLOSED,
          DEFECT ->
          unanswered(DownloadException.Reason.UNREACHABLE, known);
    };
  }

  private static Unanswered unanswered(DownloadException.Reason reason, RetrievalException known) {
    return new Unanswered(reason, known.retryAfter(), String.valueOf(known.getMessage()));
  }

  /** An ask's detail begins with the name of the reason. */
  private void noteRefusal(Ask ask) {
    int colon = ask.detail().indexOf(':');
    String name = colon < 0 ? ask.detail() : ask.detail().substring(0, colon);
    DownloadException.Reason reason;
    if (OVER_PRICE.stream().anyMatch(each -> each.name().equals(name))) {
      reason = DownloadException.Reason.TOO_EXPENSIVE;
    } else if (NOT_PAID.stream().anyMatch(each -> each.name().equals(name))) {
      reason = DownloadException.Reason.PAYMENT_REFUSED;
    } else {
      return;
    }
    refusal =
        Optional.of(
            new Unanswered(
                reason, Duration.ZERO, ask.kind() + " " + ask.source() + ": " + ask.detail()));
  }

  /**
   * Pays cachers what they have not been paid yet, unless that takes long, leaves the overlay, and
   * writes the books to the disk.
   */
  @Override
  public void close() {
    node.overlay().ifPresent(joined -> joined.client().paidUp(PAYS_WITHIN).join());
    node.close();
  }
}

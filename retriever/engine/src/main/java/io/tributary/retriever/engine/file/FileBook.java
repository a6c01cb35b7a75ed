package io.tributary.retriever.engine.file;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.fetch.absence.Absence;
import io.tributary.fetch.absence.Absences;
import io.tributary.fetch.absence.Outage;
import io.tributary.fetch.flight.SingleFlight;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.FileAnswer;
import io.tributary.retriever.engine.EngineSettings;
import io.tributary.retriever.engine.RetrievalException;
import io.tributary.retriever.engine.RetrievalReason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

/**
 * The files an engine has looked up. What a file is made of never changes and is kept as long as
 * there is room; where it lies and how it does is asked for anew after a while, and what was known
 * is used if the chain does not answer then. Thread-safe.
 */
public final class FileBook {
  /** How many files may be looked up at the same time. */
  public static final int MAX_LOOKUPS = 1024;

  private static final Duration STORING_RETRY = Duration.ofSeconds(12);
  private static final Duration CHAIN_RETRY = Duration.ofSeconds(5);
  private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

  private final ChainClient chain;
  private final EngineSettings.Files settings;
  private final LongSupplier nanoTime;
  private final Cache<Fid, Known> known;
  private final Absences<Fid> absences;
  private final SingleFlight<Fid, CompletableFuture<FileRecord>> lookups =
      new SingleFlight<>(MAX_LOOKUPS);

  private record Known(FileRecord record, long atNanos) {}

  /**
   * An empty book.
   *
   * @param outage tells when nothing that seems absent is believed to be
   */
  public FileBook(
      ChainClient chain, EngineSettings.Files settings, Outage outage, LongSupplier nanoTime) {
    this.chain = chain;
    this.settings = settings;
    this.nanoTime = nanoTime;
    // A manifest of a thousand segments weighs as much as a thousand of one.
    this.known =
        Caffeine.newBuilder()
            .maximumWeight(settings.maxFiles())
            .weigher(
                (Fid fid, Known file) ->
                    1 + file.record().manifest().segments().size() * Layout.COLUMNS / 64)
            .executor(Runnable::run)
            .build();
    this.absences = new Absences<>(settings.maxAbsent(), outage, nanoTime);
  }

  /** What is known of a file and still believed; nobody is asked. */
  public Optional<FileRecord> known(Fid fid) {
    return Optional.ofNullable(known.getIfPresent(fid))
        .filter(each -> isYoungerThan(each, settings.recordFor()))
        .map(Known::record);
  }

  /** Looks a file up; fails with a {@link RetrievalException}. */
  public CompletableFuture<FileRecord> open(Fid fid) {
    Optional<FileRecord> young = known(fid);
    if (young.isPresent()) {
      return CompletableFuture.completedFuture(young.get());
    }
    Optional<Known> file = Optional.ofNullable(known.getIfPresent(fid));
    Optional<Absence> absent = absences.of(fid);
    if (absent.isPresent()) {
      return CompletableFuture.failedFuture(unknown(fid));
    }
    return lookUp(fid)
        .handle(
            (record, failure) -> {
              if (failure == null) {
                return record;
              }
              RetrievalException why = explain(fid, failure);
              if (why.reason() == RetrievalReason.CHAIN_UNREACHABLE && file.isPresent()) {
                return file.get().record();
              }
              throw why;
            });
  }

  /**
   * Looks up where a file lies now, since it was not found where it was said to be.
   *
   * @return nothing if that was done just now, or the chain tells nothing new
   */
  public CompletableFuture<Optional<FileRecord>> refresh(FileRecord old) {
    Fid fid = old.manifest().fid();
    Optional<Known> file = Optional.ofNullable(known.getIfPresent(fid));
    if (file.isPresent() && !file.get().record().placement().equals(old.placement())) {
      return CompletableFuture.completedFuture(Optional.of(file.get().record()));
    }
    if (file.filter(each -> isYoungerThan(each, settings.refreshAtMostEvery())).isPresent()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return lookUp(fid)
        .handle(
            (record, failure) ->
                failure == null && !record.placement().equals(old.placement())
                    ? Optional.of(record)
                    : Optional.empty());
  }

  /** How many files are known. */
  public long size() {
    return known.estimatedSize();
  }

  private boolean isYoungerThan(Known file, Duration age) {
    return nanoTime.getAsLong() - file.atNanos() < age.toNanos();
  }

  /** Asks the chain, once for all who ask at the same time. */
  private CompletableFuture<FileRecord> lookUp(Fid fid) {
    Optional<SingleFlight.Joined<CompletableFuture<FileRecord>>> joined =
        lookups.join(fid, each -> new CompletableFuture<>());
    if (joined.isEmpty()) {
      return CompletableFuture.failedFuture(
          new RetrievalException(
              RetrievalReason.BUSY, MAX_LOOKUPS + " files are being looked up", BUSY_RETRY));
    }
    CompletableFuture<FileRecord> flight = joined.get().flight();
    if (joined.get().isNew()) {
      var unused =
          chain
              .file(fid)
              .whenComplete(
                  (answer, failure) -> {
                    lookups.land(fid, flight);
                    if (failure != null) {
                      flight.completeExceptionally(failure);
                    } else {
                      take(fid, answer, flight);
                    }
                  });
    }
    return flight;
  }

  private void take(Fid fid, FileAnswer answer, CompletableFuture<FileRecord> flight) {
    if (answer instanceof FileAnswer.Stored stored) {
      known.put(fid, new Known(stored.file(), nanoTime.getAsLong()));
      absences.forget(fid);
      flight.complete(stored.file());
    } else if (answer instanceof FileAnswer.Pending pending) {
      flight.completeExceptionally(
          new RetrievalException(
              RetrievalReason.STILL_BEING_STORED,
              pending.deal().reports().size()
                  + " of "
                  + Layout.COLUMNS
                  + " miners have reported file "
                  + fid,
              STORING_RETRY));
    } else {
      known.invalidate(fid);
      absences.put(fid, Absence.UNKNOWN_ON_CHAIN);
      flight.completeExceptionally(unknown(fid));
    }
  }

  private static RetrievalException unknown(Fid fid) {
    return new RetrievalException(
        RetrievalReason.UNKNOWN_FILE,
        "the chain knows no file " + fid,
        Absence.UNKNOWN_ON_CHAIN.believedFor());
  }

  private static RetrievalException explain(Fid fid, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RetrievalException known) {
      return known;
    }
    if (cause instanceof ChainException chain) {
      boolean isAway =
          switch (chain.reason()) {
            case UNREACHABLE, TIMEOUT, HTTP_STATUS, RPC_ERROR, OVERLOADED, CLOSED -> true;
            default -> false;
          };
      return new RetrievalException(
          isAway ? RetrievalReason.CHAIN_UNREACHABLE : RetrievalReason.CHAIN_UNUSABLE,
          "file " + fid + ": " + chain.reason(),
          isAway ? CHAIN_RETRY : Duration.ZERO);
    }
    return new RetrievalException(RetrievalReason.DEFECT, "file " + fid + ": " + cause);
  }
}

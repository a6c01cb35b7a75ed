package io.tributary.cacher.node.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.fetch.absence.Absence;
import io.tributary.fetch.absence.Absences;
import io.tributary.fetch.absence.Outage;
import io.tributary.fetch.flight.SingleFlight;
import io.tributary.origin.chain.ChainClient;
import io.tributary.origin.chain.ChainException;
import io.tributary.origin.chain.FileAnswer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The files this node was asked about, as the chain lists them. One question at a time for one
 * file, however many want to know. Bounded and thread-safe; never waits.
 */
public final class Catalog {
  private record Entry(FileRecord file, long readAtNanos) {}

  private final ChainClient chain;
  private final CatalogSettings settings;
  private final LongSupplier nanoTime;
  private final Cache<Fid, Entry> files;
  private final Absences<Fid> unlisted;
  private final SingleFlight<Fid, CompletableFuture<Listing>> questions;

  /**
   * A catalog that knows nothing yet.
   *
   * @param outage while it is on, nothing is remembered as unlisted
   * @param nanoTime a clock that never goes back
   */
  public Catalog(
      ChainClient chain, CatalogSettings settings, Outage outage, LongSupplier nanoTime) {
    this.chain = chain;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.files =
        Caffeine.newBuilder()
            .maximumWeight(settings.maxSegments())
            .<Fid, Entry>weigher((fid, entry) -> 1 + entry.file().manifest().segments().size())
            // Another thread would be woken for each few reads.
            .executor(Runnable::run)
            .build();
    this.unlisted =
        new Absences<>((int) Math.min(100_000, settings.maxSegments()), outage, nanoTime);
    this.questions = new SingleFlight<>(settings.maxQuestions());
  }

  /** Returns what is remembered of a file, whatever its age; the chain is not asked. */
  public Optional<FileRecord> known(Fid fid) {
    return Optional.ofNullable(files.getIfPresent(fid)).map(Entry::file);
  }

  /** Looks a file up whose manifest is wanted: from memory if it is there. */
  public CompletionStage<Listing> find(Fid fid) {
    Entry entry = files.getIfPresent(fid);
    if (entry != null) {
      return CompletableFuture.completedFuture(new Listing.Listed(entry.file()));
    }
    return unlisted.of(fid).isPresent()
        ? CompletableFuture.completedFuture(new Listing.Unlisted())
        : ask(fid);
  }

  /** Looks a file up whose placement is wanted: from memory if that is young enough. */
  public CompletionStage<Listing> place(Fid fid) {
    Entry entry = files.getIfPresent(fid);
    long maxAgeNanos = settings.placementLife().toNanos();
    return entry != null && nanoTime.getAsLong() - entry.readAtNanos() < maxAgeNanos
        ? CompletableFuture.completedFuture(new Listing.Listed(entry.file()))
        : ask(fid);
  }

  /** Asks the chain, whatever is remembered. A file that it lists no more is forgotten. */
  public CompletionStage<Listing> ask(Fid fid) {
    Optional<SingleFlight.Joined<CompletableFuture<Listing>>> joined =
        questions.join(fid, each -> new CompletableFuture<>());
    if (joined.isEmpty()) {
      return CompletableFuture.completedFuture(
          new Listing.Unanswered(ChainException.Reason.OVERLOADED));
    }
    CompletableFuture<Listing> answer = joined.get().flight();
    if (joined.get().isNew()) {
      chain
          .file(fid)
          .whenComplete(
              (told, failure) -> {
                Listing listing = told == null ? unanswered(failure) : remember(fid, told);
                questions.land(fid, answer);
                answer.complete(listing);
              });
    }
    return answer;
  }

  private Listing remember(Fid fid, FileAnswer told) {
    if (told instanceof FileAnswer.Stored stored) {
      files.put(fid, new Entry(stored.file(), nanoTime.getAsLong()));
      unlisted.forget(fid);
      return new Listing.Listed(stored.file());
    }
    files.invalidate(fid);
    unlisted.put(fid, Absence.UNKNOWN_ON_CHAIN);
    return new Listing.Unlisted();
  }

  private static Listing unanswered(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return new Listing.Unanswered(
        cause instanceof ChainException known ? known.reason() : ChainException.Reason.CLOSED);
  }

  /** How many files are remembered. */
  public long size() {
    return files.estimatedSize();
  }

  /** How many files the chain is being asked for. */
  public int questions() {
    return questions.size();
  }
}

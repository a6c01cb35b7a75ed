package io.tributary.cacher.node.serve;

import io.netty.buffer.ByteBuf;
import io.tributary.cacher.node.catalog.Catalog;
import io.tributary.cacher.node.catalog.Listing;
import io.tributary.cacher.node.demand.Demand;
import io.tributary.cacher.node.demand.Reading;
import io.tributary.cacher.node.fill.FillAnswer;
import io.tributary.cacher.node.fill.FillEnd;
import io.tributary.cacher.node.fill.Fills;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.cacher.store.hot.Lookup;
import io.tributary.cacher.store.hot.Outcome;
import io.tributary.content.FileRecord;
import io.tributary.content.FragmentHash;
import io.tributary.content.Manifest;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.Status;
import io.tributary.exchange.server.FragmentBody;
import io.tributary.exchange.server.FragmentSource;
import io.tributary.exchange.server.HeldFragment;
import io.tributary.fetch.absence.Absence;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.origin.chain.ChainException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The fragments of this node: those in the store, and those that it gets when they are asked for.
 *
 * <pre>
 * find --> store --hit--> bytes under a pin
 *            |
 *          miss --> is it in the file, by the chain? --no--> NOT_IN_FILE, NOT_FOUND
 *                       |
 *                      yes --> begin a fill or join it --> bytes as they come
 * </pre>
 *
 * <p>Thread-safe; never waits.
 */
public final class CachedFragments implements FragmentSource {
  /** How long to wait before asking again when the chain could not be asked. */
  static final Duration CHAIN_RETRY_AFTER = Duration.ofSeconds(2);

  private final HotFragments hot;
  private final Catalog catalog;
  private final Fills fills;
  private final ServingRules rules;
  private final Pace pace;
  private final Demand demand;
  private final ServeMetrics metrics;
  private final AtomicLong openBodies = new AtomicLong();

  /**
   * Serves what is hot, and what fills bring.
   *
   * @param rules what is not served
   * @param pace how fast peers are served
   * @param demand told of what is read
   */
  public CachedFragments(
      HotFragments hot,
      Catalog catalog,
      Fills fills,
      ServingRules rules,
      Pace pace,
      Demand demand,
      ServeMetrics metrics) {
    this.hot = hot;
    this.catalog = catalog;
    this.fills = fills;
    this.rules = rules;
    this.pace = pace;
    this.demand = demand;
    this.metrics = metrics;
  }

  @Override
  public CompletionStage<Answer> find(PeerId peer, FragmentRequest request) {
    return find(request.name())
        .thenApply(
            answer ->
                answer instanceof Answer.Found found
                    ? new Answer.Found(pace.slow(peer, found.body()))
                    : answer);
  }

  /** Looks for a fragment, for one who is not held to the pace of peers. */
  public CompletionStage<Answer> find(FragmentName name) {
    CompletionStage<Answer> answer;
    if (!rules.allows(name)) {
      answer = missing(Status.FORBIDDEN, Duration.ZERO);
    } else if (rules.areAboutFiles() && catalog.known(name.fid()).isEmpty()) {
      // Else a fragment of a blocked file could be had under the name of another.
      answer =
          catalog
              .find(name.fid())
              .thenCompose(
                  listing ->
                      listing instanceof Listing.Listed ? find(name, true) : unlisted(listing));
    } else {
      answer = find(name, true);
    }
    return answer.thenApply(each -> count(name, each));
  }

  /**
   * Pins a fragment of a file if it is here and may be served at once; if not, nothing is counted.
   *
   * @param bytes how many of its bytes will be sent
   */
  public Optional<Pin> here(FragmentName name, FileRecord file, int bytes) {
    if (!rules.allows(name) || judge(file, name).isPresent()) {
      return Optional.empty();
    }
    Optional<Pin> pin = hot.pinIfHere(name.hash());
    if (pin.isPresent()) {
      metrics.answered(ServeMetrics.Answered.HIT);
      demand.opened(name).sent(bytes);
    }
    return pin;
  }

  /**
   * Pins a fragment of a known file if it is here and may be served at once, for an answer that
   * takes its time; if not, nothing is counted.
   *
   * @param bytes how many of its bytes will be sent
   */
  public Optional<Pin> take(FragmentName name, long bytes) {
    return catalog
        .known(name.fid())
        .flatMap(file -> here(name, file, Math.toIntExact(bytes)))
        .map(
            pin -> {
              openBodies.incrementAndGet();
              return new CountedPin(pin, openBodies::decrementAndGet);
            });
  }

  private Answer count(FragmentName name, Answer answer) {
    if (answer instanceof Answer.Found found) {
      metrics.answered(
          switch (found.body().outcome()) {
            case MISS -> ServeMetrics.Answered.MISS;
            case JOINED -> ServeMetrics.Answered.JOINED;
            case HIT, NONE -> ServeMetrics.Answered.HIT;
          });
      openBodies.incrementAndGet();
      return new Answer.Found(
          new CountedBody(found.body(), demand.opened(name), openBodies::decrementAndGet));
    }
    if (answer instanceof Answer.Missing missing) {
      metrics.missing(missing.status());
    }
    return answer;
  }

  private CompletionStage<Answer> find(FragmentName name, boolean mayLookAgain) {
    Lookup found = hot.find(name.hash());
    if (found instanceof Lookup.Unchecked) {
      return hot.lookup(name.hash()).thenCompose(after -> onLookup(name, after, mayLookAgain));
    }
    return onLookup(name, found, mayLookAgain);
  }

  private CompletionStage<Answer> onLookup(FragmentName name, Lookup found, boolean mayLookAgain) {
    if (found instanceof Lookup.Hit hit) {
      return answer(onHit(name, hit));
    }
    Outcome outcome = found instanceof Lookup.Miss miss ? miss.outcome() : Outcome.MISS_OVERLOADED;
    return switch (outcome) {
      case MISS_BLOCKED -> missing(Status.FORBIDDEN, Duration.ZERO);
      case MISS_CLOSED -> missing(Status.UNAVAILABLE, Duration.ZERO);
      case MISS_OVERLOADED -> missing(Status.BUSY, CHAIN_RETRY_AFTER);
      case MISS_ABSENT, MISS_DAMAGED, HIT, HIT_CHECKED ->
          catalog.find(name.fid()).thenCompose(listing -> onListing(name, listing, mayLookAgain));
    };
  }

  private Answer onHit(FragmentName name, Lookup.Hit hit) {
    Optional<FileRecord> file = catalog.known(name.fid());
    Optional<Status> refusal = file.flatMap(each -> judge(each, name));
    if (refusal.isPresent()) {
      hit.pin().close();
      return new Answer.Missing(refusal.get(), Duration.ZERO);
    }
    return new Answer.Found(HeldFragment.of(hit.pin().bytes(), hit.pin()::close));
  }

  private CompletionStage<Answer> onListing(
      FragmentName name, Listing listing, boolean mayLookAgain) {
    if (listing instanceof Listing.Listed listed) {
      Optional<Status> refusal = judge(listed.file(), name);
      return refusal.isPresent()
          ? missing(refusal.get(), Duration.ZERO)
          : fills.get(name, false).thenCompose(answer -> onFill(name, answer, mayLookAgain));
    }
    return unlisted(listing);
  }

  private Optional<Status> judge(FileRecord file, FragmentName name) {
    if (!isIn(file.manifest(), name)) {
      return Optional.of(Status.NOT_IN_FILE);
    }
    return rules.allows(file) ? Optional.empty() : Optional.of(Status.FORBIDDEN);
  }

  private static CompletionStage<Answer> unlisted(Listing listing) {
    if (listing instanceof Listing.Unanswered unanswered) {
      return missing(
          unanswered.reason() == ChainException.Reason.OVERLOADED
              ? Status.BUSY
              : Status.ORIGIN_FAILED,
          CHAIN_RETRY_AFTER);
    }
    return missing(Status.NOT_FOUND, Absence.UNKNOWN_ON_CHAIN.believedFor());
  }

  private CompletionStage<Answer> onFill(
      FragmentName name, FillAnswer answer, boolean mayLookAgain) {
    if (answer instanceof FillAnswer.Bytes bytes) {
      return answer(new Answer.Found(bytes.body()));
    }
    if (answer instanceof FillAnswer.NotHad notHad) {
      return missing(status(notHad.why()), notHad.retryAfter());
    }
    return mayLookAgain ? find(name, false) : missing(Status.BUSY, CHAIN_RETRY_AFTER);
  }

  /** What an asker is told of a fill that gave nothing. */
  static Status status(FillEnd why) {
    return switch (why) {
      case NO_SOURCE -> Status.NOT_FOUND;
      case ALL_LIED, TIMED_OUT, ABANDONED -> Status.ORIGIN_FAILED;
      case SOURCES_BUSY, TOO_MANY, NO_ROOM -> Status.BUSY;
      case BLOCKED -> Status.FORBIDDEN;
      case STOPPED -> Status.UNAVAILABLE;
      case STORED, DECLINED, ALREADY_HERE -> Status.INTERNAL_ERROR;
    };
  }

  private static boolean isIn(Manifest file, FragmentName name) {
    return name.segment() < file.segments().size()
        && file.fragment(name.segment(), name.column()).equals(name.hash());
  }

  private static CompletionStage<Answer> answer(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }

  private static CompletionStage<Answer> missing(Status status, Duration retryAfter) {
    return answer(new Answer.Missing(status, retryAfter));
  }

  @Override
  public CompletionStage<BitSet> held(List<FragmentHash> fragments) {
    BitSet held = new BitSet(fragments.size());
    for (int i = 0; i < fragments.size(); i++) {
      held.set(i, hot.contains(fragments.get(i)));
    }
    return CompletableFuture.completedStage(held);
  }

  /** How many answers are being read. */
  public long openBodies() {
    return openBodies.get();
  }

  /** A pin whose close is counted; it is closed once. */
  private record CountedPin(Pin pin, Runnable onClose) implements Pin {
    @Override
    public FragmentHash hash() {
      return pin.hash();
    }

    @Override
    public int length() {
      return pin.length();
    }

    @Override
    public ByteBuffer bytes() {
      return pin.bytes();
    }

    @Override
    public Optional<FileSpan> file() {
      return pin.file();
    }

    @Override
    public Optional<FileSpan> sendable() {
      return pin.sendable();
    }

    @Override
    public void close() {
      pin.close();
      onClose.run();
    }
  }

  /** A body whose reading and close are counted. */
  private record CountedBody(FragmentBody body, Reading reading, Runnable onClose)
      implements FragmentBody {
    @Override
    public CacheOutcome outcome() {
      return body.outcome();
    }

    @Override
    public int fragmentBytes() {
      return body.fragmentBytes();
    }

    @Override
    public int readable(int offset) {
      return body.readable(offset);
    }

    @Override
    public ByteBuf read(int offset, int bytes) {
      reading.sent(bytes);
      return body.read(offset, bytes);
    }

    @Override
    public Progress progress() {
      return body.progress();
    }

    @Override
    public void onProgress(Runnable task) {
      body.onProgress(task);
    }

    @Override
    public void close() {
      body.close();
      onClose.run();
    }
  }
}

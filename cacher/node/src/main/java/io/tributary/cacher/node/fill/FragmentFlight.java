package io.tributary.cacher.node.fill;

import io.tributary.cacher.node.CacherLog;
import io.tributary.cacher.node.upstream.Upstream;
import io.tributary.cacher.node.upstream.UpstreamEnd;
import io.tributary.cacher.node.upstream.UpstreamFinder;
import io.tributary.cacher.store.Fill;
import io.tributary.cacher.store.Pin;
import io.tributary.cacher.store.Refusal;
import io.tributary.cacher.store.Reservation;
import io.tributary.cacher.store.hot.HotFragments;
import io.tributary.content.FragmentHash;
import io.tributary.content.Layout;
import io.tributary.exchange.CacheOutcome;
import io.tributary.exchange.FillSource;
import io.tributary.exchange.FragmentName;
import io.tributary.exchange.server.FragmentBody.Progress;
import io.tributary.fetch.Source;
import io.tributary.fetch.absence.Absence;
import io.tributary.fetch.absence.Absences;
import io.tributary.fetch.absence.Outage;
import io.tributary.fetch.guard.Permit;
import io.tributary.fetch.guard.SourceGuards;
import io.tributary.fetch.score.SourceScores;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.time.Timekeeper.Timer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fill of one fragment, from the first who asks to the last who reads. Thread-safe.
 *
 * <pre>
 *  room reserved --> upstreams found and ranked --> fetching --> right: STORED or DECLINED
 *        ^                                           |   |
 *        |              the next one goes on <--failed   +--wrong bytes in the room
 *        +--when its readers have left <-- room given up, readers told ABORTED --+
 * </pre>
 */
final class FragmentFlight {

  /*
   * Who is believed when upstreams disagree
   * ---------------------------------------
   * An upstream that fails half-way leaves a part in the room that may well be right, and peers have
   * been sent it already. So the next one does not begin a new room: its bytes are compared with what
   * is here, from the start, and written only beyond it. Readers notice nothing but a pause.
   *
   * Each upstream's own bytes are hashed as a whole by whoever speaks with it, so at its end it is
   * known whether it was right. If all it sent agrees with the room, what goes for it goes for the
   * room. If some of it does not, either it lies or one of those lies who wrote the room before, and
   * the end tells which: an upstream in conflict is listened to until then, without writing anything.
   * If it was right, those who wrote the room lied; the room is given up, its readers are told ABORTED
   * by name of the first of them, and the fill begins anew with the one who was right. If it was
   * wrong, it is blamed and the room stays.
   *
   * An upstream that lied and has written gives the room up too: of what is in there one cannot tell
   * the right from the wrong. The store does not give the room again before the last reader has left,
   * so the fill waits for that; who asks meanwhile waits with it.
   *
   * Locks and calls
   * ---------------
   * All state changes under this flight's lock. What calls out from there, to upstreams, waiting
   * requests and readers, is put on a list and done when the lock has been left, because any of them
   * may call back. An upstream that is no longer the current one is not listened to any more.
   */

  private static final Logger log = LoggerFactory.getLogger(FragmentFlight.class);

  /** How often an upstream is asked for the same fragment, if it fails. */
  static final int MAX_ASKS = 2;

  /** What the flights of one node share. */
  record Shared(
      HotFragments hot,
      UpstreamFinder finder,
      SourceScores scores,
      SourceGuards guards,
      Absences<FragmentHash> absences,
      Outage outage,
      FillSettings settings,
      Executor executor,
      Timekeeper time,
      FillMetrics metrics,
      Consumer<FragmentName> onStored,
      Consumer<FragmentFlight> landing) {}

  private record Waiter(CompletableFuture<FillAnswer> answer, CacheOutcome outcome) {}

  private final FragmentName name;
  private final boolean isWantedAnyway;
  private final Shared shared;
  private final long beganNanos;
  private final List<Waiter> waiters = new ArrayList<>();
  private final Map<Source, Upstream> found = new HashMap<>();
  private final Map<Source, Integer> asked = new HashMap<>();
  private final Set<Source> hopeless = new HashSet<>();
  private final Deque<Source> queue = new ArrayDeque<>();
  private Optional<Room> room = Optional.empty();
  private @Nullable Attempt current;
  private Optional<FillAnswer> ended = Optional.empty();
  private Optional<Timer> deadline = Optional.empty();
  private boolean isLookedForAgain;
  private boolean isDone;
  private boolean isAbandoned;
  private boolean hasLied;
  private boolean hasFailed;
  private boolean isBusySomewhere;

  /**
   * A flight that does nothing before {@link #start}.
   *
   * @param isWantedAnyway whether it goes on if nobody waits for it
   */
  FragmentFlight(FragmentName name, boolean isWantedAnyway, Shared shared) {
    this.name = name;
    this.isWantedAnyway = isWantedAnyway;
    this.shared = shared;
    this.beganNanos = shared.time().nanoTime();
  }

  FragmentName name() {
    return name;
  }

  // Those who want it

  /**
   * Waits for the first bytes, or reads what is there.
   *
   * @return nothing if this flight is over and its bytes are gone: another may begin
   */
  Optional<CompletionStage<FillAnswer>> join(CacheOutcome outcome) {
    synchronized (this) {
      if (ended.isPresent()) {
        return isAbandoned ? Optional.empty() : ended.map(CompletableFuture::completedStage);
      }
      if (room.isPresent() && (room.get().written() > 0 || isDone)) {
        return room.get()
            .open(outcome)
            .map(body -> CompletableFuture.completedStage(new FillAnswer.Bytes(body)));
      }
      if (isDone) {
        return Optional.empty();
      }
      if (waiters.size() >= shared.settings().maxWaiting()) {
        return Optional.of(
            CompletableFuture.completedFuture(
                new FillAnswer.NotHad(FillEnd.TOO_MANY, shared.settings().retryAfter())));
      }
      Waiter waiter = new Waiter(new CompletableFuture<>(), outcome);
      waiters.add(waiter);
      return Optional.of(waiter.answer());
    }
  }

  /** Those who wait get bodies of the room. */
  private void seat(Room bytes, List<Runnable> calls) {
    for (Waiter waiter : waiters) {
      bytes
          .open(waiter.outcome())
          .ifPresent(body -> calls.add(() -> give(waiter, new FillAnswer.Bytes(body))));
    }
    waiters.clear();
  }

  private static void give(Waiter waiter, FillAnswer answer) {
    boolean isTaken = waiter.answer().complete(answer);
    if (!isTaken && answer instanceof FillAnswer.Bytes bytes) {
      bytes.body().close();
    }
  }

  private void onLeft(Room left) {
    act(
        calls -> {
          boolean isUseless =
              !isWantedAnyway
                  && room.filter(each -> each == left).isPresent()
                  && left.isFilling()
                  && !left.hasReaders()
                  && waiters.isEmpty()
                  && left.written() < left.length() / 2;
          if (isUseless) {
            isAbandoned = true;
            end(FillEnd.ABANDONED, Duration.ZERO, calls);
          }
        });
  }

  // The course of things

  void start() {
    act(
        calls -> {
          deadline =
              Optional.of(
                  shared.time().after(shared.settings().fillWithin(), () -> run(this::onDeadline)));
          if (reserve(calls)) {
            look(false, calls);
          }
        });
  }

  /** Takes room; returns whether there is some. */
  private boolean reserve(List<Runnable> calls) {
    Reservation reservation = shared.hot().fill(name.hash(), Layout.FRAGMENT_BYTES);
    if (reservation instanceof Reservation.Granted granted) {
      Fill fill = granted.fill();
      Optional<Pin> pin = fill.pin();
      if (pin.isPresent()) {
        room = Optional.of(new Room(fill, pin.get(), this::onLeft, () -> run(this::onGone)));
        return true;
      }
      fill.abort();
      end(FillEnd.STOPPED, Duration.ZERO, calls);
    } else if (reservation instanceof Reservation.Refused refused) {
      refuse(refused.why(), calls);
    }
    return false;
  }

  private void refuse(Refusal why, List<Runnable> calls) {
    switch (why) {
      case PRESENT -> {
        ended = Optional.of(new FillAnswer.AlreadyHere());
        finish(FillEnd.ALREADY_HERE, calls);
      }
      case BLOCKED -> end(FillEnd.BLOCKED, Duration.ZERO, calls);
      case CLOSED -> end(FillEnd.STOPPED, Duration.ZERO, calls);
      case IN_PROGRESS, STILL_PINNED, QUOTA, FRAGMENTED, DISK, SIZE ->
          end(FillEnd.NO_ROOM, shared.settings().retryAfter(), calls);
    }
  }

  private void look(boolean isAgain, List<Runnable> calls) {
    isLookedForAgain = isAgain;
    calls.add(
        () ->
            shared
                .finder()
                .find(name, isAgain)
                .whenComplete((upstreams, failure) -> run(() -> onFound(upstreams, failure))));
  }

  private void onFound(@Nullable List<Upstream> upstreams, @Nullable Throwable failure) {
    if (upstreams == null) {
      CacherLog.searchFailed(failure);
    }
    act(
        calls -> {
          for (Upstream upstream : upstreams == null ? List.<Upstream>of() : upstreams) {
            Source source = upstream.source();
            if (!hopeless.contains(source) && asked.getOrDefault(source, 0) < MAX_ASKS) {
              found.put(source, upstream);
            }
          }
          queue.clear();
          queue.addAll(shared.scores().rank(List.copyOf(found.keySet()), Layout.FRAGMENT_BYTES));
          next(calls);
        });
  }

  /** Asks the next upstream, or ends. */
  private void next(List<Runnable> calls) {
    if (isDone || current != null || room.isEmpty()) {
      return;
    }
    while (!queue.isEmpty()) {
      Source source = queue.remove();
      Upstream upstream = found.remove(source);
      if (upstream == null) {
        continue;
      }
      SourceGuards.Entry entry = shared.guards().enter(source);
      if (entry instanceof SourceGuards.Entry.Admitted admitted) {
        asked.merge(source, 1, Integer::sum);
        ask(upstream, admitted.permit(), calls);
        return;
      }
      if (entry instanceof SourceGuards.Entry.Refused refused) {
        isBusySomewhere |= refused.reason() == SourceGuards.Refusal.TOO_MANY_AT_ONCE;
        hasFailed |= refused.reason() == SourceGuards.Refusal.CIRCUIT_OPEN;
        shared.metrics().passedOver(source.kind(), refused.reason());
      }
    }
    if (!isLookedForAgain) {
      // What was remembered may be old: the chain knows where the fragment is now.
      look(true, calls);
    } else {
      giveUp(calls);
    }
  }

  private void giveUp(List<Runnable> calls) {
    if (isBusySomewhere) {
      end(FillEnd.SOURCES_BUSY, shared.settings().retryAfter(), calls);
      return;
    }
    Absence absence = hasLied ? Absence.ALL_LIED : Absence.NO_SOURCE;
    boolean isBelieved = shared.absences().put(name.hash(), absence);
    if (hasFailed && !hasLied) {
      CacherLog.nobodyGives(name);
    }
    end(
        hasLied ? FillEnd.ALL_LIED : FillEnd.NO_SOURCE,
        isBelieved ? absence.believedFor() : shared.settings().retryAfter(),
        calls);
  }

  private void ask(Upstream upstream, Permit permit, List<Runnable> calls) {
    Attempt attempt = new Attempt(upstream, permit, shared.time().nanoTime());
    current = attempt;
    shared.scores().onAsked(upstream.source());
    watch(attempt);
    calls.add(
        () -> {
          Upstream.Cancellation cancellation =
              upstream.fetch(
                  name,
                  shared.settings().fillWithin(),
                  new Upstream.Receiver() {
                    @Override
                    public void onBytes(ByteBuffer bytes) {
                      FragmentFlight.this.onBytes(attempt, bytes);
                    }

                    @Override
                    public void onEnd(UpstreamEnd end) {
                      act(todo -> onAttemptEnd(attempt, end, todo));
                    }
                  });
          boolean isUnwanted;
          synchronized (this) {
            attempt.cancellation = Optional.of(cancellation);
            isUnwanted = current != attempt;
          }
          if (isUnwanted) {
            cancellation.cancel();
          }
        });
  }

  private void onBytes(Attempt attempt, ByteBuffer bytes) {
    act(
        calls -> {
          if (current != attempt || room.isEmpty()) {
            return;
          }
          Room into = room.get();
          if (attempt.firstByteNanos == 0) {
            attempt.firstByteNanos = shared.time().nanoTime();
          }
          int start = attempt.position;
          attempt.position += bytes.remaining();
          if (attempt.position > into.length()) {
            attempt.isInConflict = true;
          }
          int known = Math.min(bytes.remaining(), Math.max(0, into.written() - start));
          if (!attempt.isInConflict && known > 0) {
            attempt.isInConflict = !into.matches(start, bytes.slice(bytes.position(), known));
          }
          if (attempt.isInConflict || known == bytes.remaining()) {
            return;
          }
          bytes.position(bytes.position() + known);
          attempt.hasWritten = true;
          boolean isWorthTelling = into.write(attempt.upstream, bytes);
          seat(into, calls);
          if (isWorthTelling) {
            calls.add(into::tell);
          }
        });
  }

  // How attempts end

  private void onAttemptEnd(Attempt attempt, UpstreamEnd end, List<Runnable> calls) {
    if (current != attempt || room.isEmpty()) {
      return;
    }
    retire(attempt);
    long now = shared.time().nanoTime();
    Source source = attempt.upstream.source();
    Duration took = Duration.ofNanos(now - attempt.beganNanos);
    shared.metrics().fetched(source.kind(), end.kind(), attempt.position, took);
    switch (end.kind()) {
      case DELIVERED -> {
        attempt.permit.succeeded();
        shared.outage().onFetch(true);
        Duration firstByte = Duration.ofNanos(attempt.firstByteNanos - attempt.beganNanos);
        shared.scores().onDelivered(source, Layout.FRAGMENT_BYTES, firstByte, took);
        onDelivered(attempt, calls);
      }
      case LIED -> {
        hasLied = true;
        hopeless.add(source);
        attempt.permit.failed(new IllegalStateException(end.toString()));
        shared.outage().onFetch(false);
        shared.scores().onLied(source);
        CacherLog.wrongBytes(attempt.upstream, name, end);
        goOnWithout(attempt, attempt.upstream.blamedAs(), calls);
      }
      case ABORTED -> {
        hasFailed = true;
        hopeless.add(source);
        attempt.permit.failed(new IllegalStateException(end.toString()));
        shared.outage().onFetch(false);
        shared.scores().onFailed(source);
        goOnWithout(attempt, end.blamed().orElseGet(attempt.upstream::blamedAs), calls);
      }
      case FAILED -> {
        hasFailed = true;
        attempt.permit.failed(new IllegalStateException(end.toString()));
        shared.outage().onFetch(false);
        shared.scores().onFailed(source);
        log.debug("{} failed at {}: {}", attempt.upstream, name, end);
        next(calls);
      }
      case ABSENT, REFUSED -> {
        hopeless.add(source);
        attempt.permit.succeeded();
        next(calls);
      }
      case BUSY -> {
        isBusySomewhere = true;
        attempt.permit.succeeded();
        next(calls);
      }
      case OWN_FAULT, CANCELLED -> {
        attempt.permit.cancelled();
        next(calls);
      }
    }
  }

  private void retire(Attempt attempt) {
    current = null;
    attempt.watch.ifPresent(Timer::cancel);
  }

  private void onDelivered(Attempt attempt, List<Runnable> calls) {
    Room full = room.orElseThrow();
    if (attempt.isInConflict) {
      for (Upstream liar : full.writers()) {
        shared.scores().onLied(liar.source());
        CacherLog.hadSentWrongBytes(liar, name);
      }
      hasLied = true;
      FillSource blamed =
          full.writers().stream().findFirst().map(Upstream::blamedAs).orElseGet(FillSource::store);
      found.put(attempt.upstream.source(), attempt.upstream);
      asked.remove(attempt.upstream.source());
      queue.addFirst(attempt.upstream.source());
      giveUpRoom(full, blamed, calls);
      return;
    }
    Fill.Completion completion = full.fill().complete();
    if (completion instanceof Fill.Completion.Stored
        || completion instanceof Fill.Completion.Declined) {
      full.end(new Progress.Verified());
      seat(full, calls);
      calls.add(full::tell);
      isDone = true;
      boolean isStored = completion instanceof Fill.Completion.Stored;
      if (isStored) {
        calls.add(() -> shared.onStored().accept(name));
      }
      finish(isStored ? FillEnd.STORED : FillEnd.DECLINED, calls);
      // What was not stored can be joined until its last reader has left.
      calls.add(full::release);
    } else if (completion instanceof Fill.Completion.Ended) {
      end(FillEnd.STOPPED, Duration.ZERO, calls);
    } else {
      CacherLog.changedInMemory(name, attempt.upstream, completion);
      giveUpRoom(full, FillSource.store(), calls);
    }
  }

  /** An upstream was wrong: what it wrote is given up, what others wrote is not. */
  private void goOnWithout(Attempt attempt, FillSource blamed, List<Runnable> calls) {
    if (attempt.hasWritten) {
      giveUpRoom(room.orElseThrow(), blamed, calls);
    } else {
      next(calls);
    }
  }

  private void giveUpRoom(Room wrong, FillSource blamed, List<Runnable> calls) {
    wrong.fill().abort();
    wrong.end(new Progress.Aborted(blamed));
    room = Optional.empty();
    calls.add(wrong::tell);
    calls.add(wrong::release);
  }

  /** Nobody reads a room any more: there can be another, or this is over for good. */
  private void onGone() {
    act(
        calls -> {
          if (isDone) {
            calls.add(() -> shared.landing().accept(this));
          } else if (room.isEmpty() && reserve(calls)) {
            next(calls);
          }
        });
  }

  // Time

  /** Leaves an upstream that has become too slow. */
  private void watch(Attempt attempt) {
    attempt.watch =
        Optional.of(
            shared.time().after(shared.settings().stallWindow(), () -> run(() -> judge(attempt))));
  }

  private void judge(Attempt attempt) {
    act(
        calls -> {
          if (current != attempt) {
            return;
          }
          int came = attempt.position - attempt.judgedBytes;
          attempt.judgedBytes = attempt.position;
          boolean isAtItsEnd = attempt.position >= Layout.FRAGMENT_BYTES;
          long nanos = shared.time().nanoTime() - attempt.beganNanos;
          boolean mayStillAnswer =
              attempt.firstByteNanos == 0 && nanos < shared.settings().answerWithin().toNanos();
          if (mayStillAnswer
              || came >= shared.settings().stallBytes()
              || (isAtItsEnd && came > 0)) {
            watch(attempt);
            return;
          }
          attempt.cancellation.ifPresent(each -> calls.add(each::cancel));
          onAttemptEnd(attempt, UpstreamEnd.of(UpstreamEnd.Kind.FAILED, "STALLED"), calls);
        });
  }

  private void onDeadline() {
    act(
        calls -> {
          if (!isDone) {
            end(FillEnd.TIMED_OUT, shared.settings().retryAfter(), calls);
          }
        });
  }

  /** Ends it because the node stops. */
  void stop() {
    act(
        calls -> {
          if (!isDone) {
            end(FillEnd.STOPPED, Duration.ZERO, calls);
          }
        });
  }

  // The end

  /** Ends it without the fragment. */
  private void end(FillEnd why, Duration retryAfter, List<Runnable> calls) {
    ended = Optional.of(new FillAnswer.NotHad(why, retryAfter));
    Attempt running = current;
    if (running != null) {
      retire(running);
      running.permit.cancelled();
      running.cancellation.ifPresent(each -> calls.add(each::cancel));
    }
    room.ifPresent(
        each -> {
          FillSource blamed =
              each.writers().stream()
                  .reduce((first, last) -> last)
                  .map(Upstream::blamedAs)
                  .orElseGet(FillSource::store);
          giveUpRoom(each, blamed, calls);
        });
    finish(why, calls);
  }

  private void finish(FillEnd how, List<Runnable> calls) {
    isDone = true;
    deadline.ifPresent(Timer::cancel);
    ended.ifPresent(
        answer -> {
          List<Waiter> told = List.copyOf(waiters);
          waiters.clear();
          calls.add(() -> told.forEach(waiter -> give(waiter, answer)));
        });
    if (how != FillEnd.DECLINED) {
      calls.add(() -> shared.landing().accept(this));
    }
    shared.metrics().ended(how, Duration.ofNanos(shared.time().nanoTime() - beganNanos));
  }

  private void act(Consumer<List<Runnable>> change) {
    List<Runnable> calls = new ArrayList<>(4);
    synchronized (this) {
      change.accept(calls);
    }
    calls.forEach(Runnable::run);
  }

  private void run(Runnable task) {
    try {
      shared.executor().execute(task);
    } catch (RejectedExecutionException e) {
      // The node is stopping; what was begun still ends, here.
      task.run();
    }
  }
}

package io.tributary.region.locate;

import io.tributary.content.FragmentHash;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.region.gossip.Contact;
import io.tributary.region.record.SignedRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds sources of a fragment in {@linkplain Stage stages}, the cheapest first, and hands them out
 * as they are found. Thread-safe.
 *
 * <p>As many sources are out at a time as the caller wants. When one is busy or of no use, the
 * caller {@linkplain Search#passOver passes it over} and gets the next: the next home in order, and
 * when the homes are used up those of the next stage. A source that is reached over a relay only
 * lets a few that are not go first.
 */
public final class Locator {
  /** How many sources a stage is asked for. */
  public static final int PER_STAGE = 16;

  /**
   * How many sources go before one that is reached over a relay, though they come after it in
   * order: few, since those further down hardly ever have the fragment.
   */
  public static final int MAX_BEFORE_RELAYED = 2;

  /** How many sources of one search are looked for again that can't be reached. */
  static final int MAX_SOUGHT = 4;

  /** How long that may take for each. */
  static final Duration SEEK_WITHIN = Duration.ofSeconds(15);

  private final PeerId self;
  private final Map<Stage, SourceFinder> finders;
  private final Timekeeper time;
  private final Predicate<Contact> isDirect;

  /** Told of sources, on the timekeeper's thread. */
  public interface Listener {

    /** Here is a source; each peer comes once, and once more if it has moved. */
    void onSource(Source source);

    /** There are no more, and fewer are out than wanted. */
    void onExhausted();
  }

  /** A search under way. Its methods may be called from any thread. */
  public interface Search {

    /** A source that was handed out is busy or of no use. */
    void passOver(PeerId peer);

    /**
     * A source that was handed out can't be reached at its addresses. It is passed over; one of
     * which only others told is looked for, and comes once more if it is elsewhere now.
     */
    void unreachable(PeerId peer);

    /** Ends the search and everything it has begun; nothing more is told. */
    void cancel();
  }

  /**
   * @param self who is not a source for itself
   * @param finders for each stage that there is
   */
  public Locator(PeerId self, Map<Stage, SourceFinder> finders, Timekeeper time) {
    this(self, finders, time, Contact::hasDirectAddress);
  }

  /**
   * @param self who is not a source for itself
   * @param finders for each stage that there is
   * @param isDirect whether a peer is reached without a relay
   */
  public Locator(
      PeerId self, Map<Stage, SourceFinder> finders, Timekeeper time, Predicate<Contact> isDirect) {
    this.self = self;
    this.finders = new EnumMap<>(finders);
    this.time = time;
    this.isDirect = isDirect;
  }

  /**
   * Begins to look for a fragment.
   *
   * @param wanted how many sources the caller wants at a time, 1 to {@value #PER_STAGE}
   */
  public Search locate(FragmentHash fragment, int wanted, Listener listener) {
    if (wanted < 1 || wanted > PER_STAGE) {
      throw new IllegalArgumentException("1 to " + PER_STAGE + " sources, not " + wanted);
    }
    Run run = new Run(fragment, wanted, listener);
    time.execute(() -> run.begin(0));
    return run;
  }

  /** A source that is looked for again. */
  private static final class Seeking {
    private SourceFinder.@Nullable Cancellation finding;
    private Timekeeper.@Nullable Timer deadline;

    void stop() {
      if (finding != null) {
        finding.cancel();
      }
      if (deadline != null) {
        deadline.cancel();
      }
    }
  }

  /** One search. All but the outer methods run on the timekeeper's thread. */
  private final class Run implements Search {
    private final FragmentHash fragment;
    private final int wanted;
    private final Listener listener;
    private final Set<PeerId> known = new HashSet<>();
    private final Map<PeerId, Source> out = new HashMap<>();
    private final Set<PeerId> sought = new HashSet<>();
    private final Map<PeerId, Seeking> seeking = new HashMap<>();
    private final Map<PeerId, Integer> passedBy = new HashMap<>();
    private final ArrayDeque<Source> reserve = new ArrayDeque<>();
    private int stage = -1;
    private Optional<Stage> running = Optional.empty();
    private boolean stageIsOver;
    private volatile boolean ended;
    private SourceFinder.@Nullable Cancellation finding;
    private Timekeeper.@Nullable Timer deadline;

    Run(FragmentHash fragment, int wanted, Listener listener) {
      this.fragment = fragment;
      this.wanted = wanted;
      this.listener = listener;
      known.add(self);
    }

    private void begin(int index) {
      if (ended) {
        return;
      }
      Stage[] stages = Stage.values();
      stage = index;
      if (index >= stages.length) {
        endIfExhausted();
        return;
      }
      SourceFinder finder = finders.get(stages[index]);
      if (finder == null) {
        begin(index + 1);
        return;
      }
      stageIsOver = false;
      running = Optional.of(stages[index]);
      deadline = time.after(stages[index].deadline(), () -> onStageOver(index));
      finding =
          finder.find(
              fragment,
              PER_STAGE,
              new SourceFinder.Listener() {
                @Override
                public void onFound(Contact peer, Optional<SignedRecord> record) {
                  time.execute(() -> onSource(new Source(peer, record, stages[index])));
                }

                @Override
                public void onDone() {
                  time.execute(() -> onStageOver(index));
                }
              });
    }

    /** Nothing is left but perhaps sources that have moved. */
    private void endIfExhausted() {
      if (!ended && stage >= Stage.values().length && out.size() < wanted && seeking.isEmpty()) {
        ended = true;
        listener.onExhausted();
      }
    }

    private void onSource(Source source) {
      if (!ended && known.add(source.peer().peer())) {
        reserve.add(source);
        handOut();
      }
    }

    private void onStageOver(int index) {
      if (ended || stage != index || stageIsOver) {
        return;
      }
      stageIsOver = true;
      running = Optional.empty();
      stopFinding();
      handOut();
    }

    /** Hands out what is wanted; begins the next stage when this one has no more to give. */
    private void handOut() {
      while (!ended && out.size() < wanted && !reserve.isEmpty()) {
        Optional<Source> source = next();
        if (source.isEmpty()) {
          break;
        }
        out.put(source.get().peer().peer(), source.get());
        listener.onSource(source.get());
      }
      if (!ended && stageIsOver && out.size() < wanted) {
        if (stage < Stage.values().length) {
          begin(stage + 1);
        } else {
          endIfExhausted();
        }
      }
    }

    /**
     * The first in order, or if that is reached over a relay one of the few next that are not; of
     * the homes nobody until they are all known, since they come together.
     */
    private Optional<Source> next() {
      Source first = reserve.element();
      PeerId peer = first.peer().peer();
      if (isDirect.test(first.peer())) {
        return Optional.of(reserve.remove());
      }
      int before = passedBy.getOrDefault(peer, 0);
      Optional<Source> direct =
          before >= MAX_BEFORE_RELAYED
              ? Optional.empty()
              : reserve.stream()
                  .limit(1 + MAX_BEFORE_RELAYED)
                  .filter(each -> isDirect.test(each.peer()))
                  .findFirst();
      if (direct.isPresent()) {
        reserve.remove(direct.get());
        passedBy.put(peer, before + 1);
        return direct;
      }
      boolean mayComeStill =
          before < MAX_BEFORE_RELAYED
              && first.stage() == Stage.HOMES
              && running.equals(Optional.of(Stage.HOMES));
      return mayComeStill ? Optional.empty() : Optional.of(reserve.remove());
    }

    private void stopFinding() {
      if (finding != null) {
        finding.cancel();
        finding = null;
      }
      if (deadline != null) {
        deadline.cancel();
        deadline = null;
      }
    }

    @Override
    public void passOver(PeerId peer) {
      time.execute(
          () -> {
            if (!ended && out.remove(peer) != null) {
              handOut();
            }
          });
    }

    @Override
    public void unreachable(PeerId peer) {
      time.execute(
          () -> {
            Source source = ended ? null : out.remove(peer);
            if (source != null) {
              seek(source);
              handOut();
            }
          });
    }

    private void seek(Source source) {
      PeerId peer = source.peer().peer();
      SourceFinder finder = finders.get(source.stage());
      // A member's record is its own word; what others said of a provider may be old.
      if (finder == null
          || source.record().isPresent()
          || sought.size() >= MAX_SOUGHT
          || !sought.add(peer)) {
        return;
      }
      Seeking search = new Seeking();
      seeking.put(peer, search);
      search.deadline = time.after(SEEK_WITHIN, () -> onSought(source, Optional.empty()));
      search.finding = finder.findAgain(peer, found -> time.execute(() -> onSought(source, found)));
    }

    private void onSought(Source source, Optional<Contact> found) {
      Seeking search = seeking.remove(source.peer().peer());
      if (ended || search == null) {
        return;
      }
      search.stop();
      // Only addresses that were not tried are worth another attempt.
      Optional<Contact> moved =
          found.filter(now -> !source.peer().addresses().containsAll(now.addresses()));
      moved.ifPresent(now -> reserve.addFirst(new Source(now, source.record(), source.stage())));
      handOut();
      endIfExhausted();
    }

    @Override
    public void cancel() {
      ended = true;
      time.execute(
          () -> {
            reserve.clear();
            stopFinding();
            seeking.values().forEach(Seeking::stop);
            seeking.clear();
          });
    }
  }
}

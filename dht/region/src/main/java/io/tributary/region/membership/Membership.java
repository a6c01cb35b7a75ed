package io.tributary.region.membership;

import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.region.Region;
import io.tributary.region.RegionMetrics;
import io.tributary.region.gossip.Contact;
import io.tributary.region.gossip.GossipMessage;
import io.tributary.region.gossip.GossipMessage.Snapshot;
import io.tributary.region.gossip.GossipNetwork;
import io.tributary.region.record.Accusation;
import io.tributary.region.record.MemberKey;
import io.tributary.region.record.Refusal;
import io.tributary.region.record.SignedRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A node's part in the membership of its region: it knows the members, tells of itself if it is
 * one, and keeps both up to date by gossip in each of its region's levels.
 *
 * <p>Everything happens on the timekeeper's thread: methods may be called from any, except those
 * that say otherwise.
 */
public final class Membership {
  /** Between two looks at what has expired or must be renewed. */
  static final Duration UPKEEP = Duration.ofSeconds(5);

  /** Between two looks into the directory for members that gossip does not reach. */
  static final Duration DIRECTORY_EVERY = Duration.ofMinutes(5);

  /** Before the directory is asked again when it knew nobody or nobody answered. */
  static final Duration DIRECTORY_RETRY = Duration.ofSeconds(10);

  /** Between two announcements in the directory. */
  static final Duration ANNOUNCE_EVERY = Duration.ofHours(6);

  /** Between two answers to testimony against this node. */
  static final Duration REFUTE_EVERY = Duration.ofSeconds(2);

  /** How long a farewell is remembered. */
  static final Duration FAREWELL_LIFE = Duration.ofMinutes(10);

  /** How many snapshots are given at once, and how often one more. */
  static final int SNAPSHOT_BURST = 8;

  static final Duration SNAPSHOT_EVERY = Duration.ofSeconds(2);

  /** How many pages of snapshots are given at once, and how often one more. */
  static final int PAGE_BURST = 80;

  static final Duration PAGE_EVERY = Duration.ofMillis(200);

  private static final int EXPIRE_EVERY_UPKEEPS = 6;

  private final Region region;
  private final Optional<Self> self;
  private final MembershipSettings settings;
  private final GossipNetwork network;
  private final RegionDirectory directory;
  private final Timekeeper time;
  private final RegionMetrics metrics;
  private final SplittableRandom random;
  private final Roster roster;
  private final List<LevelGossip> levels = new ArrayList<>();
  private final ColdJoin join;
  private final ByteBudget budget;
  private final RateLimit snapshots = new RateLimit(SNAPSHOT_BURST, SNAPSHOT_EVERY.toNanos(), 0);
  private final RateLimit pages = new RateLimit(PAGE_BURST, PAGE_EVERY.toNanos(), 0);
  private final RateLimit refutations = new RateLimit(1, REFUTE_EVERY.toNanos(), 0);
  private final OptionalLong ownKey;
  private MembershipListener listener = () -> {};
  private long sequence;
  private long renewAtNanos;
  private long announceAtNanos;
  private long directoryAtNanos;
  private int upkeeps;
  private boolean running;
  private @Nullable SignedRecord own;

  /**
   * @param region the region whose members, and those of the regions it lies in, are to be known
   * @param self what this node says of itself, if it is a cacher
   * @param random makes the choices and the secrets
   */
  public Membership(
      Region region,
      Optional<Self> self,
      MembershipSettings settings,
      GossipNetwork network,
      RegionDirectory directory,
      Timekeeper time,
      RegionMetrics metrics,
      SplittableRandom random) {
    this.region = region;
    this.self = self;
    this.settings = settings;
    this.network = network;
    this.directory = directory;
    this.time = time;
    this.metrics = metrics;
    this.random = random;
    this.budget = new ByteBudget(settings.bytesPerSecond(), time.nanoTime());
    this.ownKey =
        self.map(s -> OptionalLong.of(MemberKey.of(s.identity().peerId())))
            .orElse(OptionalLong.empty());
    List<Region> names = region.levels();
    this.roster = new Roster(names, settings, metrics, random.split(), this::onChallenge);
    Surroundings surroundings = new Surroundings();
    for (int i = 0; i < names.size(); i++) {
      levels.add(new LevelGossip(i, names.get(i), roster, surroundings, settings, random.split()));
    }
    this.join = new ColdJoin(names.get(0), network, time, this::onJoined, this::onJoinFailed);
  }

  /** What the levels need of this. */
  private final class Surroundings implements LevelGossip.Surroundings {
    @Override
    public GossipNetwork network() {
      return network;
    }

    @Override
    public long nanos() {
      return time.nanoTime();
    }

    @Override
    public Instant now() {
      return time.clock().instant();
    }

    @Override
    public ByteBudget budget() {
      return budget;
    }

    @Override
    public boolean isSelf(long key) {
      return ownKey.isPresent() && ownKey.getAsLong() == key;
    }

    @Override
    public void accuse(SignedRecord member) {
      self.ifPresent(
          s -> roster.take(Accusation.seal(member, now(), s.identity()), now(), nanos()));
    }

    @Override
    public boolean allowPage(boolean first) {
      boolean allowed = (!first || snapshots.tryTake(0, nanos())) && pages.tryTake(0, nanos());
      if (!allowed) {
        metrics.refused(Refusal.BUSY);
      }
      return allowed;
    }

    @Override
    public void onSnapshot(Contact from, Snapshot snapshot) {
      join.onPage(from, snapshot);
    }

    @Override
    public void onLearned() {
      listener.onChanged();
    }
  }

  /** Returns the region. */
  public Region region() {
    return region;
  }

  /** Sets who is told of changes; before the start. */
  public void listener(MembershipListener value) {
    this.listener = value;
  }

  // Life

  /** Joins: issues this node's record, finds members, and begins to gossip. */
  public void start() {
    time.execute(
        () -> {
          running = true;
          long now = time.nanoTime();
          issue(false, settings.recordLife());
          announceAtNanos = now;
          directoryAtNanos = now;
          for (LevelGossip level : levels) {
            time.after(jitter(settings.round()), () -> round(level));
          }
          upkeep();
        });
  }

  /** Begins with members that were known before a restart, so that it is no cold join. */
  public void restore(Collection<SignedRecord> known) {
    List<SignedRecord> copy = List.copyOf(known);
    time.execute(
        () -> {
          Instant now = time.clock().instant();
          copy.forEach(record -> roster.restore(record, now));
          levels.forEach(LevelGossip::lookDeeply);
          listener.onChanged();
        });
  }

  /**
   * Leaves: tells partners so that nobody needs to find out, then stops.
   *
   * @param done called when the farewell has been sent
   */
  public void leave(Runnable done) {
    time.execute(
        () -> {
          if (running) {
            issue(true, FAREWELL_LIFE);
            SignedRecord farewell = own;
            if (farewell != null) {
              levels.forEach(level -> level.tellPartners(farewell));
              levels.forEach(level -> directory.withdraw(level.level()));
            }
          }
          halt();
          done.run();
        });
  }

  /** Stops without a word. */
  public void stop() {
    time.execute(this::halt);
  }

  private void halt() {
    running = false;
    join.stop();
  }

  private Duration jitter(Duration about) {
    return about.multipliedBy(900 + random.nextInt(200)).dividedBy(1000);
  }

  private void round(LevelGossip level) {
    if (running) {
      level.round();
      time.after(jitter(settings.round()), () -> round(level));
    }
  }

  private void upkeep() {
    if (!running) {
      return;
    }
    long now = time.nanoTime();
    boolean changed = roster.settleSuspects(now);
    if (++upkeeps % EXPIRE_EVERY_UPKEEPS == 0) {
      changed |= roster.expire(time.clock().instant());
    }
    if (changed) {
      listener.onChanged();
    }
    if (now - renewAtNanos >= 0) {
      issue(false, settings.recordLife());
    }
    if (now - announceAtNanos >= 0 && self.isPresent()) {
      announceAtNanos = now + ANNOUNCE_EVERY.toNanos();
      levels.forEach(level -> directory.announce(level.level()));
    }
    if (now - directoryAtNanos >= 0 && !join.isRunning()) {
      directoryAtNanos = now + jitter(DIRECTORY_EVERY).toNanos();
      directory.find(region.widest(), found -> time.execute(() -> onFound(found)));
    }
    time.after(jitter(UPKEEP), this::upkeep);
  }

  private void onFound(List<Contact> found) {
    if (!running) {
      return;
    }
    List<Contact> others = new ArrayList<>(found);
    self.ifPresent(s -> others.removeIf(contact -> contact.peer().equals(s.identity().peerId())));
    if (isAlone()) {
      if (others.isEmpty()) {
        onJoinFailed();
      } else {
        join.begin(others);
      }
    } else if (!others.isEmpty()) {
      // Two parts of a region that never met are joined by this.
      levels.get(0).offer(others.get(random.nextInt(others.size())), true, () -> {});
    }
  }

  private boolean isAlone() {
    return roster.table().size() <= (own == null ? 0 : 1);
  }

  private void onJoined() {
    levels.forEach(LevelGossip::lookDeeply);
    listener.onChanged();
  }

  private void onJoinFailed() {
    directoryAtNanos = time.nanoTime() + jitter(DIRECTORY_RETRY).toNanos();
  }

  // This node's own record

  private void issue(boolean leaving, Duration life) {
    if (self.isEmpty()) {
      renewAtNanos = Long.MAX_VALUE;
      return;
    }
    Instant now = time.clock().instant();
    // Begins with the time, so that a node that forgot its last number goes on above it.
    sequence = Math.max(sequence + 1, now.toEpochMilli());
    SignedRecord record = self.get().issue(sequence, now, life, leaving);
    own = record;
    roster.putSelf(record);
    renewAtNanos = time.nanoTime() + jitter(life.dividedBy(2)).toNanos();
    listener.onChanged();
  }

  private void onChallenge(long heldSequence) {
    if (running && refutations.tryTake(0, time.nanoTime())) {
      // A number that was raised on purpose can be raised no further; the record then expires.
      sequence = Math.max(sequence, Math.min(heldSequence, Long.MAX_VALUE - 1));
      metrics.refuted();
      issue(false, settings.recordLife());
    }
  }

  /** Issues a new record, because the offer or the addresses have changed. */
  public void renew() {
    time.execute(
        () -> {
          if (running) {
            issue(false, settings.recordLife());
          }
        });
  }

  /** Returns this node's record, if it is a cacher that has started. On the timekeeper's thread. */
  public Optional<SignedRecord> ownRecord() {
    return Optional.ofNullable(own);
  }

  // The region

  /** Takes a message from a peer. On the timekeeper's thread. */
  public void receive(PeerId from, GossipMessage message) {
    if (!running) {
      return;
    }
    int index = message.level().level() - 1;
    if (index >= levels.size() || !levels.get(index).level().equals(message.level())) {
      metrics.refused(Refusal.BAD_REGION);
      return;
    }
    levels.get(index).receive(Contact.connected(from), message);
  }

  /**
   * Returns the members that take part in placement, in no certain order: those of the widest level
   * that have neither said farewell nor been found gone. On the timekeeper's thread.
   */
  public List<SignedRecord> members() {
    MemberTable table = roster.table();
    List<SignedRecord> members = new ArrayList<>(table.size());
    long nanos = time.nanoTime();
    for (int slot = 0; slot < table.slots(); slot++) {
      if (table.isTaken(slot) && roster.isPlaceable(slot, nanos)) {
        members.add(table.record(slot));
      }
    }
    return members;
  }

  /** Returns the record held of a member, gone or not. On the timekeeper's thread. */
  public Optional<SignedRecord> find(long memberKey) {
    int slot = roster.table().find(memberKey);
    return slot == MemberTable.NOBODY ? Optional.empty() : Optional.of(roster.table().record(slot));
  }

  /** Whether a member is known and takes part in placement. On the timekeeper's thread. */
  public boolean isMember(long memberKey) {
    int slot = roster.table().find(memberKey);
    return slot != MemberTable.NOBODY && roster.isPlaceable(slot, time.nanoTime());
  }

  /** Returns the digest of all that is known. On the timekeeper's thread. */
  public long digest() {
    return roster.digests(0).root();
  }

  /** Returns the members that offers of a level go to now. On the timekeeper's thread. */
  public List<SignedRecord> partners(Region level) {
    return levels.get(level.level() - 1).partners();
  }
}

package io.tributary.region.membership;

import io.tributary.region.Region;
import io.tributary.region.RegionMetrics;
import io.tributary.region.gossip.GossipMessage;
import io.tributary.region.gossip.Marks;
import io.tributary.region.record.Accusation;
import io.tributary.region.record.Refusal;
import io.tributary.region.record.RefusedException;
import io.tributary.region.record.SignedRecord;
import io.tributary.region.record.Validity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one node knows of its region's members, and the rules by which that changes. Knows no
 * network and no timers. Not thread-safe.
 */
final class Roster {

  /*
   * The rules
   * ---------
   *
   * Of two records of one member the one with the larger sequence holds; of two with the same
   * sequence the one that came first. A record that has expired is forgotten, and refused when it
   * comes again, so nothing that has gone can come back.
   *
   * A member is suspected once three other members have signed that it does not answer at its
   * present record. Testimony counts only from members in good standing, and only while it is fresh.
   * A suspected member that does not issue a newer record in time no longer takes part; its record
   * is kept until it expires, so that it is not learned anew, and so that somebody can look whether
   * it has come back. One that says farewell is out at once.
   *
   * Everything here depends only on what was learned, not on from whom, so nodes that know the same
   * agree. What one identity can cause is bounded: its own record is taken over at most every few
   * seconds, and its testimony at a certain rate; the latest record of a flood is taken later.
   */

  /** How old testimony may be. */
  static final Duration FRESH = Duration.ofMinutes(10);

  /** How often one member's record may change: every so often, after a burst. */
  static final Duration UPDATE_EVERY = Duration.ofSeconds(5);

  static final int UPDATE_BURST = 3;

  /** How often one member's testimony is taken: every so often, after a burst. */
  static final Duration TESTIMONY_EVERY = Duration.ofSeconds(5);

  static final int TESTIMONY_BURST = 8;

  /** How long a node waits for what it has asked for before it asks again. */
  static final Duration ASK_AGAIN = Duration.ofSeconds(3);

  private final List<Region> levels;
  private final List<Digests> digests = new ArrayList<>();
  private final List<News> news = new ArrayList<>();
  private final int[] counts;
  private final MembershipSettings settings;
  private final RegionMetrics metrics;
  private final MemberTable table;
  private final RateLimit updates;
  private final RateLimit testimony;
  private final RateLimit asked;
  private final ArrayDeque<SignedRecord> suspects = new ArrayDeque<>();
  private final Challenge challenge;
  private @Nullable SignedRecord self;

  /** Told when somebody holds something of this very node that it must answer. */
  @FunctionalInterface
  interface Challenge {
    /** There is a record of it with this sequence, or testimony against that record. */
    void challenged(long sequence);
  }

  /**
   * @param levels the node's levels, the widest first
   */
  Roster(
      List<Region> levels,
      MembershipSettings settings,
      RegionMetrics metrics,
      SplittableRandom random,
      Challenge challenge) {
    this.levels = levels;
    this.settings = settings;
    this.metrics = metrics;
    this.table = new MemberTable(random.nextLong());
    this.updates = new RateLimit(UPDATE_BURST, UPDATE_EVERY.toNanos(), random.nextLong());
    this.testimony = new RateLimit(TESTIMONY_BURST, TESTIMONY_EVERY.toNanos(), random.nextLong());
    this.asked = new RateLimit(1, ASK_AGAIN.toNanos(), random.nextLong());
    this.challenge = challenge;
    this.counts = new int[levels.size()];
    for (int i = 0; i < levels.size(); i++) {
      digests.add(new Digests());
      news.add(new News(random.nextLong()));
    }
  }

  MemberTable table() {
    return table;
  }

  Digests digests(int level) {
    return digests.get(level);
  }

  News news(int level) {
    return news.get(level);
  }

  /** How many members of a level are known, gone ones too. */
  int count(int level) {
    return counts[level];
  }

  /** How many of the node's levels a record's region lies in. */
  private int depth(SignedRecord record) {
    Region region = record.record().region();
    int depth = 0;
    while (depth < levels.size() && levels.get(depth).contains(region)) {
      depth++;
    }
    return depth;
  }

  boolean isIn(int level, SignedRecord record) {
    return level == 0 || levels.get(level).contains(record.record().region());
  }

  private boolean isSelf(long key) {
    return self != null && self.key() == key;
  }

  /** Puts the node's own record in the place of the former one. */
  void putSelf(SignedRecord record) {
    self = record;
    replace(record, true);
  }

  // Learning

  /** Takes over a record that was known before a restart; it is no news. */
  void restore(SignedRecord record, Instant now) {
    if (depth(record) > 0
        && record.record().holdsAt(now)
        && table.size() < settings.maxMembers()
        && table.find(record.key()) == MemberTable.NOBODY) {
      replace(record, false);
    }
  }

  /** Takes a record over if the rules allow it. */
  boolean take(SignedRecord record, Instant now, long nanos) {
    long sequence = record.record().sequence();
    if (depth(record) == 0) {
      return refuse(Refusal.BAD_REGION);
    }
    if (isSelf(record.key())) {
      if (self != null && sequence > self.record().sequence()) {
        challenge.challenged(sequence);
      }
      return false;
    }
    try {
      record.record().validity().requireAt(now);
    } catch (RefusedException e) {
      return refuse(e.reason());
    }
    int slot = table.find(record.key());
    if (slot == MemberTable.NOBODY) {
      if (table.size() >= settings.maxMembers()) {
        return refuse(Refusal.REGION_FULL);
      }
    } else {
      long known = table.sequence(slot);
      if (sequence == known) {
        return record.equals(table.record(slot)) ? false : refuse(Refusal.EQUIVOCATION);
      }
      if (sequence < known) {
        return refuse(Refusal.STALE);
      }
    }
    if (!updates.tryTake(record.key(), nanos)) {
      return refuse(Refusal.TOO_OFTEN);
    }
    replace(record, true);
    return true;
  }

  private boolean refuse(Refusal reason) {
    metrics.refused(reason);
    return false;
  }

  private void replace(SignedRecord record, boolean isNews) {
    int slot = table.find(record.key());
    boolean was = slot != MemberTable.NOBODY && isActive(slot);
    if (slot != MemberTable.NOBODY) {
      withdraw(slot);
    }
    table.put(record);
    int depth = depth(record);
    for (int i = 0; i < depth; i++) {
      digests.get(i).add(record.key(), record.record().sequence(), false);
      counts[i]++;
      if (isNews) {
        news.get(i).add(record.key());
      }
    }
    boolean is = !record.record().leaving();
    if (is && !was) {
      metrics.memberJoined();
    } else if (was && !is) {
      metrics.memberLeft();
    }
  }

  private void withdraw(int slot) {
    SignedRecord old = table.record(slot);
    int depth = depth(old);
    for (int i = 0; i < depth; i++) {
      digests.get(i).remove(old.key(), old.record().sequence(), table.isCondemned(slot));
      counts[i]--;
    }
  }

  /** Takes testimony if the rules allow it. */
  boolean take(Accusation accusation, Instant now, long nanos) {
    int witness = table.find(accusation.witnessKey());
    if (witness == MemberTable.NOBODY || accusation.witnessKey() == accusation.accused()) {
      return refuse(Refusal.BAD_WITNESS);
    }
    if (self != null
        && accusation.accused() == self.key()
        && accusation.sequence() == self.record().sequence()) {
      // Also by a witness that is condemned here: after a partition both sides condemn each other.
      challenge.challenged(accusation.sequence());
      return false;
    }
    if (!isActive(witness)) {
      return refuse(Refusal.BAD_WITNESS);
    }
    if (accusation.madeAt().isAfter(now.plus(Validity.CLOCK_SKEW))) {
      return refuse(Refusal.FROM_THE_FUTURE);
    }
    if (accusation.madeAt().isBefore(now.minus(FRESH))) {
      return refuse(Refusal.EXPIRED);
    }
    int slot = table.find(accusation.accused());
    if (slot == MemberTable.NOBODY || table.sequence(slot) != accusation.sequence()) {
      return false;
    }
    Doubt doubt = table.doubt(slot);
    if (doubt != null && (doubt.isCondemned() || doubt.hasWitness(accusation.witnessKey()))) {
      return false;
    }
    if (!testimony.tryTake(accusation.witnessKey(), nanos)) {
      return refuse(Refusal.TOO_OFTEN);
    }
    Doubt grown =
        (doubt == null ? Doubt.none(nanos) : doubt).with(accusation, now.minus(FRESH), nanos);
    SignedRecord accused = table.record(slot);
    int depth = depth(accused);
    for (int i = 0; i < depth; i++) {
      if (grown.isCondemned()) {
        digests.get(i).remove(accused.key(), accused.record().sequence(), false);
        digests.get(i).add(accused.key(), accused.record().sequence(), true);
      }
      news.get(i).add(accused.key());
    }
    table.doubt(slot, grown);
    if (grown.isCondemned()) {
      suspects.addLast(accused);
      metrics.memberSuspected();
    }
    return true;
  }

  // Standing

  /** Whether a member has neither said farewell nor been condemned. */
  boolean isActive(int slot) {
    return !table.record(slot).record().leaving() && !table.isCondemned(slot);
  }

  /** Whether a member takes part in placement: also while it may still answer testimony. */
  boolean isPlaceable(int slot, long nanos) {
    if (table.record(slot).record().leaving()) {
      return false;
    }
    Doubt doubt = table.doubt(slot);
    return doubt == null
        || !doubt.isCondemned()
        || nanos - doubt.sinceNanos() < settings.suspicion().toNanos();
  }

  /** Whether a member was condemned, and may have come back since. */
  boolean isLost(int slot) {
    return table.isCondemned(slot) && !table.record(slot).record().leaving();
  }

  /** Forgets suspects whose time to answer is over; tells whether there were any. */
  boolean settleSuspects(long nanos) {
    boolean settled = false;
    while (!suspects.isEmpty()) {
      int slot = table.find(suspects.getFirst().key());
      Doubt doubt = slot == MemberTable.NOBODY ? null : table.doubt(slot);
      if (doubt != null && doubt.isCondemned()) {
        if (nanos - doubt.sinceNanos() < settings.suspicion().toNanos()) {
          return settled;
        }
        metrics.memberLeft();
        settled = true;
      }
      suspects.removeFirst();
    }
    return settled;
  }

  /** Forgets members whose records have expired; tells whether there were any. */
  boolean expire(Instant now) {
    List<Long> expired = new ArrayList<>();
    table.forEach(
        record -> {
          if (!record.record().holdsAt(now) && !isSelf(record.key())) {
            expired.add(record.key());
          }
        });
    for (long key : expired) {
      int slot = table.find(key);
      if (isActive(slot)) {
        metrics.memberLeft();
      }
      withdraw(slot);
      table.remove(slot);
    }
    return !expired.isEmpty();
  }

  // Comparing and giving

  /** Adds what this node holds of a member; false if it holds nothing. */
  boolean tell(long key, Marks.Builder marks) {
    int slot = table.find(key);
    if (slot == MemberTable.NOBODY) {
      return false;
    }
    Doubt doubt = table.doubt(slot);
    marks.add(key, table.sequence(slot), doubt == null ? Marks.NO_DOUBT : doubt.fingerprint());
    return true;
  }

  /** Returns what this node lacks of what another holds, asking for nothing twice at a time. */
  Marks lacking(Marks theirs, long nanos) {
    Marks.Builder wants = new Marks.Builder(Marks.MAX);
    for (int i = 0; i < theirs.size(); i++) {
      long key = theirs.key(i);
      if (lacks(key, theirs.sequence(i), theirs.doubt(i), nanos) && asked.tryTake(key, nanos)) {
        if (!tell(key, wants)) {
          wants.add(key, 0, Marks.NO_DOUBT);
        }
      }
    }
    return wants.build();
  }

  private boolean lacks(long key, long sequence, int doubt, long nanos) {
    int slot = table.find(key);
    if (slot == MemberTable.NOBODY) {
      return table.size() < settings.maxMembers() && updates.allows(key, nanos);
    }
    long known = table.sequence(slot);
    if (sequence > known) {
      return updates.allows(key, nanos);
    }
    if (sequence < known || doubt == Marks.NO_DOUBT) {
      return false;
    }
    Doubt held = table.doubt(slot);
    return held == null || (!held.isCondemned() && held.fingerprint() != doubt);
  }

  /** Whether this node holds a newer record, or other testimony against the same, than another. */
  boolean knowsMore(long key, long sequence, int doubt) {
    int slot = table.find(key);
    if (slot == MemberTable.NOBODY || table.sequence(slot) < sequence) {
      return false;
    }
    Doubt held = table.doubt(slot);
    return table.sequence(slot) > sequence || (held != null && held.fingerprint() != doubt);
  }

  /** What is put together to be sent. */
  static final class Goods {
    final List<SignedRecord> records = new ArrayList<>();
    final List<Accusation> accusations = new ArrayList<>();

    boolean isFull() {
      return records.size() >= GossipMessage.MAX_PARCEL_RECORDS
          || accusations.size() + Doubt.WITNESSES > GossipMessage.MAX_PARCEL_ACCUSATIONS;
    }

    boolean isEmpty() {
      return records.isEmpty() && accusations.isEmpty();
    }
  }

  /** Adds what this node holds of a member and one who holds a sequence lacks. */
  void give(long key, long heldSequence, Goods goods, ByteBudget budget, long nanos) {
    int slot = table.find(key);
    if (slot == MemberTable.NOBODY || goods.isFull()) {
      return;
    }
    if (table.sequence(slot) < heldSequence) {
      return;
    }
    if (table.sequence(slot) > heldSequence) {
      SignedRecord record = table.record(slot);
      if (!budget.tryTake(record.sizeBytes(), nanos)) {
        return;
      }
      goods.records.add(record);
    }
    Doubt doubt = table.doubt(slot);
    if (doubt != null) {
      for (int i = 0; i < doubt.size(); i++) {
        Accusation accusation = doubt.accusation(i);
        if (budget.tryTake(accusation.sizeBytes(), nanos)) {
          goods.accusations.add(accusation);
        }
      }
    }
  }
}

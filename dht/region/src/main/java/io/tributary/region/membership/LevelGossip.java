package io.tributary.region.membership;

import io.tributary.region.Region;
import io.tributary.region.gossip.Contact;
import io.tributary.region.gossip.GossipMessage;
import io.tributary.region.gossip.GossipMessage.Answer;
import io.tributary.region.gossip.GossipMessage.Listing;
import io.tributary.region.gossip.GossipMessage.Offer;
import io.tributary.region.gossip.GossipMessage.Parcel;
import io.tributary.region.gossip.GossipMessage.Snapshot;
import io.tributary.region.gossip.GossipMessage.SnapshotRequest;
import io.tributary.region.gossip.GossipNetwork;
import io.tributary.region.gossip.Marks;
import io.tributary.region.record.Accusation;
import io.tributary.region.record.SignedRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The gossip of one region level: offers to a few partners that change slowly, and answers to
 * everybody. Not thread-safe.
 */
final class LevelGossip {

  /*
   * Why partners
   * ------------
   *
   * An offer to a member drawn at random each round would need a new connection, with its handshake,
   * nearly each time. A few partners that are replaced one by one form a random graph that changes
   * all the time, over which news spreads about as fast, for one new connection per rotation. They
   * also notice sooner that a member is gone: all who have it as a partner do at once, and they are
   * the witnesses that suspicion needs.
   *
   * What news misses is found by digests: each offer carries the digest of everything, and some
   * offers ask for the sums of buckets if digests differ. Since news is always under way somewhere,
   * digests of a busy region differ most of the time; so only some offers ask.
   */

  /** Every how many rounds bucket sums are asked for. */
  static final int DEEP_EVERY = 12;

  /** Every how many rounds a lost member is looked for. */
  static final int SEEK_EVERY = 10;

  /** How many rounds after joining sums are asked for each time. */
  static final int DEEP_AT_FIRST = 4;

  /** How many members a listing tells of. */
  static final int MAX_LISTED = 512;

  private static final int MAX_MISSES = 2;
  private static final long NEVER = Long.MIN_VALUE;

  private final int index;
  private final Region level;
  private final Roster roster;
  private final Surroundings node;
  private final MembershipSettings settings;
  private final SplittableRandom random;
  private final List<Partner> partners = new ArrayList<>();
  private int rounds;
  private int deepRounds;
  private int next;
  private long rotateAtNanos = NEVER;
  private long answeredAtNanos = NEVER;

  /** What a level needs of its node. */
  interface Surroundings {
    GossipNetwork network();

    long nanos();

    Instant now();

    ByteBudget budget();

    boolean isSelf(long key);

    /** A member did not answer, while others did. */
    void accuse(SignedRecord member);

    /** Whether a page of a snapshot may be given now. */
    boolean allowPage(boolean first);

    void onSnapshot(Contact from, Snapshot snapshot);

    void onLearned();
  }

  private static final class Partner {
    private final SignedRecord record;
    private long offeredAtNanos = NEVER;
    private int misses;

    Partner(SignedRecord record) {
      this.record = record;
    }

    boolean isWaiting() {
      return offeredAtNanos != NEVER;
    }
  }

  LevelGossip(
      int index,
      Region level,
      Roster roster,
      Surroundings node,
      MembershipSettings settings,
      SplittableRandom random) {
    this.index = index;
    this.level = level;
    this.roster = roster;
    this.node = node;
    this.settings = settings;
    this.random = random;
  }

  Region level() {
    return level;
  }

  /** The members offers go to now. */
  List<SignedRecord> partners() {
    return partners.stream().map(partner -> partner.record).toList();
  }

  /** Asks for bucket sums in the next few rounds. */
  void lookDeeply() {
    deepRounds = DEEP_AT_FIRST;
  }

  // Asking

  void round() {
    rounds++;
    long nanos = node.nanos();
    for (Partner partner : List.copyOf(partners)) {
      if (partner.isWaiting()
          && nanos - partner.offeredAtNanos > settings.answerWithin().toNanos()) {
        onMiss(partner);
      }
    }
    rotate(nanos);
    boolean more = true;
    while (more && partners.size() < settings.partners()) {
      more = addPartner();
    }
    for (int i = 0; i < partners.size(); i++) {
      Partner partner = partners.get(next++ % partners.size());
      if (!partner.isWaiting()) {
        partner.offeredAtNanos = nanos;
        offer(Contact.of(partner.record), isDeepRound(), () -> onUndeliverable(partner, nanos));
        break;
      }
    }
    if (rounds % SEEK_EVERY == 0 && roster.table().doubted() > 0) {
      int lost = roster.table().random(random, slot -> roster.isLost(slot) && isHere(slot));
      if (lost != MemberTable.NOBODY) {
        offer(Contact.of(roster.table().record(lost)), true, () -> {});
      }
    }
  }

  private boolean isDeepRound() {
    if (deepRounds > 0) {
      deepRounds--;
      return true;
    }
    return rounds % DEEP_EVERY == 0;
  }

  private boolean isHere(int slot) {
    SignedRecord record = roster.table().record(slot);
    return roster.isIn(index, record) && !node.isSelf(record.key());
  }

  private void rotate(long nanos) {
    if (rotateAtNanos != NEVER && nanos - rotateAtNanos < 0) {
      return;
    }
    if (rotateAtNanos != NEVER && partners.size() == settings.partners()) {
      partners.remove(random.nextInt(partners.size()));
    }
    long rotation = settings.rotation().toNanos();
    rotateAtNanos = nanos + rotation / 2 + random.nextLong(rotation);
  }

  private boolean addPartner() {
    int slot =
        roster
            .table()
            .random(
                random,
                candidate ->
                    isHere(candidate) && roster.isActive(candidate) && !isPartner(candidate));
    if (slot == MemberTable.NOBODY) {
      return false;
    }
    partners.add(new Partner(roster.table().record(slot)));
    return true;
  }

  private boolean isPartner(int slot) {
    long key = roster.table().record(slot).key();
    for (Partner partner : partners) {
      if (partner.record.key() == key) {
        return true;
      }
    }
    return false;
  }

  /** Offers this node's news to somebody. */
  void offer(Contact to, boolean deep, Runnable undeliverable) {
    Marks news = roster.news(index).tell(timesTold(), key -> false, roster::tell);
    node.network()
        .send(to, new Offer(level, roster.digests(index).root(), deep, news), undeliverable);
  }

  private int timesTold() {
    return 2 + Integer.SIZE - Integer.numberOfLeadingZeros(roster.count(index));
  }

  private void onUndeliverable(Partner partner, long offeredAtNanos) {
    if (partner.offeredAtNanos == offeredAtNanos) {
      onMiss(partner);
    }
  }

  private void onMiss(Partner partner) {
    partner.offeredAtNanos = NEVER;
    if (++partner.misses < MAX_MISSES || !partners.remove(partner)) {
      return;
    }
    long heard = node.nanos() - answeredAtNanos;
    // If nobody has answered lately, it is this node that is cut off.
    if (answeredAtNanos != NEVER && heard < 2 * settings.answerWithin().toNanos()) {
      node.accuse(partner.record);
    }
  }

  // Answering

  void receive(Contact from, GossipMessage message) {
    if (message instanceof Offer offer) {
      onOffer(from, offer);
    } else if (message instanceof Answer answer) {
      onAnswer(from, answer);
    } else if (message instanceof Listing listing) {
      onListing(from, listing);
    } else if (message instanceof Parcel parcel) {
      onParcel(from, parcel);
    } else if (message instanceof SnapshotRequest request) {
      onSnapshotRequest(from, request);
    } else if (message instanceof Snapshot snapshot) {
      for (SignedRecord record : snapshot.records()) {
        roster.take(record, node.now(), node.nanos());
      }
      node.onLearned();
      node.onSnapshot(from, snapshot);
    }
  }

  private void send(Contact to, GossipMessage message) {
    node.network().send(to, message, () -> {});
  }

  private void onOffer(Contact from, Offer offer) {
    Marks wants = roster.lacking(offer.news(), node.nanos());
    Set<Long> told = new HashSet<>();
    for (int i = 0; i < offer.news().size(); i++) {
      told.add(offer.news().key(i));
    }
    Marks news = roster.news(index).tell(timesTold(), told::contains, roster::tell);
    Digests digests = roster.digests(index);
    List<Long> sums = List.of();
    if (offer.deep() && offer.root() != digests.root()) {
      sums = new ArrayList<>(GossipMessage.BUCKETS);
      for (int bucket = 0; bucket < GossipMessage.BUCKETS; bucket++) {
        sums.add(digests.sum(bucket));
      }
    }
    send(from, new Answer(level, digests.root(), wants, news, sums));
  }

  private void onAnswer(Contact from, Answer answer) {
    long nanos = node.nanos();
    for (Partner partner : partners) {
      if (partner.record.record().peer().equals(from.peer())) {
        partner.offeredAtNanos = NEVER;
        partner.misses = 0;
        answeredAtNanos = nanos;
      }
    }
    Marks wants = roster.lacking(answer.news(), nanos);
    Roster.Goods goods = wanted(answer.wants(), nanos);
    if (!goods.isEmpty() || wants.size() > 0) {
      send(from, new Parcel(level, goods.records, goods.accusations, wants));
    }
    if (!answer.sums().isEmpty()) {
      list(from, answer.sums());
    }
  }

  private Roster.Goods wanted(Marks wants, long nanos) {
    Roster.Goods goods = new Roster.Goods();
    for (int i = 0; i < wants.size() && !goods.isFull(); i++) {
      roster.give(wants.key(i), wants.sequence(i), goods, node.budget(), nanos);
    }
    return goods;
  }

  /** Lists what this node holds in some of the buckets that differ. */
  private void list(Contact to, List<Long> sums) {
    Digests digests = roster.digests(index);
    List<Integer> buckets = new ArrayList<>();
    int perBucket = Math.max(1, roster.count(index) / GossipMessage.BUCKETS);
    int first = random.nextInt(GossipMessage.BUCKETS);
    for (int i = 0; i < GossipMessage.BUCKETS; i++) {
      int bucket = (first + i) % GossipMessage.BUCKETS;
      if (digests.sum(bucket) != sums.get(bucket)
          && (buckets.size() + 1) * perBucket <= MAX_LISTED) {
        buckets.add(bucket);
      }
    }
    if (buckets.isEmpty()) {
      return;
    }
    Marks.Builder entries = new Marks.Builder(Marks.MAX);
    forEachIn(buckets, record -> roster.tell(record.key(), entries));
    send(to, new Listing(level, buckets, entries.build()));
  }

  private void forEachIn(List<Integer> buckets, Consumer<SignedRecord> action) {
    boolean[] chosen = new boolean[GossipMessage.BUCKETS];
    buckets.forEach(bucket -> chosen[bucket] = true);
    roster
        .table()
        .forEach(
            record -> {
              if (chosen[Digests.bucket(record.key())] && roster.isIn(index, record)) {
                action.accept(record);
              }
            });
  }

  private void onListing(Contact from, Listing listing) {
    long nanos = node.nanos();
    Marks theirs = listing.entries();
    Marks wants = roster.lacking(theirs, nanos);
    Roster.Goods goods = new Roster.Goods();
    Set<Long> listed = new HashSet<>();
    for (int i = 0; i < theirs.size(); i++) {
      long key = theirs.key(i);
      listed.add(key);
      Marks.Builder mine = new Marks.Builder(1);
      if (roster.tell(key, mine)) {
        Marks held = mine.build();
        boolean newer = held.sequence(0) > theirs.sequence(i);
        boolean doubted =
            held.sequence(0) == theirs.sequence(i)
                && held.doubt(0) != Marks.NO_DOUBT
                && held.doubt(0) != theirs.doubt(i);
        if (newer || doubted) {
          roster.give(key, theirs.sequence(i), goods, node.budget(), nanos);
        }
      }
    }
    if (theirs.size() < Marks.MAX) {
      forEachIn(
          listing.buckets(),
          record -> {
            if (!listed.contains(record.key())) {
              roster.give(record.key(), 0, goods, node.budget(), nanos);
            }
          });
    }
    if (!goods.isEmpty() || wants.size() > 0) {
      send(from, new Parcel(level, goods.records, goods.accusations, wants));
    }
  }

  private void onParcel(Contact from, Parcel parcel) {
    long nanos = node.nanos();
    boolean learned = false;
    for (SignedRecord record : parcel.records()) {
      learned |= roster.take(record, node.now(), nanos);
    }
    for (Accusation accusation : parcel.accusations()) {
      learned |= roster.take(accusation, node.now(), nanos);
    }
    if (learned) {
      node.onLearned();
    }
    Roster.Goods goods = wanted(parcel.wants(), nanos);
    if (!goods.isEmpty()) {
      send(from, new Parcel(level, goods.records, goods.accusations, Marks.NONE));
    }
  }

  private void onSnapshotRequest(Contact from, SnapshotRequest request) {
    if (!node.allowPage(request.from() == 0)) {
      send(from, new Snapshot(level, List.of(), true, true));
      return;
    }
    List<SignedRecord> page = new ArrayList<>();
    MemberTable table = roster.table();
    for (int slot = 0; slot < table.slots(); slot++) {
      if (table.isTaken(slot)
          && roster.isIn(index, table.record(slot))
          && roster.isActive(slot)
          && Long.compareUnsigned(table.record(slot).key(), request.from()) >= 0) {
        page.add(table.record(slot));
      }
    }
    page.sort(Comparator.comparingLong(record -> record.key() ^ Long.MIN_VALUE));
    boolean last = page.size() <= GossipMessage.MAX_PAGE_RECORDS;
    send(
        from,
        new Snapshot(
            level, last ? page : page.subList(0, GossipMessage.MAX_PAGE_RECORDS), last, false));
  }

  /** Tells all partners at once, as a farewell must be. */
  void tellPartners(SignedRecord record) {
    Parcel parcel = new Parcel(level, List.of(record), List.of(), Marks.NONE);
    for (Partner partner : partners) {
      send(Contact.of(partner.record), parcel);
    }
  }
}

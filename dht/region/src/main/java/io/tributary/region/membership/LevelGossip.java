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
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

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
   * A key is told a number of times that grows with the logarithm of the region. If there is more
   * news than goes into a message, as after a partition, those keys count as told more often that
   * partners turn out to know of, so that room is left for the others. Not in usual times: then
   * the repetition costs little, and makes up for messages that are lost.
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

  /** For how many tellings more it counts that a partner knew of a key already. */
  static final int COUNTED_IF_KNOWN = 4;

  /** How many members a listing tells of. */
  static final int MAX_LISTED = 512;

  /**
   * How many offers in a row a partner may leave unanswered. What is lost on the way is no reason
   * to accuse, so it takes several; they follow each other at once, so it takes no longer.
   */
  private static final int MAX_MISSES = 3;

  private static final long NEVER = Long.MIN_VALUE;

  private final int index;
  private final Region level;
  private final Roster roster;
  private final Surroundings node;
  private final MembershipSettings settings;
  private final SplittableRandom random;
  private final long secret;
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
    private Marks offered = Marks.NONE;
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
    this.secret = random.nextLong();
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
    Optional<Partner> partner = nextPartner();
    if (partner.isPresent()) {
      offer(partner.get(), nanos);
    }
    if (rounds % SEEK_EVERY == 0 && roster.table().doubted() > 0) {
      int lost = roster.table().random(random, slot -> roster.isLost(slot) && isHere(slot));
      if (lost != MemberTable.NOBODY) {
        offer(Contact.of(roster.table().record(lost)), true, () -> {});
      }
    }
  }

  /** One that left the last offer unanswered, else the next in turn. */
  private Optional<Partner> nextPartner() {
    for (Partner partner : partners) {
      if (partner.misses > 0 && !partner.isWaiting()) {
        return Optional.of(partner);
      }
    }
    for (int i = 0; i < partners.size(); i++) {
      Partner partner = partners.get(next++ % partners.size());
      if (!partner.isWaiting()) {
        return Optional.of(partner);
      }
    }
    return Optional.empty();
  }

  private void offer(Partner partner, long nanos) {
    partner.offeredAtNanos = nanos;
    partner.offered =
        offer(Contact.of(partner.record), isDeepRound(), () -> onUndeliverable(partner, nanos));
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
    long key = roster.table().key(slot);
    for (Partner partner : partners) {
      if (partner.record.key() == key) {
        return true;
      }
    }
    return false;
  }

  /** Offers this node's news to somebody; returns what was told. */
  Marks offer(Contact to, boolean deep, Runnable undeliverable) {
    Marks news = roster.news(index).tell(timesTold(), key -> false, roster::tell);
    node.network()
        .send(to, new Offer(level, roster.digests(index).root(), deep, news), undeliverable);
    return news;
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
    LongMap told = keys(offer.news());
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

  /** Counts what a partner did not want as told more often, if there is much to tell. */
  private void countKnown(Marks offered, Marks wants) {
    if (roster.news(index).size() <= News.PER_MESSAGE) {
      return;
    }
    LongMap wanted = keys(wants);
    for (int i = 0; i < offered.size(); i++) {
      if (!wanted.contains(offered.key(i))) {
        roster.news(index).known(offered.key(i), COUNTED_IF_KNOWN);
      }
    }
  }

  private LongMap keys(Marks marks) {
    LongMap keys = new LongMap(secret, marks.size());
    for (int i = 0; i < marks.size(); i++) {
      keys.put(marks.key(i), i);
    }
    return keys;
  }

  private void onAnswer(Contact from, Answer answer) {
    long nanos = node.nanos();
    for (Partner partner : partners) {
      if (partner.record.record().peer().equals(from.peer())) {
        partner.offeredAtNanos = NEVER;
        partner.misses = 0;
        answeredAtNanos = nanos;
        countKnown(partner.offered, answer.wants());
        partner.offered = Marks.NONE;
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
    forEachIn(buckets, slot -> roster.tell(roster.table().key(slot), entries));
    send(to, new Listing(level, buckets, entries.build()));
  }

  private void forEachIn(List<Integer> buckets, IntConsumer action) {
    boolean[] chosen = new boolean[GossipMessage.BUCKETS];
    buckets.forEach(bucket -> chosen[bucket] = true);
    MemberTable table = roster.table();
    for (int slot = 0; slot < table.slots(); slot++) {
      if (table.isTaken(slot)
          && chosen[Digests.bucket(table.key(slot))]
          && roster.isIn(index, table.record(slot))) {
        action.accept(slot);
      }
    }
  }

  private void onListing(Contact from, Listing listing) {
    long nanos = node.nanos();
    Marks theirs = listing.entries();
    Marks wants = roster.lacking(theirs, nanos);
    Roster.Goods goods = new Roster.Goods();
    for (int i = 0; i < theirs.size(); i++) {
      if (roster.knowsMore(theirs.key(i), theirs.sequence(i), theirs.doubt(i))) {
        roster.give(theirs.key(i), theirs.sequence(i), goods, node.budget(), nanos);
      }
    }
    if (theirs.size() < Marks.MAX) {
      LongMap listed = keys(theirs);
      forEachIn(
          listing.buckets(),
          slot -> {
            long key = roster.table().key(slot);
            if (!listed.contains(key)) {
              roster.give(key, 0, goods, node.budget(), nanos);
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

package io.tributary.kademlia;

import io.tributary.kademlia.key.DhtKey;
import io.tributary.kademlia.message.Contact;
import io.tributary.kademlia.message.Request;
import io.tributary.kademlia.message.Response;
import io.tributary.kademlia.network.AskFailure;
import io.tributary.kademlia.network.KademliaNetwork;
import io.tributary.kademlia.routing.AddressBlocks;
import io.tributary.kademlia.routing.RoutingLimits;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.time.Timekeeper.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One iterative search towards a key. Lives on the DHT's thread. */
final class Lookup {

  /*
   * How a search goes
   * -----------------
   * All peers heard of are held in the order of their distance. The window is the nearest k of
   * them, leaving out those that failed, those that are slow and those that nobody trusted has
   * vouched for. Of the window at most alpha are asked at a time. Each answer brings more peers and
   * so moves the window; the search has converged when everybody in it has answered, which is the
   * stop rule of the specification.
   *
   * Slow peers. A request that takes longer than most have of late leaves its peer out of the window
   * and out of alpha, so another one goes out in its stead. Its answer still counts if it comes. So
   * there are no rounds, and nobody waits for the slowest. Only if too few others have answered,
   * slow ones are waited for until their deadline.
   *
   * Trust. A peer can name any number of peers that do not exist or lie right at the key, and each
   * costs a dial. So who names peers does so on credit: each one asked on its word takes one, each
   * that answers gives back two. Whose credit is used up is not believed: the peers only it has
   * named are left for the end. Honest peers name each other, so their words are covered several
   * times. Live sybils that name each other keep their credit, but they have to be where their ids
   * are: they can't push honest peers out of the window, which is why the window counts all k and not
   * the few nearest.
   *
   * Chosen ids. Whoever wants one key not to be found can choose ids nearer to it than those of all
   * honest peers, at a few thousand hashes each; with k of them, all that is announced would go to
   * him alone. So of one block of addresses only a few peers count in the window; the others are left
   * for the end. He then needs his nodes in k / perPrefixAndSearch blocks, at each key anew. Disjoint
   * paths would not help: they all end at the same peers. A peer's blocks are those that were told of
   * it first, so that nobody who speaks later can move honest peers into a crowd.
   */

  /** Most peers that are held; the farthest go. */
  private static final int MAX_CANDIDATES = 256;

  private static final int FIRST_CREDIT = 4;
  private static final int MOST_CREDIT = 20;
  private static final int MOST_REFERRERS = 4;
  private static final int MOST_TRIES = 3;

  /** What the search is for. */
  interface Visitor {

    /** What to ask each peer. */
    Request request();

    /**
     * A peer has answered.
     *
     * @param hops how many peers led there
     * @return whether this is enough
     */
    boolean onResponse(Contact from, int hops, Response response);

    /** A peer has failed; returns whether this is enough, as it is if it was the one sought. */
    default boolean onFailure(Contact from, int hops, AskFailure failure) {
      return false;
    }

    /**
     * The search has ended.
     *
     * @param nearest the nearest that have answered, at most k
     */
    void onEnd(List<Contact> nearest, SearchCost cost);
  }

  private enum State {
    HEARD,
    WAITING,
    SLOW,
    ANSWERED,
    FAILED
  }

  private static final class Candidate {
    final List<Candidate> referrers = new ArrayList<>(1);
    final long distance;
    final int hops;
    private final Contact first;
    private long @Nullable [] blocks;
    Contact contact;
    State state = State.HEARD;
    int credit = FIRST_CREDIT;
    int tries;
    @Nullable Contact elsewhere;
    @Nullable Timer slowTimer;

    /**
     * @param distance the leading bits of it, for most comparisons
     */
    Candidate(Contact contact, long distance, int hops) {
      this.first = contact;
      this.contact = contact;
      this.distance = distance;
      this.hops = hops;
    }

    long[] blocks() {
      long[] known = blocks;
      if (known == null) {
        known = AddressBlocks.of(first);
        blocks = known;
      }
      return known;
    }

    boolean isTrusted() {
      if (referrers.isEmpty()) {
        return true;
      }
      for (Candidate referrer : referrers) {
        if (referrer.credit > 0) {
          return true;
        }
      }
      return false;
    }

    void spend() {
      Candidate richest = null;
      for (Candidate referrer : referrers) {
        if (richest == null || referrer.credit > richest.credit) {
          richest = referrer;
        }
      }
      if (richest != null) {
        richest.credit--;
      }
    }

    void reward() {
      for (Candidate referrer : referrers) {
        referrer.credit = Math.min(MOST_CREDIT, referrer.credit + 2);
      }
    }
  }

  private final PeerId self;
  private final DhtKey target;
  private final KademliaConfig.Lookups limits;
  private final RoutingLimits diversity;
  private final Asker asker;
  private final Timekeeper time;
  private final Visitor visitor;
  private final List<Candidate> nearest = new ArrayList<>();
  private final List<Candidate> window = new ArrayList<>();
  private final Map<PeerId, Candidate> known = new HashMap<>();
  private final long beganNanos;
  private @Nullable Timer deadline;
  private SearchCost.End end = SearchCost.End.UNDER_WAY;
  private long endNanos;
  private int active;
  private int slow;
  private int requests;
  private int responses;
  private int failures;
  private int hops;
  private boolean crowdsCount;
  private boolean stepping;
  private boolean stepAgain;

  Lookup(
      PeerId self,
      DhtKey target,
      KademliaConfig config,
      Asker asker,
      Timekeeper time,
      Visitor visitor) {
    this.self = self;
    this.target = target;
    this.limits = config.lookups();
    this.diversity = config.routing();
    this.asker = asker;
    this.time = time;
    this.visitor = visitor;
    this.beganNanos = time.nanoTime();
  }

  /** Begins with peers known already. */
  void start(List<Contact> seeds) {
    deadline = time.after(limits.deadline(), () -> finish(SearchCost.End.DEADLINE));
    for (Contact seed : seeds) {
      if (!seed.peer().equals(self)) {
        add(new Candidate(seed, distanceOf(seed), 1));
      }
    }
    step();
  }

  void cancel() {
    finish(SearchCost.End.CANCELLED);
  }

  SearchCost cost() {
    long until = end == SearchCost.End.UNDER_WAY ? time.nanoTime() : endNanos;
    return new SearchCost(
        requests, responses, failures, hops, Duration.ofNanos(until - beganNanos), end);
  }

  // The window

  private void step() {
    if (stepping) {
      stepAgain = true;
      return;
    }
    stepping = true;
    do {
      stepAgain = false;
      if (end == SearchCost.End.UNDER_WAY) {
        moveWindow();
      }
    } while (stepAgain);
    stepping = false;
  }

  private void moveWindow() {
    window.clear();
    int answered = 0;
    boolean pending = false;
    List<Candidate> toAsk = new ArrayList<>(limits.parallel());
    for (int i = 0; i < nearest.size() && window.size() < limits.replication(); i++) {
      Candidate each = nearest.get(i);
      boolean counts =
          each.state == State.ANSWERED
              || each.state == State.WAITING
              || (each.state == State.HEARD && each.isTrusted());
      if (!counts || isCrowded(each)) {
        continue;
      }
      window.add(each);
      if (each.state == State.ANSWERED) {
        answered++;
      } else {
        pending = true;
        if (each.state == State.HEARD && active + toAsk.size() < limits.parallel()) {
          toAsk.add(each);
        }
      }
    }
    if (pending) {
      toAsk.forEach(this::ask);
    } else if (answered < limits.replication() && trustAgain()) {
      stepAgain = true;
    } else if (answered == limits.replication() || slow == 0) {
      finish(answered == 0 ? SearchCost.End.NO_PEERS : SearchCost.End.CONVERGED);
    }
  }

  /** Whether one of a candidate's blocks has its places in the window already. */
  private boolean isCrowded(Candidate candidate) {
    if (crowdsCount || !diversity.areSearchesDiverse()) {
      return false;
    }
    for (long block : candidate.blocks()) {
      int same = 0;
      for (Candidate other : window) {
        for (long of : other.blocks()) {
          same += of == block ? 1 : 0;
        }
      }
      if (same >= diversity.perPrefixAndSearch()) {
        return true;
      }
    }
    return false;
  }

  /** Too few have answered: whoever was not believed or left out gets one more chance. */
  private boolean trustAgain() {
    boolean any = !crowdsCount && diversity.areSearchesDiverse();
    crowdsCount = true;
    for (Candidate each : nearest) {
      if (each.state == State.HEARD && !each.isTrusted()) {
        each.referrers.get(0).credit = 1;
        any = true;
      }
    }
    return any;
  }

  private void ask(Candidate candidate) {
    if (end != SearchCost.End.UNDER_WAY) {
      return;
    }
    if (requests >= limits.maxRequests()) {
      finish(SearchCost.End.TOO_MANY_REQUESTS);
      return;
    }
    requests++;
    active++;
    candidate.spend();
    candidate.tries++;
    candidate.state = State.WAITING;
    candidate.slowTimer = time.after(asker.slow(), () -> onSlow(candidate));
    int attempt = candidate.tries;
    asker.ask(
        candidate.contact,
        visitor.request(),
        new KademliaNetwork.Reply() {
          @Override
          public void onResponse(Response response) {
            if (leave(candidate, attempt, State.ANSWERED)) {
              Lookup.this.onResponse(candidate, response);
            }
          }

          @Override
          public void onFailure(AskFailure failure) {
            if (leave(candidate, attempt, State.FAILED)) {
              Lookup.this.onFailure(candidate, failure);
            }
          }
        });
  }

  private void onSlow(Candidate candidate) {
    if (candidate.state == State.WAITING && end == SearchCost.End.UNDER_WAY) {
      active--;
      if (!moves(candidate)) {
        candidate.state = State.SLOW;
        slow++;
      }
      step();
    }
  }

  /** Tries a peer where another one said that it is, if one did. */
  private static boolean moves(Candidate candidate) {
    Contact elsewhere = candidate.elsewhere;
    if (elsewhere == null || candidate.tries >= MOST_TRIES) {
      return false;
    }
    candidate.elsewhere = null;
    candidate.contact = elsewhere;
    candidate.state = State.HEARD;
    return true;
  }

  private boolean leave(Candidate candidate, int attempt, State next) {
    boolean waitedFor = candidate.state == State.WAITING || candidate.state == State.SLOW;
    if (end != SearchCost.End.UNDER_WAY || !waitedFor || candidate.tries != attempt) {
      return false;
    }
    Timer timer = candidate.slowTimer;
    if (timer != null) {
      timer.cancel();
    }
    if (candidate.state == State.WAITING) {
      active--;
    } else {
      slow--;
    }
    candidate.state = next;
    return true;
  }

  private void onResponse(Candidate candidate, Response response) {
    responses++;
    candidate.reward();
    if (visitor.onResponse(candidate.contact, candidate.hops, response)) {
      hops = candidate.hops;
      finish(SearchCost.End.FOUND);
      return;
    }
    int count = 0;
    for (Contact contact : response.closer()) {
      if (count++ == Response.MAX_CLOSER) {
        break;
      }
      hear(candidate, contact);
    }
    step();
  }

  private void onFailure(Candidate candidate, AskFailure failure) {
    failures++;
    if (visitor.onFailure(candidate.contact, candidate.hops, failure)) {
      hops = candidate.hops;
      finish(SearchCost.End.FOUND);
    } else {
      moves(candidate);
      step();
    }
  }

  @SuppressWarnings("ReferenceEquality") // only to be quick; equality is looked at too
  private void hear(Candidate from, Contact contact) {
    if (contact.peer().equals(self)) {
      return;
    }
    Candidate before = known.get(contact.peer());
    if (before == null && isTooFar(contact)) {
      return;
    }
    if (before == null) {
      if (!contact.addresses().isEmpty()) {
        Candidate fresh = new Candidate(contact, distanceOf(contact), from.hops + 1);
        fresh.referrers.add(from);
        add(fresh);
      }
      return;
    }
    if (before.state == State.HEARD && before.referrers.size() < MOST_REFERRERS) {
      if (!before.referrers.isEmpty() && !before.referrers.contains(from)) {
        before.referrers.add(from);
      }
    }
    boolean elsewhere =
        before.contact.addresses() != contact.addresses()
            && !before.contact.addresses().containsAll(contact.addresses());
    if (elsewhere && before.state == State.WAITING) {
      before.elsewhere = contact;
    } else if (elsewhere && before.state == State.HEARD) {
      List<Multiaddr> both = new ArrayList<>(before.contact.addresses());
      contact.addresses().stream().filter(a -> !both.contains(a)).forEach(both::add);
      before.contact = before.contact.at(both);
    } else if (elsewhere && isWithoutAnswer(before) && before.tries < MOST_TRIES) {
      // It may have moved, and this one may know where to.
      if (before.state == State.SLOW) {
        slow--;
      }
      before.contact = contact;
      before.state = State.HEARD;
      if (!before.referrers.isEmpty() && !before.referrers.contains(from)) {
        before.referrers.add(from);
      }
    }
  }

  private static boolean isWithoutAnswer(Candidate candidate) {
    return candidate.state == State.SLOW || candidate.state == State.FAILED;
  }

  private long distanceOf(Contact contact) {
    return target.position().leadingBits() ^ contact.position().leadingBits();
  }

  /** Compares the distances of a candidate and of a contact. */
  private int compare(Candidate candidate, Contact contact, long distance) {
    return candidate.distance != distance
        ? Long.compareUnsigned(candidate.distance, distance)
        : target.position().compareDistances(candidate.contact.position(), contact.position());
  }

  /** Whether a peer lies too far out ever to be asked. */
  private boolean isTooFar(Contact contact) {
    return nearest.size() >= MAX_CANDIDATES
        && compare(nearest.get(nearest.size() - 1), contact, distanceOf(contact)) <= 0;
  }

  private void add(Candidate candidate) {
    int low = 0;
    int high = nearest.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(nearest.get(middle), candidate.contact, candidate.distance) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low >= MAX_CANDIDATES || known.putIfAbsent(candidate.contact.peer(), candidate) != null) {
      return;
    }
    nearest.add(low, candidate);
    if (nearest.size() > MAX_CANDIDATES) {
      Candidate farthest = nearest.get(nearest.size() - 1);
      if (farthest.state == State.HEARD) {
        nearest.remove(nearest.size() - 1);
        known.remove(farthest.contact.peer());
      }
    }
  }

  private void finish(SearchCost.End how) {
    if (end != SearchCost.End.UNDER_WAY) {
      return;
    }
    end = how;
    endNanos = time.nanoTime();
    if (deadline != null) {
      deadline.cancel();
    }
    List<Contact> answered = new ArrayList<>(limits.replication());
    window.clear();
    for (Candidate each : nearest) {
      if (each.slowTimer != null) {
        each.slowTimer.cancel();
      }
      if (each.state == State.ANSWERED
          && window.size() < limits.replication()
          && !isCrowded(each)) {
        if (answered.isEmpty() && hops == 0) {
          hops = each.hops;
        }
        window.add(each);
        answered.add(each.contact);
      }
    }
    visitor.onEnd(answered, cost());
  }
}

package io.tributary.reward;

import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The rules of the settlement contract in plain Java, written from its documentation: what a call
 * does, or by which rule and numbers it is refused. One that is refused leaves nothing changed.
 */
final class ModelContract {
  private static final BigInteger BPS = BigInteger.valueOf(10_000);
  private static final BigInteger ZERO = BigInteger.ZERO;

  private final ContractTerms terms;
  long time;
  private long pausedFrom;
  private long pausedUntil;
  private long earlierPauses;

  Map<EvmAddress, BigInteger> tokens = new HashMap<>();
  Map<EvmAddress, Payer> payers = new HashMap<>();
  Map<List<Object>, Reservation> reservations = new HashMap<>();
  Map<List<Object>, Signer> signers = new HashMap<>();
  Map<LaneId, Lane> lanes = new HashMap<>();
  Map<EvmAddress, Credit> credits = new HashMap<>();
  Map<EvmAddress, Node> nodes = new HashMap<>();
  BigInteger totalFees = ZERO;
  BigInteger claimedFees = ZERO;
  BigInteger burned = ZERO;
  BigInteger sponsored = ZERO;
  BigInteger subsidies = ZERO;

  ModelContract(ContractTerms terms, long time) {
    this.terms = terms;
    this.time = time;
  }

  record Payer(BigInteger escrow, BigInteger reserved, BigInteger thawing, long endsAt) {
    static final Payer NONE = new Payer(ZERO, ZERO, ZERO, 0);

    BigInteger free() {
      return escrow.subtract(reserved);
    }
  }

  record Reservation(BigInteger amount, BigInteger releasing, long endsAt) {
    static final Reservation NONE = new Reservation(ZERO, ZERO, 0);
  }

  record Signer(BigInteger remaining, long expiry, long revokedAt) {
    static final Signer NONE = new Signer(ZERO, 0, 0);
  }

  record Lane(BigInteger amount, long bytes) {
    static final Lane NONE = new Lane(ZERO, 0);
  }

  record Credit(BigInteger amount, BigInteger openFees) {
    static final Credit NONE = new Credit(ZERO, ZERO);
  }

  record Node(BigInteger stake, long exitsAt, Hash256 peerKey) {
    static final Node NONE = new Node(ZERO, 0, Hash256.ZERO);
  }

  /** A payment that somebody signed. */
  record Payment(LaneId lane, BigInteger amount, long bytes, long expiry, EvmAddress signer) {}

  /** A rule says no. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String rule) {
      super(rule);
    }
  }

  private static Refused refusal(String rule, Object... namesAndValues) {
    StringJoiner words = new StringJoiner(", ", rule + "(", ")");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      words.add(
          namesAndValues[i]
              + "="
              + (value instanceof EvmAddress ? value.toString().toLowerCase(Locale.ROOT) : value));
    }
    return new Refused(words.toString());
  }

  private static void require(boolean holds, String rule, Object... namesAndValues) throws Refused {
    if (!holds) {
      throw refusal(rule, namesAndValues);
    }
  }

  private static void requireSome(BigInteger amount) throws Refused {
    require(amount.signum() != 0, "ZeroAmount");
  }

  /** Does something as a whole or not at all. */
  void atomically(Change change) throws Refused {
    ModelContract before = new ModelContract(terms, time);
    before.copy(this);
    try {
      change.apply();
    } catch (Refused e) {
      copy(before);
      throw e;
    }
  }

  interface Change {
    void apply() throws Refused;
  }

  private void copy(ModelContract other) {
    pausedFrom = other.pausedFrom;
    pausedUntil = other.pausedUntil;
    earlierPauses = other.earlierPauses;
    tokens = new HashMap<>(other.tokens);
    payers = new HashMap<>(other.payers);
    reservations = new HashMap<>(other.reservations);
    signers = new HashMap<>(other.signers);
    lanes = new HashMap<>(other.lanes);
    credits = new HashMap<>(other.credits);
    nodes = new HashMap<>(other.nodes);
    totalFees = other.totalFees;
    claimedFees = other.claimedFees;
    burned = other.burned;
    sponsored = other.sponsored;
    subsidies = other.subsidies;
  }

  // Time.

  long clock() {
    long sinceEarlier = time < pausedUntil ? pausedFrom : time - (pausedUntil - pausedFrom);
    return sinceEarlier - earlierPauses;
  }

  boolean isOver(long deadline) {
    return time > (deadline >= pausedFrom ? deadline + (pausedUntil - pausedFrom) : deadline);
  }

  private void requireThawed(long endsAt) throws Refused {
    require(clock() >= endsAt, "ThawNotOver", "endsAt", endsAt, "clockNow", clock());
  }

  private void whileRedeemable() throws Refused {
    require(time >= pausedUntil, "RedemptionPaused", "until", pausedUntil);
  }

  private void onlyGuardian(EvmAddress caller) throws Refused {
    EvmAddress guardian = terms.guardian().orElseThrow();
    require(caller.equals(guardian), "NotGuardian", "caller", caller, "guardian", guardian);
  }

  void pause(EvmAddress caller) throws Refused {
    onlyGuardian(caller);
    if (pausedUntil != 0) {
      long notBefore = pausedUntil + 2 * terms.pause().toSeconds();
      require(time >= notBefore, "PauseTooSoon", "notBefore", notBefore);
      earlierPauses += pausedUntil - pausedFrom;
    }
    pausedFrom = time;
    pausedUntil = time + terms.pause().toSeconds();
  }

  void unpause(EvmAddress caller) throws Refused {
    onlyGuardian(caller);
    require(time < pausedUntil, "NotPaused");
    pausedUntil = time;
  }

  // Tokens.

  BigInteger tokens(EvmAddress owner) {
    return tokens.getOrDefault(owner, ZERO);
  }

  private void pull(EvmAddress from, BigInteger amount) throws Refused {
    requireSome(amount);
    tokens.merge(from, amount.negate(), BigInteger::add);
  }

  private void push(EvmAddress to, BigInteger amount) {
    tokens.merge(to, amount, BigInteger::add);
  }

  // Escrow.

  Payer payer(EvmAddress address) {
    return payers.getOrDefault(address, Payer.NONE);
  }

  Reservation reservation(EvmAddress payer, EvmAddress payee) {
    return reservations.getOrDefault(List.of(payer, payee), Reservation.NONE);
  }

  void deposit(EvmAddress caller, EvmAddress payer, BigInteger amount) throws Refused {
    pull(caller, amount);
    Payer held = payer(payer);
    payers.put(payer, new Payer(held.escrow.add(amount), held.reserved, held.thawing, held.endsAt));
  }

  void reserve(EvmAddress caller, EvmAddress payee, BigInteger amount) throws Refused {
    requireSome(amount);
    Payer held = payer(caller);
    require(
        amount.compareTo(held.free()) <= 0,
        "InsufficientFreeEscrow",
        "needed",
        amount,
        "available",
        held.free());
    payers.put(
        caller, new Payer(held.escrow, held.reserved.add(amount), held.thawing, held.endsAt));
    Reservation own = reservation(caller, payee);
    reservations.put(
        List.of(caller, payee), new Reservation(own.amount.add(amount), own.releasing, own.endsAt));
  }

  void startRelease(EvmAddress caller, EvmAddress payee, BigInteger amount) throws Refused {
    requireSome(amount);
    Reservation own = reservation(caller, payee);
    BigInteger releasing = own.releasing.add(amount);
    require(
        releasing.compareTo(own.amount) <= 0,
        "InsufficientReservation",
        "payee",
        payee,
        "needed",
        releasing,
        "available",
        own.amount);
    reservations.put(
        List.of(caller, payee),
        new Reservation(own.amount, releasing, clock() + terms.thaw().toSeconds()));
  }

  void cancelRelease(EvmAddress caller, EvmAddress payee) throws Refused {
    Reservation own = reservation(caller, payee);
    require(own.releasing.signum() != 0, "NothingThawing");
    reservations.put(List.of(caller, payee), new Reservation(own.amount, ZERO, own.endsAt));
  }

  void release(EvmAddress caller, EvmAddress payee) throws Refused {
    Reservation own = reservation(caller, payee);
    require(own.releasing.signum() != 0, "NothingThawing");
    requireThawed(own.endsAt);
    BigInteger amount = own.releasing.min(own.amount);
    reservations.put(
        List.of(caller, payee), new Reservation(own.amount.subtract(amount), ZERO, own.endsAt));
    Payer held = payer(caller);
    payers.put(
        caller, new Payer(held.escrow, held.reserved.subtract(amount), held.thawing, held.endsAt));
  }

  void thaw(EvmAddress caller, BigInteger amount) throws Refused {
    requireSome(amount);
    Payer held = payer(caller);
    BigInteger all = held.thawing.add(amount);
    require(
        all.compareTo(held.free()) <= 0,
        "InsufficientFreeEscrow",
        "needed",
        all,
        "available",
        held.free());
    payers.put(
        caller, new Payer(held.escrow, held.reserved, all, clock() + terms.thaw().toSeconds()));
  }

  void cancelThaw(EvmAddress caller) throws Refused {
    Payer held = payer(caller);
    require(held.thawing.signum() != 0, "NothingThawing");
    payers.put(caller, new Payer(held.escrow, held.reserved, ZERO, 0));
  }

  void withdrawEscrow(EvmAddress caller, EvmAddress to) throws Refused {
    Payer held = payer(caller);
    require(held.thawing.signum() != 0, "NothingThawing");
    requireThawed(held.endsAt);
    BigInteger amount = held.thawing.min(held.free());
    require(amount.signum() != 0, "InsufficientFreeEscrow", "needed", 1, "available", 0);
    payers.put(caller, new Payer(held.escrow.subtract(amount), held.reserved, ZERO, 0));
    push(to, amount);
  }

  // Signers.

  Signer signer(EvmAddress payer, EvmAddress signer, long lane) {
    return signers.getOrDefault(List.of(payer, signer, lane), Signer.NONE);
  }

  void authorize(EvmAddress caller, EvmAddress signer, long lane, BigInteger cap, long expiry)
      throws Refused {
    require(!signer.equals(caller), "InvalidAddress", "given", signer);
    requireSome(cap);
    require(expiry >= time, "ExpiryInThePast", "expiry", expiry, "time", time);
    Signer held = signer(caller, signer, lane);
    boolean isGood =
        held.expiry != 0
            && !isOver(held.expiry)
            && (held.revokedAt == 0 || clock() < held.revokedAt);
    signers.put(
        List.of(caller, signer, lane),
        isGood
            ? new Signer(held.remaining.add(cap), Math.max(expiry, held.expiry), 0)
            : new Signer(cap, expiry, 0));
  }

  void revoke(EvmAddress caller, EvmAddress signer, long lane) throws Refused {
    Signer held = signer(caller, signer, lane);
    require(
        held.expiry != 0, "SignerNotAuthorized", "payer", caller, "lane", lane, "signer", signer);
    require(
        held.revokedAt == 0,
        "SignerIsRevoked",
        "signer",
        signer,
        "revokedAt",
        held.revokedAt,
        "clockNow",
        clock());
    signers.put(
        List.of(caller, signer, lane),
        new Signer(held.remaining, held.expiry, clock() + terms.thaw().toSeconds()));
  }

  // Payments.

  Lane lane(LaneId lane) {
    return lanes.getOrDefault(lane, Lane.NONE);
  }

  /** One voucher, which must pay something. */
  void redeem(Payment payment) throws Refused {
    whileRedeemable();
    if (payment.amount.compareTo(lane(payment.lane).amount) <= 0) {
      throw refusal("StaleVoucher", "amount", payment.amount, "paid", lane(payment.lane).amount);
    }
    requireInTime(payment.expiry);
    requireKnown(payment);
    totalFees = totalFees.add(pay(payment));
  }

  /** Many vouchers; those that are paid already are passed over. */
  void redeemMany(List<Payment> payments, boolean asksWhoFirst) throws Refused {
    whileRedeemable();
    BigInteger fees = ZERO;
    for (Payment each : payments) {
      if (each.amount.compareTo(lane(each.lane).amount) > 0) {
        requireInTime(each.expiry);
        if (asksWhoFirst) {
          requireKnown(each);
        }
        fees = fees.add(pay(each));
      }
    }
    require(fees.signum() != 0, "NothingToPay");
    totalFees = totalFees.add(fees);
  }

  /** Many payees of one payer, by one signature. */
  void settle(List<Payment> payments) throws Refused {
    whileRedeemable();
    requireInTime(payments.get(0).expiry);
    requireKnown(payments.get(0));
    BigInteger fees = ZERO;
    for (Payment each : payments) {
      if (each.amount.compareTo(lane(each.lane).amount) > 0) {
        fees = fees.add(pay(each));
      }
    }
    require(fees.signum() != 0, "NothingToPay");
    totalFees = totalFees.add(fees);
  }

  private void requireInTime(long expiry) throws Refused {
    require(!isOver(expiry), "SignatureExpired", "expiry", expiry, "time", time);
  }

  private void requireKnown(Payment payment) throws Refused {
    EvmAddress payer = payment.lane.payer();
    require(
        payment.signer.equals(payer)
            || signer(payer, payment.signer, payment.lane.lane()).expiry != 0,
        "SignerNotAuthorized",
        "payer",
        payer,
        "lane",
        payment.lane.lane(),
        "signer",
        payment.signer);
  }

  private BigInteger pay(Payment payment) throws Refused {
    Lane before = lane(payment.lane);
    BigInteger paid = payment.amount.subtract(before.amount);
    lanes.put(payment.lane, new Lane(payment.amount, Math.max(payment.bytes, before.bytes)));
    EvmAddress payer = payment.lane.payer();
    EvmAddress payee = payment.lane.payee();
    Payer held = payer(payer);
    Reservation reservation = reservation(payer, payee);
    BigInteger own = reservation.amount.min(paid);
    BigInteger available = held.free().add(own);
    require(
        paid.compareTo(available) <= 0,
        "InsufficientEscrow",
        "payer",
        payer,
        "payee",
        payee,
        "needed",
        paid,
        "available",
        available);
    reservations.put(
        List.of(payer, payee),
        new Reservation(
            reservation.amount.subtract(own), reservation.releasing, reservation.endsAt));
    payers.put(
        payer,
        new Payer(
            held.escrow.subtract(paid), held.reserved.subtract(own), held.thawing, held.endsAt));
    spend(payer, payment.signer, payment.lane.lane(), paid.subtract(own));
    BigInteger fee = fee(paid);
    Credit credit = credit(payee);
    credits.put(payee, new Credit(credit.amount.add(paid).subtract(fee), credit.openFees.add(fee)));
    return fee;
  }

  private void spend(EvmAddress payer, EvmAddress signer, long lane, BigInteger amount)
      throws Refused {
    if (signer.equals(payer)) {
      return;
    }
    Signer held = signer(payer, signer, lane);
    require(
        held.expiry != 0, "SignerNotAuthorized", "payer", payer, "lane", lane, "signer", signer);
    require(
        !isOver(held.expiry),
        "SignerExpired",
        "signer",
        signer,
        "expiry",
        held.expiry,
        "time",
        time);
    require(
        held.revokedAt == 0 || clock() < held.revokedAt,
        "SignerIsRevoked",
        "signer",
        signer,
        "revokedAt",
        held.revokedAt,
        "clockNow",
        clock());
    require(
        amount.compareTo(held.remaining) <= 0,
        "SignerCapExceeded",
        "signer",
        signer,
        "needed",
        amount,
        "remaining",
        held.remaining);
    signers.put(
        List.of(payer, signer, lane),
        new Signer(held.remaining.subtract(amount), held.expiry, held.revokedAt));
  }

  /** The fee of a payment, rounded up. */
  BigInteger fee(BigInteger paid) {
    return paid.multiply(BigInteger.valueOf(terms.feeBps()))
        .add(BPS)
        .subtract(BigInteger.ONE)
        .divide(BPS);
  }

  // Credit and the pool.

  Credit credit(EvmAddress payee) {
    return credits.getOrDefault(payee, Credit.NONE);
  }

  private BigInteger toBurn() {
    return totalFees.multiply(BigInteger.valueOf(terms.burnBps())).divide(BPS);
  }

  BigInteger pool() {
    return totalFees.subtract(toBurn()).add(sponsored).subtract(subsidies);
  }

  void withdraw(EvmAddress caller, EvmAddress to, BigInteger amount) throws Refused {
    requireSome(amount);
    Credit credit = credit(caller);
    require(
        amount.compareTo(credit.amount) <= 0,
        "InsufficientCredit",
        "needed",
        amount,
        "available",
        credit.amount);
    credits.put(caller, new Credit(credit.amount.subtract(amount), credit.openFees));
    push(to, amount);
  }

  void fundPool(EvmAddress caller, BigInteger amount) throws Refused {
    pull(caller, amount);
    sponsored = sponsored.add(amount);
  }

  void claimSubsidy(EvmAddress payee) throws Refused {
    Credit credit = credit(payee);
    BigInteger amount = ZERO;
    if (credit.openFees.signum() != 0) {
      BigInteger most = credit.openFees.multiply(BigInteger.valueOf(terms.kappaBps())).divide(BPS);
      BigInteger share = pool().multiply(credit.openFees).divide(totalFees.subtract(claimedFees));
      amount = most.min(share);
    }
    require(
        amount.signum() != 0,
        "NothingToClaim",
        "payee",
        payee,
        "openFees",
        credit.openFees,
        "pool",
        pool());
    credits.put(payee, new Credit(credit.amount.add(amount), ZERO));
    claimedFees = claimedFees.add(credit.openFees);
    subsidies = subsidies.add(amount);
  }

  void burnFees(EvmAddress grave) throws Refused {
    BigInteger amount = toBurn().subtract(burned);
    require(amount.signum() != 0, "NothingToBurn");
    burned = burned.add(amount);
    push(grave, amount);
  }

  // Nodes.

  Node node(EvmAddress operator) {
    return nodes.getOrDefault(operator, Node.NONE);
  }

  void registerNode(EvmAddress caller, Hash256 peerKey, BigInteger added) throws Refused {
    Node node = node(caller);
    require(node.exitsAt == 0, "NodeIsLeaving", "exitsAt", node.exitsAt);
    BigInteger stake = node.stake.add(added);
    require(
        stake.compareTo(terms.minStake().units()) >= 0,
        "InsufficientStake",
        "stake",
        stake,
        "minimum",
        terms.minStake().units());
    if (added.signum() != 0) {
      pull(caller, added);
    }
    nodes.put(caller, new Node(stake, 0, peerKey));
  }

  private Node registered(EvmAddress caller) throws Refused {
    require(nodes.containsKey(caller), "NodeUnknown", "operator", caller);
    return node(caller);
  }

  void addStake(EvmAddress caller, BigInteger amount) throws Refused {
    Node node = registered(caller);
    pull(caller, amount);
    nodes.put(caller, new Node(node.stake.add(amount), node.exitsAt, node.peerKey));
  }

  void startExit(EvmAddress caller) throws Refused {
    Node node = registered(caller);
    require(node.exitsAt == 0, "NodeIsLeaving", "exitsAt", node.exitsAt);
    nodes.put(caller, new Node(node.stake, time + terms.exit().toSeconds(), node.peerKey));
  }

  void cancelExit(EvmAddress caller) throws Refused {
    Node node = registered(caller);
    require(node.exitsAt != 0, "ExitNotOver", "exitsAt", 0, "time", time);
    nodes.put(caller, new Node(node.stake, 0, node.peerKey));
  }

  void finishExit(EvmAddress caller, EvmAddress to) throws Refused {
    Node node = registered(caller);
    require(
        node.exitsAt != 0 && time >= node.exitsAt,
        "ExitNotOver",
        "exitsAt",
        node.exitsAt,
        "time",
        time);
    nodes.remove(caller);
    push(to, node.stake);
  }

  /** What the contract must hold for all that it owes. */
  BigInteger owed() {
    List<BigInteger> parts = new ArrayList<>();
    payers.values().forEach(each -> parts.add(each.escrow));
    credits.values().forEach(each -> parts.add(each.amount));
    nodes.values().forEach(each -> parts.add(each.stake));
    parts.add(pool());
    parts.add(toBurn().subtract(burned));
    return parts.stream().reduce(ZERO, BigInteger::add);
  }
}

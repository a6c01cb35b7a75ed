package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.SignedVoucher;
import io.tributary.ledger.book.LaneBook;
import io.tributary.ledger.book.Ledger;
import io.tributary.ledger.book.LedgerRecord;
import io.tributary.ledger.book.LedgerRecord.RedeemDone;
import io.tributary.ledger.book.LedgerRecord.RedeemIntent;
import io.tributary.ledger.journal.JournalException;
import io.tributary.reward.Chain.BlockId;
import io.tributary.reward.ChainException.Reason;
import io.tributary.reward.Redemption.Failure;
import io.tributary.reward.Redemption.State;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Turns the vouchers in a node's books into credit on the chain, each once.
 *
 * <p>{@link #step} does what is to be done next and returns; it is called every few seconds, by one
 * thread at a time, and waits for the chain and the disk. There is one transaction under way at a
 * time. All that must outlive a crash is in the books: an instance begins where the last one ended.
 * {@link #status} may be asked on any thread.
 */
public final class Redeemer {

  /*
   * Why a redemption happens once
   * -----------------------------
   * The transaction is signed and written down, as an intent for each of its lanes, before it is
   * sent. Whoever finds intents in the books, after a crash too, sends that same transaction again,
   * which the chain counts once. When its block is final, what the chain says of each lane is
   * written down as done, and the intents are over.
   *
   * A transaction can also come to nothing: it is reverted, its nonce is used by another one, a
   * nonce before it is missing, or its fee is too low to be taken. Then a new one is signed and
   * written in its place. Should both get into blocks after all, no harm is done: the contract pays
   * what a voucher is above its lane, so the second finds nothing to pay. For the same reason it
   * does not matter who redeems: the books follow what the final chain says of a lane, not what
   * became of a transaction.
   *
   * A lane whose voucher the contract does not take any more keeps its intent, which is given up in
   * memory only: the next transaction that redeems the lane, or the final chain, replaces it.
   */

  private final Books books;
  private final SettlementContract contract;
  private final FinalEscrowView view;
  private final Sender sender;
  private final RedeemPolicy policy;
  private final Duration patience;
  private final InstantSource clock;

  private Optional<Instant> lastSent = Optional.empty();
  private Optional<Watched> watched = Optional.empty();
  private final Set<Hash256> givenUp = new HashSet<>();
  private final Map<LaneId, Refusal> refused = new HashMap<>();
  private final Map<State, Long> reached = new EnumMap<>(State.class);
  private Amount redeemed = Amount.ZERO;
  private Optional<Redemption> latest = Optional.empty();
  private volatile RedeemerStatus status;

  /** A transaction that was sent, and since when it waits for a block. */
  private record Watched(Hash256 transaction, Instant since) {}

  /** Why the contract did not take a lane's voucher alone, and when it was asked. */
  private record Refusal(String why, Instant at) {}

  /** The nonce that a new transaction takes from an old one, and the least it must offer for it. */
  private record Retry(long nonce, Fees least) {}

  /**
   * A redeemer of one payee's vouchers.
   *
   * @param contract as the account sees it that pays the gas; anybody's will do
   * @param view tells what is redeemed and which escrow is about to leave; refreshed by the caller
   * @param patience how long a transaction may be in no block before it is signed anew, and how
   *     long a voucher that the contract does not take is left in peace
   */
  public Redeemer(
      Ledger ledger,
      SettlementContract contract,
      FinalEscrowView view,
      RedeemPolicy policy,
      Duration patience,
      InstantSource clock) {
    this.books = new Books(ledger);
    this.contract = contract;
    this.view = view;
    this.sender = contract.sender();
    this.policy = policy;
    this.patience = patience;
    this.clock = clock;
    this.status = statusNow();
  }

  /** What would be redeemed now and what for; the fee is shown before anything is sent. */
  public record Offer(List<SignedVoucher> vouchers, Amount value, Fees fees) {
    /** Copies the list. */
    public Offer {
      vouchers = List.copyOf(vouchers);
    }
  }

  /** What was done since the start, and what is under way; as of the last step. */
  public RedeemerStatus status() {
    return status;
  }

  /**
   * Does the next thing: follows the transaction under way, or else begins one if it is worth it.
   *
   * @throws ChainException if the chain cannot be asked; nothing is lost, call again later
   * @throws JournalException if the books cannot be written; nothing is sent then
   */
  public void step() throws ChainException, JournalException {
    try {
      if (followUp()) {
        return;
      }
      Optional<Offer> offer = offer();
      if (offer.isPresent() && isTime(offer.get())) {
        begin(offer.get(), sender.chain().nextNonce(sender.address()));
      }
    } finally {
      status = statusNow();
    }
  }

  /**
   * Follows the transaction under way, and begins none if there is none.
   *
   * @return whether there was one
   * @throws ChainException if the chain cannot be asked; nothing is lost, call again later
   * @throws JournalException if the books cannot be written
   */
  public boolean followUp() throws ChainException, JournalException {
    try {
      contract.check();
      catchUp();
      Optional<RedeemIntent> open = newestUnderWay();
      if (open.isPresent()) {
        follow(open.get());
      }
      return open.isPresent();
    } finally {
      status = statusNow();
    }
  }

  /**
   * Redeems what an offer has, worth it or not, unless something is under way already; {@link
   * #step} sees to the rest.
   *
   * @return whether it was sent
   */
  public boolean redeemNow(Offer offer) throws ChainException, JournalException {
    try {
      if (isUnderWay()) {
        return false;
      }
      begin(offer, sender.chain().nextNonce(sender.address()));
      return true;
    } finally {
      status = statusNow();
    }
  }

  /** Whether there is a redemption that has no end yet. */
  public boolean isUnderWay() {
    return newestUnderWay().isPresent();
  }

  /** The best batch that could be redeemed now, with its fee; empty if there is nothing. */
  public Optional<Offer> offer() throws ChainException {
    Instant now = clock.instant();
    refused.values().removeIf(each -> each.at().plus(patience).isBefore(now));
    List<SignedVoucher> best =
        books.best(policy.largestBatch(), now, lane -> !refused.containsKey(lane));
    return best.isEmpty() ? Optional.empty() : price(best);
  }

  private RedeemerStatus statusNow() {
    return new RedeemerStatus(
        latest,
        reached,
        redeemed,
        books.unredeemed(books.lanes()),
        refused.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().why())));
  }

  /** Anybody may redeem a voucher: writes down what the final chain says that the books do not. */
  private void catchUp() throws JournalException {
    Optional<BlockId> read = view.read();
    if (read.isEmpty()) {
      return;
    }
    Set<LaneId> open =
        underWay().stream().map(RedeemIntent::lane).collect(Collectors.toCollection(HashSet::new));
    List<RedeemDone> done = new ArrayList<>();
    for (LaneBook book : books.lanes()) {
      Amount paid = view.redeemed(book.lane());
      boolean isNews = paid.compareTo(books.redeemed(book.lane())) > 0;
      if (isNews && book.received().isPresent() && !open.contains(book.lane())) {
        done.add(new RedeemDone(book.lane(), paid, read.get().number(), read.get().hash()));
        refused.remove(book.lane());
      }
    }
    finish(done);
  }

  private void finish(List<RedeemDone> done) throws JournalException {
    Amount more = Amount.ZERO;
    for (RedeemDone each : done) {
      Amount before = books.redeemed(each.lane());
      if (each.amount().compareTo(before) > 0) {
        more = more.plus(each.amount().minus(before));
      }
    }
    books.write(done);
    redeemed = redeemed.plus(more);
  }

  private Optional<Offer> price(List<SignedVoucher> vouchers) throws ChainException {
    try {
      return Optional.of(new Offer(vouchers, books.value(vouchers), fees(vouchers)));
    } catch (ChainException e) {
      if (e.reason() != Reason.REVERTED) {
        throw e;
      }
      if (vouchers.size() == 1) {
        LaneId lane = vouchers.get(0).voucher().lane();
        String why = String.valueOf(e.getMessage());
        if (refused.put(lane, new Refusal(why, clock.instant())) == null) {
          SettlementLog.laneNotRedeemed(lane, why);
        }
        return Optional.empty();
      }
    }
    // One that is refused refuses all: those that are taken alone are taken together, unless they
    // compete for one payer's escrow. Then each waits for its turn.
    List<SignedVoucher> good = new ArrayList<>();
    for (SignedVoucher each : vouchers) {
      if (price(List.of(each)).isPresent()) {
        good.add(each);
      }
    }
    if (good.isEmpty()) {
      return Optional.empty();
    }
    return good.size() < vouchers.size() ? price(good) : price(good.subList(0, 1));
  }

  private Fees fees(List<SignedVoucher> vouchers) throws ChainException {
    return sender.fees(contract.address().toString(), call(vouchers));
  }

  private String call(List<SignedVoucher> vouchers) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    vouchers.forEach(each -> packed.writeBytes(each.toBytes()));
    return contract.redeemPacked(packed.toByteArray());
  }

  private boolean isTime(Offer offer) throws ChainException {
    boolean urgent =
        offer.vouchers().stream().map(each -> each.voucher().lane()).anyMatch(view::isLeaving);
    Duration waited = Duration.between(lastSent(), clock.instant());
    return policy.isTime(offer.value(), offer.fees().mostWei(), waited, urgent);
  }

  /**
   * When something was last redeemed; the books know the block, so that a restart counts for
   * nothing.
   */
  private Instant lastSent() throws ChainException {
    if (lastSent.isEmpty()) {
      OptionalLong block = books.lastRedeemedBlock();
      Optional<BlockId> last =
          block.isPresent() ? sender.chain().block(block.getAsLong()) : Optional.empty();
      lastSent = Optional.of(last.map(BlockId::time).orElse(Instant.EPOCH));
    }
    return lastSent.get();
  }

  private void begin(Offer offer, long nonce) throws ChainException, JournalException {
    SignedTransaction signed =
        sender.sign(nonce, contract.address().toString(), call(offer.vouchers()), offer.fees());
    LedgerRecord.RawTransaction raw = LedgerRecord.RawTransaction.of(signed.toBytes());
    Map<LaneId, Amount> lanes = new LinkedHashMap<>();
    List<RedeemIntent> intents = new ArrayList<>();
    for (SignedVoucher each : offer.vouchers()) {
      LaneId lane = each.voucher().lane();
      lanes.put(lane, each.voucher().amount());
      intents.add(new RedeemIntent(lane, each.voucher().amount(), nonce, raw));
    }
    books.write(intents);
    lanes.keySet().forEach(refused::remove);
    show(signed.hash(), lanes, State.PENDING, "costs at most " + offer.fees().mostWei() + " wei");
    lastSent = Optional.of(clock.instant());
    submit(signed.hash(), signed.toBytes(), lanes);
  }

  private void submit(Hash256 hash, byte[] raw, Map<LaneId, Amount> lanes) throws ChainException {
    if (watched.filter(each -> each.transaction().equals(hash)).isEmpty()) {
      watched = Optional.of(new Watched(hash, clock.instant()));
    }
    sender.chain().send(raw);
    show(hash, lanes, State.SUBMITTED, "waits for a block");
  }

  private List<RedeemIntent> underWay() {
    List<RedeemIntent> all = books.intents();
    if (!givenUp.isEmpty()) {
      givenUp.retainAll(all.stream().map(Books::hash).collect(Collectors.toSet()));
    }
    return givenUp.isEmpty()
        ? all
        : all.stream().filter(each -> !givenUp.contains(Books.hash(each))).toList();
  }

  /** Of several transactions, as a crash between two of them leaves, the one that was made last. */
  private Optional<RedeemIntent> newestUnderWay() {
    return underWay().stream()
        .collect(Collectors.toMap(RedeemIntent::transaction, each -> each, (a, b) -> a))
        .values()
        .stream()
        .max(
            Comparator.comparingLong(RedeemIntent::nonce)
                .thenComparing(each -> Fees.ofSigned(each.transaction().toBytes()).maxFeeWei()));
  }

  private void follow(RedeemIntent intent) throws ChainException, JournalException {
    byte[] raw = intent.transaction().toBytes();
    Hash256 hash = Hash256.hashing(raw);
    Map<LaneId, Amount> lanes = new LinkedHashMap<>();
    for (RedeemIntent each : underWay()) {
      if (each.transaction().equals(intent.transaction())) {
        lanes.put(each.lane(), each.amount());
      }
    }
    Optional<TransactionReceipt> receipt = sender.chain().receipt(hash);
    if (receipt.isPresent()) {
      followMined(hash, lanes, receipt.get());
    } else if (sender.chain().minedNonce(sender.address()) > intent.nonce()) {
      // Another transaction has its nonce. What became of the lanes, the final chain will say.
      settle(
          hash,
          lanes,
          Failure.NONCE_USED,
          "its nonce " + intent.nonce() + " was used by another transaction");
    } else if (sender.chain().nextNonce(sender.address()) < intent.nonce()) {
      again(
          hash,
          lanes,
          Failure.NONCE_MISSING,
          "the nonces before " + intent.nonce() + " are missing",
          Optional.empty());
    } else if (watched
        .filter(each -> each.transaction().equals(hash))
        .filter(each -> each.since().plus(patience).isBefore(clock.instant()))
        .isPresent()) {
      offerMore(intent, hash, lanes);
    } else {
      submit(hash, raw, lanes);
    }
  }

  /** Offers an eighth more for a transaction that no block takes, up to the ceiling. */
  private void offerMore(RedeemIntent intent, Hash256 hash, Map<LaneId, Amount> lanes)
      throws ChainException, JournalException {
    Fees more = Fees.ofSigned(intent.transaction().toBytes()).more();
    watched = Optional.of(new Watched(hash, clock.instant()));
    if (more.maxFeeWei().compareTo(sender.chain().options().feeCeilingWei()) > 0) {
      show(
          hash,
          lanes,
          State.SUBMITTED,
          "waits for a block; offering more would be above the ceiling of "
              + sender.chain().options().feeCeilingWei()
              + " wei");
      return;
    }
    again(
        hash,
        lanes,
        Failure.NOT_MINED,
        "it was in no block for " + patience.toSeconds() + " s",
        Optional.of(new Retry(intent.nonce(), more)));
  }

  private void followMined(Hash256 hash, Map<LaneId, Amount> lanes, TransactionReceipt receipt)
      throws ChainException, JournalException {
    long block = receipt.getBlockNumber().longValueExact();
    if (block > sender.chain().finalBlock()) {
      show(hash, lanes, State.MINED, "in block " + block);
    } else {
      String note = (receipt.isStatusOK() ? "in block " : "reverted in block ") + block;
      settle(hash, lanes, Failure.REVERTED, note);
    }
  }

  /** Writes down what the final chain says of lanes, and begins anew with those that it left. */
  private void settle(Hash256 hash, Map<LaneId, Amount> lanes, Failure failure, String note)
      throws ChainException, JournalException {
    long last = sender.chain().finalBlock();
    Optional<BlockId> block = sender.chain().block(last);
    if (block.isEmpty()) {
      return;
    }
    List<RedeemDone> done = new ArrayList<>();
    Map<LaneId, Amount> left = new LinkedHashMap<>();
    for (Map.Entry<LaneId, Amount> each : lanes.entrySet()) {
      Amount paid = contract.paidAt(each.getKey(), last);
      if (paid.compareTo(each.getValue()) < 0) {
        left.put(each.getKey(), each.getValue());
      } else {
        done.add(new RedeemDone(each.getKey(), paid, last, block.get().hash()));
      }
    }
    finish(done);
    if (left.isEmpty()) {
      show(hash, lanes, State.FINAL, note);
    } else if (sender.chain().minedNonce(sender.address())
        > sender.chain().nonceAt(sender.address(), last)) {
      // Something of this account is in a block that is not final yet: it may be these lanes.
      show(hash, lanes, State.MINED, note);
    } else {
      again(hash, left, failure, note, Optional.empty());
    }
  }

  /** Signs a new transaction in the place of one that came to nothing. */
  private void again(
      Hash256 hash, Map<LaneId, Amount> lanes, Failure failure, String note, Optional<Retry> retry)
      throws ChainException, JournalException {
    SettlementLog.signedAnew(hash, note);
    show(new Redemption(hash, lanes, State.FAILED, Optional.of(failure), note));
    Optional<Offer> offer = price(books.vouchers(lanes.keySet()));
    if (offer.isEmpty()) {
      givenUp.add(hash);
      return;
    }
    Fees fees = offer.get().fees();
    long nonce =
        retry.isPresent() ? retry.get().nonce() : sender.chain().nextNonce(sender.address());
    begin(
        new Offer(
            offer.get().vouchers(),
            offer.get().value(),
            retry.map(each -> fees.atLeast(each.least())).orElse(fees)),
        nonce);
  }

  private void show(Hash256 hash, Map<LaneId, Amount> lanes, State state, String note) {
    show(new Redemption(hash, lanes, state, Optional.empty(), note));
  }

  private void show(Redemption now) {
    boolean isNews =
        latest
            .filter(each -> each.transaction().equals(now.transaction()))
            .filter(each -> each.state() == now.state())
            .isEmpty();
    if (isNews) {
      reached.merge(now.state(), 1L, Long::sum);
    }
    latest = Optional.of(now);
  }
}

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
import io.tributary.ledger.journal.Journal.DurableListener;
import io.tributary.ledger.journal.JournalException;
import io.tributary.reward.Chain.BlockId;
import io.tributary.reward.ChainException.Reason;
import io.tributary.reward.Redemption.State;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Turns the vouchers in a node's books into credit on the chain, each once.
 *
 * <p>{@link #step} does what is to be done next and returns; it is called every few seconds, by one
 * thread at a time, and waits for the chain and the disk. There is one transaction under way at a
 * time. All that must outlive a crash is in the books: an instance begins where the last one ended.
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
   */

  private static final Logger LOG = LoggerFactory.getLogger(Redeemer.class);
  private static final int DISK_TIMEOUT_SECONDS = 30;

  private final Ledger ledger;
  private final SettlementContract contract;
  private final Sender sender;
  private final RedeemPolicy policy;
  private final Predicate<LaneId> isUrgent;
  private final Duration patience;
  private final InstantSource clock;

  private Instant lastSent;
  private Instant firstSeen;
  private Optional<Hash256> watched = Optional.empty();
  private Optional<Hash256> givenUp = Optional.empty();
  private final Map<LaneId, String> refused = new HashMap<>();
  private volatile Optional<Redemption> latest = Optional.empty();

  /**
   * A redeemer of one payee's vouchers.
   *
   * @param contract as the account sees it that pays the gas; anybody's will do
   * @param isUrgent tells lanes whose escrow is about to leave
   * @param patience how long a transaction may be in no block before it is signed anew
   */
  public Redeemer(
      Ledger ledger,
      SettlementContract contract,
      RedeemPolicy policy,
      Predicate<LaneId> isUrgent,
      Duration patience,
      InstantSource clock) {
    this.ledger = ledger;
    this.contract = contract;
    this.sender = contract.sender();
    this.policy = policy;
    this.isUrgent = isUrgent;
    this.patience = patience;
    this.clock = clock;
    this.lastSent = clock.instant();
    this.firstSeen = clock.instant();
  }

  /** What would be redeemed now and what for; the fee is shown before anything is sent. */
  public record Offer(List<SignedVoucher> vouchers, Amount value, Fees fees) {
    /** Copies the list. */
    public Offer {
      vouchers = List.copyOf(vouchers);
    }
  }

  /** The redemption under way, or the last one; empty if there was none since the start. */
  public Optional<Redemption> latest() {
    return latest;
  }

  /**
   * Does the next thing: follows the transaction under way, or else begins one if it is worth it.
   *
   * @throws ChainException if the chain cannot be asked; nothing is lost, call again later
   * @throws JournalException if the books cannot be written; nothing is sent then
   */
  public void step() throws ChainException, JournalException {
    Optional<RedeemIntent> open = underWay().stream().findFirst();
    if (open.isPresent()) {
      follow(open.get());
      return;
    }
    Optional<Offer> offer = offer();
    if (!refused.isEmpty()) {
      catchUp();
    }
    if (offer.isPresent() && isTime(offer.get())) {
      begin(offer.get(), sender.chain().nextNonce(sender.address()));
    }
  }

  /** Anybody may redeem a voucher: writes down what others did for lanes that are refused. */
  private void catchUp() throws ChainException, JournalException {
    long last = sender.chain().finalBlock();
    Optional<BlockId> block = sender.chain().block(last);
    for (LaneId lane : List.copyOf(refused.keySet())) {
      Amount paid = contract.paidAt(lane, last);
      Amount known = ledger.lane(lane).redeemed().map(RedeemDone::amount).orElse(Amount.ZERO);
      if (block.isPresent() && paid.compareTo(known) > 0) {
        write(List.of(new RedeemDone(lane, paid, last, block.get().hash())));
        refused.remove(lane);
      }
    }
  }

  /** Redeems what there is, worth it or not, unless something is under way already. */
  public void redeemNow() throws ChainException, JournalException {
    if (underWay().isEmpty()) {
      Optional<Offer> offer = offer();
      if (offer.isPresent()) {
        begin(offer.get(), sender.chain().nextNonce(sender.address()));
      }
    }
  }

  /** The best batch that could be redeemed now, with its fee; empty if there is nothing. */
  public Optional<Offer> offer() throws ChainException {
    List<SignedVoucher> best =
        ledger.lanes().stream()
            .filter(book -> !book.unredeemed().isZero())
            .sorted(Comparator.comparing(LaneBook::unredeemed).reversed())
            .flatMap(book -> book.received().stream())
            .filter(signed -> !signed.voucher().isExpiredAt(clock.instant()))
            .limit(policy.largestBatch())
            .toList();
    return best.isEmpty() ? Optional.empty() : price(best);
  }

  private Optional<Offer> price(List<SignedVoucher> vouchers) throws ChainException {
    try {
      return Optional.of(new Offer(vouchers, value(vouchers), fees(vouchers)));
    } catch (ChainException e) {
      if (e.reason() != Reason.REVERTED) {
        throw e;
      }
      if (vouchers.size() == 1) {
        LaneId lane = vouchers.get(0).voucher().lane();
        String why = String.valueOf(e.getMessage());
        if (!why.equals(refused.put(lane, why))) {
          LOG.warn("the contract does not redeem lane {}: {}", lane, why);
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

  private Amount value(List<SignedVoucher> vouchers) {
    Amount value = Amount.ZERO;
    for (SignedVoucher each : vouchers) {
      value = value.plus(ledger.lane(each.voucher().lane()).unredeemed());
    }
    return value;
  }

  private boolean isTime(Offer offer) {
    boolean urgent =
        offer.vouchers().stream().map(each -> each.voucher().lane()).anyMatch(isUrgent);
    Duration waited = Duration.between(lastSent, clock.instant());
    return policy.isTime(offer.value(), offer.fees().mostWei(), waited, urgent);
  }

  private void begin(Offer offer, long nonce) throws ChainException, JournalException {
    Sender.Signed signed =
        sender.sign(nonce, contract.address().toString(), call(offer.vouchers()), offer.fees());
    Map<LaneId, Amount> lanes = new LinkedHashMap<>();
    List<LedgerRecord> intents = new ArrayList<>();
    for (SignedVoucher each : offer.vouchers()) {
      lanes.put(each.voucher().lane(), each.voucher().amount());
      intents.add(
          new RedeemIntent(
              each.voucher().lane(),
              each.voucher().amount(),
              nonce,
              LedgerRecord.RawTransaction.of(signed.raw())));
    }
    write(intents);
    offer.vouchers().forEach(each -> refused.remove(each.voucher().lane()));
    show(signed.hash(), lanes, State.PENDING, "costs at most " + offer.fees().mostWei() + " wei");
    lastSent = clock.instant();
    submit(signed.raw(), lanes);
  }

  private void submit(byte[] raw, Map<LaneId, Amount> lanes) throws ChainException {
    Hash256 hash = Hash256.hashing(raw);
    if (!watched.equals(Optional.of(hash))) {
      watched = Optional.of(hash);
      firstSeen = clock.instant();
    }
    sender.chain().send(raw);
    show(hash, lanes, State.SUBMITTED, "waits for a block");
  }

  private List<RedeemIntent> underWay() {
    return ledger.lanes().stream()
        .flatMap(book -> book.redeeming().stream())
        .filter(
            intent -> !givenUp.equals(Optional.of(Hash256.hashing(intent.transaction().toBytes()))))
        .toList();
  }

  private void follow(RedeemIntent first) throws ChainException, JournalException {
    byte[] raw = first.transaction().toBytes();
    Hash256 hash = Hash256.hashing(raw);
    Map<LaneId, Amount> lanes = new LinkedHashMap<>();
    for (RedeemIntent each : underWay()) {
      if (each.transaction().equals(first.transaction())) {
        lanes.put(each.lane(), each.amount());
      }
    }
    Optional<TransactionReceipt> receipt = sender.chain().receipt(hash);
    if (receipt.isPresent()) {
      followMined(hash, lanes, receipt.get());
      return;
    }
    if (sender.chain().minedNonce(sender.address()) > first.nonce()) {
      // Another transaction has its nonce. What became of the lanes, the final chain will say.
      settle(hash, lanes, "its nonce " + first.nonce() + " was used by another transaction");
    } else if (sender.chain().nextNonce(sender.address()) < first.nonce()) {
      again(hash, lanes, "the nonces before " + first.nonce() + " are missing", Optional.empty());
    } else if (watched.equals(Optional.of(hash))
        && firstSeen.plus(patience).isBefore(clock.instant())) {
      offerMore(first, hash, lanes);
    } else {
      submit(raw, lanes);
    }
  }

  /** Offers an eighth more for a transaction that no block takes, up to the ceiling. */
  private void offerMore(RedeemIntent intent, Hash256 hash, Map<LaneId, Amount> lanes)
      throws ChainException, JournalException {
    Fees more = Fees.ofSigned(intent.transaction().toBytes()).more();
    firstSeen = clock.instant();
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
        "it was in no block for " + patience.toSeconds() + " s",
        Optional.of(new Retry(intent.nonce(), more)));
  }

  /** The nonce that a new transaction takes from an old one, and the least it must offer for it. */
  private record Retry(long nonce, Fees least) {}

  private void followMined(Hash256 hash, Map<LaneId, Amount> lanes, TransactionReceipt receipt)
      throws ChainException, JournalException {
    long block = receipt.getBlockNumber().longValueExact();
    if (block > sender.chain().finalBlock()) {
      show(hash, lanes, State.MINED, "in block " + block);
    } else if (receipt.isStatusOK()) {
      settle(hash, lanes, "in block " + block);
    } else {
      settle(hash, lanes, "reverted in block " + block);
    }
  }

  /** Writes down what the final chain says of lanes, and begins anew with those that it left. */
  private void settle(Hash256 hash, Map<LaneId, Amount> lanes, String note)
      throws ChainException, JournalException {
    long last = sender.chain().finalBlock();
    Optional<BlockId> block = sender.chain().block(last);
    if (block.isEmpty()) {
      return;
    }
    List<LedgerRecord> done = new ArrayList<>();
    Map<LaneId, Amount> left = new LinkedHashMap<>();
    for (Map.Entry<LaneId, Amount> each : lanes.entrySet()) {
      Amount paid = contract.paidAt(each.getKey(), last);
      if (paid.compareTo(each.getValue()) < 0) {
        left.put(each.getKey(), each.getValue());
      } else {
        done.add(new RedeemDone(each.getKey(), paid, last, block.get().hash()));
      }
    }
    write(done);
    if (left.isEmpty()) {
      show(hash, lanes, State.FINAL, note);
    } else if (sender.chain().minedNonce(sender.address()) > nonceAt(last)) {
      // Something of this account is in a block that is not final yet: it may be these lanes.
      show(hash, lanes, State.MINED, note);
    } else {
      again(hash, left, note, Optional.empty());
    }
  }

  private long nonceAt(long block) throws ChainException {
    return sender.chain().nonceAt(sender.address(), block);
  }

  /** Signs a new transaction in the place of one that came to nothing. */
  private void again(Hash256 hash, Map<LaneId, Amount> lanes, String note, Optional<Retry> retry)
      throws ChainException, JournalException {
    LOG.info("transaction {} redeems nothing: {}. It is signed anew", hash, note);
    show(hash, lanes, State.FAILED, note);
    List<SignedVoucher> vouchers =
        lanes.keySet().stream().flatMap(lane -> ledger.lane(lane).received().stream()).toList();
    Optional<Offer> offer = price(vouchers);
    if (offer.isEmpty()) {
      givenUp = Optional.of(hash);
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
    latest = Optional.of(new Redemption(hash, lanes, state, note));
  }

  private void write(List<LedgerRecord> entries) throws JournalException {
    List<CompletableFuture<Long>> durable = new ArrayList<>();
    for (LedgerRecord entry : entries) {
      CompletableFuture<Long> each = new CompletableFuture<>();
      ledger.record(
          entry,
          new DurableListener() {
            @Override
            public void onDurable(long sequence) {
              each.complete(sequence);
            }

            @Override
            public void onFailed(JournalException cause) {
              each.completeExceptionally(cause);
            }
          });
      durable.add(each);
    }
    for (CompletableFuture<Long> each : durable) {
      await(each);
    }
  }

  private static void await(CompletableFuture<Long> durable) throws JournalException {
    try {
      durable.get(DISK_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof JournalException journal) {
        throw journal;
      }
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new JournalException(
          JournalException.Reason.OVERLOADED,
          "the disk took longer than " + DISK_TIMEOUT_SECONDS + " s",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalException(
          JournalException.Reason.OVERLOADED, "the wait for the disk was interrupted", e);
    }
  }
}

package io.tributary.exchange.server;

import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.Status;
import io.tributary.exchange.lane.LaneMessage.Open;
import io.tributary.exchange.lane.LaneProof;
import io.tributary.exchange.lane.PayeeLane;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.PricePerGib;
import io.tributary.ledger.VoucherDigest;
import io.tributary.ledger.book.LaneBook;
import io.tributary.ledger.credit.PayerExposure;
import io.tributary.ledger.signature.PublicKey;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The lanes that pay this node. They outlive connections: what a payer has earned, owes and lost is
 * the same when it comes back. Thread-safe.
 */
final class ServedLanes {

  /** What came of opening a lane. */
  sealed interface Opening {
    record Opened(ServedLane lane) implements Opening {}

    record Refused(Status status) implements Opening {}
  }

  private static final class PayerLanes {
    final PayerExposure exposure;
    final Map<LaneId, ServedLane> lanes = new HashMap<>();

    PayerLanes(long limitBytes) {
      this.exposure = new PayerExposure(limitBytes);
    }
  }

  private final Payee payee;
  private final ServerSettings settings;
  private final Executor computing;
  private final Timekeeper time;
  private final ExchangeMetrics metrics;
  private final VoucherDigest digest;
  private final Map<EvmAddress, PayerLanes> payers = new HashMap<>();
  private PricePerGib price;

  ServedLanes(
      Payee payee,
      PricePerGib price,
      ServerSettings settings,
      Executor computing,
      Timekeeper time,
      ExchangeMetrics metrics) {
    this.payee = payee;
    this.price = price;
    this.settings = settings;
    this.computing = computing;
    this.time = time;
    this.metrics = metrics;
    this.digest = new VoucherDigest(payee.ledger().domain());
  }

  Payee payee() {
    return payee;
  }

  Executor computing() {
    return computing;
  }

  synchronized PricePerGib price() {
    return price;
  }

  /** Opens a lane on a line. It computes, so not on an event loop. */
  Opening open(Open open, ServedLane.Line line, PeerId self) {
    if (!open.domain().equals(payee.ledger().domain())) {
      return new Opening.Refused(Status.WRONG_CONTRACT);
    }
    Optional<PublicKey> signer =
        LaneProof.signer(open, line.peer().toBytes(), self.toBytes(), payee.curve());
    if (signer.isEmpty() || !open.lane().payee().equals(payee.address())) {
      return new Opening.Refused(Status.BAD_PROOF);
    }
    Optional<Escrow> escrow = payee.escrow().escrow(open.lane(), signer.get().address());
    boolean isGuest =
        payee.terms().freeBytesPerLane() > 0 && signer.get().address().equals(open.lane().payer());
    if (escrow.isEmpty() && !isGuest) {
      return new Opening.Refused(Status.NO_ESCROW);
    }
    Optional<ServedLane> lane = obtain(open.lane());
    boolean isAttached =
        lane.map(each -> each.attach(line, signer.get(), settings.maxStreamsPerLane()))
            .orElse(false);
    return isAttached ? new Opening.Opened(lane.get()) : new Opening.Refused(Status.TOO_MANY_LANES);
  }

  private synchronized Optional<ServedLane> obtain(LaneId id) {
    PayerLanes payer = payers.get(id.payer());
    if (payer == null) {
      if (payers.size() >= settings.maxPayers()) {
        forgetIdle(0);
      }
      if (payers.size() >= settings.maxPayers()) {
        return Optional.empty();
      }
      payer = new PayerLanes(payee.terms().exposurePerPayerBytes());
      payers.put(id.payer(), payer);
    }
    ServedLane lane = payer.lanes.get(id);
    if (lane == null) {
      if (payer.lanes.size() >= settings.maxLanesPerPayer()) {
        return Optional.empty();
      }
      lane = newLane(id, payer.exposure);
      payer.lanes.put(id, lane);
    }
    return Optional.of(lane);
  }

  private ServedLane newLane(LaneId id, PayerExposure exposure) {
    LaneBook book = payee.ledger().lane(id);
    PayeeLane lane =
        new PayeeLane(
            id, book.received(), payee.settled().settled(id), payee.terms(), price, exposure);
    return new ServedLane(lane, payee, digest, computing, time, metrics);
  }

  /** A lane that a peer has open. */
  synchronized Optional<ServedLane> find(EvmAddress payer, long number, PeerId peer) {
    LaneId id = new LaneId(payer, payee.address(), number);
    return Optional.ofNullable(payers.get(payer))
        .map(each -> each.lanes.get(id))
        .filter(lane -> lane.isOpenTo(peer));
  }

  private synchronized List<ServedLane> all() {
    return payers.values().stream().flatMap(each -> each.lanes.values().stream()).toList();
  }

  void changePrice(PricePerGib newPrice) {
    synchronized (this) {
      price = newPrice;
    }
    all().forEach(lane -> lane.changePrice(newPrice));
  }

  void tick() {
    all().forEach(ServedLane::tick);
    synchronized (this) {
      forgetIdle(settings.laneIdle().toNanos());
    }
  }

  private void forgetIdle(long idleNanos) {
    for (PayerLanes payer : payers.values()) {
      payer
          .lanes
          .values()
          .removeIf(
              lane -> {
                boolean isIdle = lane.isIdle(idleNanos);
                if (isIdle) {
                  lane.lane().close();
                }
                return isIdle;
              });
    }
    payers.values().removeIf(payer -> payer.lanes.isEmpty());
  }
}

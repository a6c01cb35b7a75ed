package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.Escrow;
import io.tributary.ledger.EvmAddress;
import io.tributary.ledger.Hash256;
import io.tributary.ledger.LaneId;
import io.tributary.ledger.Voucher;
import io.tributary.reward.binding.CessCdnLedger;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.web3j.abi.EventEncoder;
import org.web3j.protocol.core.methods.response.Log;

/**
 * The sums that the contract's events add up to: the same rules as the contract's, in plain form.
 * Applied by one thread, asked by any; an answer may see a part of a block.
 *
 * <p>It is as large as what payers paid gas to put on the chain.
 */
final class EscrowBook {
  private final Map<EvmAddress, Payer> payers = new ConcurrentHashMap<>();
  private final Map<LaneId, Voucher> settled = new ConcurrentHashMap<>();

  private static final class Payer {
    BigInteger escrow = BigInteger.ZERO;
    BigInteger reserved = BigInteger.ZERO;
    BigInteger thawing = BigInteger.ZERO;
    final Map<EvmAddress, Reservation> reservations = new ConcurrentHashMap<>();
    final Map<SignerId, Signer> signers = new ConcurrentHashMap<>();
  }

  private record Reservation(BigInteger amount, BigInteger releasing) {
    static final Reservation NONE = new Reservation(BigInteger.ZERO, BigInteger.ZERO);
  }

  private record SignerId(EvmAddress signer, long lane) {}

  private record Signer(BigInteger remaining, BigInteger expiry, boolean isRevoked) {}

  Amount redeemed(LaneId lane) {
    return settled(lane).map(Voucher::amount).orElse(Amount.ZERO);
  }

  /** What a lane was paid up to: the highest voucher, by the numbers that were redeemed of it. */
  Optional<Voucher> settled(LaneId lane) {
    return Optional.ofNullable(settled.get(lane));
  }

  Optional<Escrow> escrow(LaneId lane, EvmAddress signer, long nowSeconds) {
    Payer payer = payers.get(lane.payer());
    if (payer == null) {
      return Optional.empty();
    }
    synchronized (payer) {
      BigInteger free =
          payer.escrow.subtract(payer.reserved).subtract(payer.thawing).max(BigInteger.ZERO);
      if (!signer.equals(lane.payer())) {
        Signer held = payer.signers.get(new SignerId(signer, lane.lane()));
        if (held == null
            || held.isRevoked
            || held.expiry.compareTo(BigInteger.valueOf(nowSeconds)) < 0) {
          return Optional.empty();
        }
        free = free.min(held.remaining);
      }
      Reservation own = payer.reservations.getOrDefault(lane.payee(), Reservation.NONE);
      BigInteger sure = own.amount.subtract(own.releasing).max(BigInteger.ZERO);
      return Optional.of(new Escrow(redeemed(lane), new Amount(sure.add(free))));
    }
  }

  /** Whether free escrow, the payee's reservation or a signer of the lane is being called back. */
  boolean isLeaving(LaneId lane) {
    Payer payer = payers.get(lane.payer());
    if (payer == null) {
      return false;
    }
    synchronized (payer) {
      Reservation own = payer.reservations.getOrDefault(lane.payee(), Reservation.NONE);
      return payer.thawing.signum() != 0
          || own.releasing.signum() != 0
          || payer.signers.entrySet().stream()
              .anyMatch(each -> each.getKey().lane == lane.lane() && each.getValue().isRevoked);
    }
  }

  /** Adds an event of the contract; those that move no escrow are passed over. */
  void apply(Log log) {
    String topic = log.getTopics().get(0);
    if (topic.equals(EventEncoder.encode(CessCdnLedger.REDEEMED_EVENT))) {
      redeemed(CessCdnLedger.getRedeemedEventFromLog(log));
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.DEPOSITED_EVENT))) {
      var event = CessCdnLedger.getDepositedEventFromLog(log);
      change(event.payer, payer -> payer.escrow = payer.escrow.add(event.amount));
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.RESERVED_EVENT))) {
      var event = CessCdnLedger.getReservedEventFromLog(log);
      reserved(event.payer, event.payee, event.amount, BigInteger.ZERO);
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.RELEASESTARTED_EVENT))) {
      var event = CessCdnLedger.getReleaseStartedEventFromLog(log);
      releasing(event.payer, event.payee, event.releasing);
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.RELEASECANCELLED_EVENT))) {
      var event = CessCdnLedger.getReleaseCancelledEventFromLog(log);
      releasing(event.payer, event.payee, BigInteger.ZERO);
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.RELEASED_EVENT))) {
      var event = CessCdnLedger.getReleasedEventFromLog(log);
      reserved(event.payer, event.payee, event.amount.negate(), BigInteger.ZERO);
      releasing(event.payer, event.payee, BigInteger.ZERO);
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.THAWSTARTED_EVENT))) {
      var event = CessCdnLedger.getThawStartedEventFromLog(log);
      change(event.payer, payer -> payer.thawing = event.thawing);
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.THAWCANCELLED_EVENT))) {
      var event = CessCdnLedger.getThawCancelledEventFromLog(log);
      change(event.payer, payer -> payer.thawing = BigInteger.ZERO);
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.ESCROWWITHDRAWN_EVENT))) {
      var event = CessCdnLedger.getEscrowWithdrawnEventFromLog(log);
      change(
          event.payer,
          payer -> {
            payer.escrow = payer.escrow.subtract(event.amount);
            payer.thawing = BigInteger.ZERO;
          });
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.SIGNERAUTHORIZED_EVENT))) {
      var event = CessCdnLedger.getSignerAuthorizedEventFromLog(log);
      change(
          event.payer,
          payer ->
              payer.signers.put(
                  new SignerId(EvmAddress.parse(event.signer), event.lane.longValue()),
                  new Signer(event.remaining, event.expiry, false)));
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.SIGNERREVOKED_EVENT))) {
      var event = CessCdnLedger.getSignerRevokedEventFromLog(log);
      change(
          event.payer,
          payer ->
              payer.signers.computeIfPresent(
                  new SignerId(EvmAddress.parse(event.signer), event.lane.longValue()),
                  (id, held) -> new Signer(held.remaining, held.expiry, true)));
    }
  }

  private void redeemed(CessCdnLedger.RedeemedEventResponse event) {
    EvmAddress payee = EvmAddress.parse(event.payee);
    EvmAddress signer = EvmAddress.parse(event.signer);
    change(
        event.payer,
        payer -> {
          Reservation own = payer.reservations.getOrDefault(payee, Reservation.NONE);
          BigInteger fromOwn = own.amount.min(event.paid);
          payer.escrow = payer.escrow.subtract(event.paid);
          payer.reserved = payer.reserved.subtract(fromOwn);
          if (fromOwn.signum() != 0) {
            payer.reservations.put(
                payee, new Reservation(own.amount.subtract(fromOwn), own.releasing));
          }
          payer.signers.computeIfPresent(
              new SignerId(signer, event.lane.longValue()),
              (id, held) ->
                  new Signer(
                      held.remaining.subtract(event.paid.subtract(fromOwn)),
                      held.expiry,
                      held.isRevoked));
        });
    // Lanes of 2^63 and more exist on the chain alone: a LaneId has none, nor has a voucher here.
    if (event.lane.bitLength() < Long.SIZE) {
      LaneId lane = new LaneId(EvmAddress.parse(event.payer), payee, event.lane.longValue());
      long bytes =
          event.bytesServed.bitLength() < Long.SIZE
              ? event.bytesServed.longValue()
              : Long.MAX_VALUE;
      settled.put(
          lane,
          new Voucher(lane, new Amount(event.amount), bytes, 0, Hash256.of(event.receiptsRoot)));
    }
  }

  private void reserved(String payer, String payee, BigInteger more, BigInteger releasing) {
    change(
        payer,
        each -> {
          each.reserved = each.reserved.add(more);
          each.reservations.merge(
              EvmAddress.parse(payee),
              new Reservation(more, releasing),
              (a, b) -> new Reservation(a.amount.add(b.amount), a.releasing));
        });
  }

  private void releasing(String payer, String payee, BigInteger releasing) {
    change(
        payer,
        each ->
            each.reservations.computeIfPresent(
                EvmAddress.parse(payee), (id, held) -> new Reservation(held.amount, releasing)));
  }

  private interface Change {
    void to(Payer payer);
  }

  private void change(String address, Change change) {
    Payer payer = payers.computeIfAbsent(EvmAddress.parse(address), id -> new Payer());
    synchronized (payer) {
      change.to(payer);
    }
  }
}

package io.tributary.reward;

import io.tributary.ledger.Amount;
import io.tributary.ledger.EvmAddress;
import io.tributary.reward.Movement.Kind;
import io.tributary.reward.binding.CessCdnLedger;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.web3j.abi.EventEncoder;
import org.web3j.protocol.core.methods.response.Log;

/** Finds in the contract's events those that moved one account's money. */
final class Movements {
  private final EvmAddress account;
  private final List<Movement> found = new ArrayList<>();

  private Movements(EvmAddress account) {
    this.account = account;
  }

  static List<Movement> of(Chain chain, EvmAddress contract, EvmAddress account, long from, long to)
      throws ChainException {
    Movements movements = new Movements(account);
    for (long first = from; first <= to; first += Chain.MAX_LOG_BLOCKS) {
      long last = Math.min(to, first + Chain.MAX_LOG_BLOCKS - 1);
      chain.logs(contract, first, last).forEach(movements::look);
    }
    return List.copyOf(movements.found);
  }

  private void look(Log log) {
    String topic = log.getTopics().get(0);
    if (topic.equals(EventEncoder.encode(CessCdnLedger.REDEEMED_EVENT))) {
      var event = CessCdnLedger.getRedeemedEventFromLog(log);
      Optional<Long> lane = Optional.of(event.lane.longValue());
      Amount paid = new Amount(event.paid);
      Amount fee = new Amount(event.fee);
      if (isAccount(event.payee)) {
        add(log, Kind.EARNED, Optional.of(EvmAddress.parse(event.payer)), lane, paid, fee);
      }
      if (isAccount(event.payer)) {
        add(log, Kind.PAID, Optional.of(EvmAddress.parse(event.payee)), lane, paid, fee);
      }
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.DEPOSITED_EVENT))) {
      var event = CessCdnLedger.getDepositedEventFromLog(log);
      plain(log, Kind.DEPOSITED, event.payer, Optional.of(event.from), event.amount);
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.ESCROWWITHDRAWN_EVENT))) {
      var event = CessCdnLedger.getEscrowWithdrawnEventFromLog(log);
      plain(log, Kind.ESCROW_WITHDRAWN, event.payer, Optional.of(event.to), event.amount);
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.WITHDRAWN_EVENT))) {
      var event = CessCdnLedger.getWithdrawnEventFromLog(log);
      plain(log, Kind.WITHDRAWN, event.payee, Optional.of(event.to), event.amount);
    } else if (topic.equals(EventEncoder.encode(CessCdnLedger.SUBSIDYCLAIMED_EVENT))) {
      var event = CessCdnLedger.getSubsidyClaimedEventFromLog(log);
      plain(log, Kind.SUBSIDY, event.payee, Optional.empty(), event.amount);
    }
  }

  private boolean isAccount(String address) {
    return EvmAddress.parse(address).equals(account);
  }

  private void plain(Log log, Kind kind, String owner, Optional<String> other, BigInteger amount) {
    if (isAccount(owner)) {
      Optional<EvmAddress> side = other.map(EvmAddress::parse);
      add(log, kind, side, Optional.empty(), new Amount(amount), Amount.ZERO);
    }
  }

  private void add(
      Log log,
      Kind kind,
      Optional<EvmAddress> other,
      Optional<Long> lane,
      Amount amount,
      Amount fee) {
    found.add(
        new Movement(
            log.getBlockNumber().longValueExact(),
            Chain.hash(log.getTransactionHash()),
            kind,
            other,
            lane,
            amount,
            fee));
  }
}

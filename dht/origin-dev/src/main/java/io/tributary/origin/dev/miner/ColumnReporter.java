package io.tributary.origin.dev.miner;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.origin.dev.runtime.OperatorLog;
import io.tributary.origin.identity.Signer;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What tells the chain that a miner has its whole column of a file.
 *
 * <p>It keeps no state of its own: what is stored and what was reported are asked each time, so a
 * restart or a lost answer costs nothing but a second look. Used by one thread at a time.
 */
final class ColumnReporter {
  private final String miner;
  private final Signer signer;
  private final FragmentStore store;
  private final Deals deals;
  private final MinerReports reports;

  ColumnReporter(
      String miner, Signer signer, FragmentStore store, Deals deals, MinerReports reports) {
    this.miner = miner;
    this.signer = signer;
    this.store = store;
    this.deals = deals;
    this.reports = reports;
  }

  /** Looks at every file of the store: reports what is due, forgets what the chain has deleted. */
  void tend() {
    try {
      for (Fid fid : store.files()) {
        look(fid, true);
      }
    } catch (IOException e) {
      OperatorLog.diskFailed(miner, e);
    }
  }

  /** Looks at one file: reports the column if it is complete and the chain does not know yet. */
  void look(Fid fid) {
    try {
      look(fid, false);
    } catch (IOException e) {
      OperatorLog.diskFailed(miner, e);
    }
  }

  private void look(Fid fid, boolean forgetDeleted) throws IOException {
    Optional<StorageOrder> order;
    try {
      order = deals.find(fid);
    } catch (IOException e) {
      OperatorLog.chainUnreachable(miner, fid.toHex(), e);
      return;
    }
    if (order.isPresent()) {
      report(fid, order.get());
    } else if (forgetDeleted) {
      store.remove(fid);
    }
  }

  private void report(Fid fid, StorageOrder order) {
    AccountId account = signer.account();
    OptionalInt assigned = order.columnOf(account);
    if (assigned.isEmpty() || order.reported().contains(assigned.getAsInt())) {
      return;
    }
    int column = assigned.getAsInt();
    if (!order.columnFromTheEnd(column).allMatch(fragment -> store.has(fid, fragment))) {
      return;
    }
    try {
      Optional<String> refusal = reports.report(signer, fid, column);
      if (refusal.isPresent()) {
        OperatorLog.reportRefused(miner, fid.toHex(), column, refusal.get());
      } else {
        OperatorLog.columnReported(miner, fid.toHex(), column);
      }
    } catch (IOException e) {
      OperatorLog.chainUnreachable(miner, fid.toHex(), e);
    }
  }
}

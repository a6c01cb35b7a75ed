package io.tributary.origin.chain;

import io.tributary.content.AccountId;
import io.tributary.content.FileRecord.Owner;
import io.tributary.content.Layout;
import io.tributary.content.Manifest;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A storage order the miners are still fulfilling: the file is declared but cannot be relied on
 * yet.
 *
 * <p>A miner takes one column of the whole file. When all {@value Layout#COLUMNS} columns are
 * reported the chain replaces the deal by a file record.
 *
 * @param manifest what the file is made of
 * @param owner who ordered it, and what the owner calls it
 * @param reports the columns that miners say they hold, in the order they reported
 */
public record Deal(Manifest manifest, Owner owner, List<Report> reports) {
  /**
   * Checks the reports and copies the list.
   *
   * @throws IllegalArgumentException if a column or a miner is reported twice
   */
  public Deal {
    reports = List.copyOf(reports);
    BitSet columns = new BitSet(Layout.COLUMNS);
    Set<AccountId> miners = new HashSet<>();
    for (Report report : reports) {
      if (columns.get(report.column())) {
        throw new IllegalArgumentException("column " + report.column() + " is reported twice");
      }
      columns.set(report.column());
      if (!miners.add(report.miner())) {
        throw new IllegalArgumentException("miner " + report.miner() + " reports two columns");
      }
    }
  }

  /**
   * A miner's word that it holds a column of every segment.
   *
   * @param column the column, 0 to 11; the chain counts from 1
   * @param miner who holds it
   */
  public record Report(int column, AccountId miner) {
    /**
     * Checks the column.
     *
     * @throws IllegalArgumentException if it is not 0 to 11
     */
    public Report {
      if (column < 0 || column >= Layout.COLUMNS) {
        throw new IllegalArgumentException(
            "column " + column + " is not 0 to " + (Layout.COLUMNS - 1));
      }
    }
  }

  /** Returns a new set with the columns that are reported. */
  public BitSet reportedColumns() {
    BitSet columns = new BitSet(Layout.COLUMNS);
    reports.forEach(report -> columns.set(report.column()));
    return columns;
  }
}

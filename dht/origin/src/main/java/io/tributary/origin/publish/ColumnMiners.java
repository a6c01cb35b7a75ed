package io.tributary.origin.publish;

import io.tributary.content.Fid;
import io.tributary.origin.chain.Miner;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who decides which storage miner keeps which column of a file.
 *
 * <p>On CESS the publisher chooses ({@link RankedMiners}); a dev chain assigns. The methods block
 * and are called by one thread at a time.
 */
public interface ColumnMiners {
  /**
   * Returns the miners of a declared file, one per column and no miner twice.
   *
   * <p>Asked again for the same file, the answer is the same as long as the miners are, so that a
   * publisher that starts again finds its fragments where it sent them.
   *
   * @throws PublishException if there are not enough miners
   */
  List<Miner> assign(Fid fid);

  /**
   * Returns another miner for a column whose miner failed.
   *
   * @param column the column, 0 to 11
   * @param taken the miners that hold or were given a column, and those that failed
   * @return the replacement, or empty if nobody is left
   */
  Optional<Miner> replace(Fid fid, int column, Set<Miner> taken);
}

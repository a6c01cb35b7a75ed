package io.tributary.origin.dev.miner;

import io.tributary.content.Fid;
import io.tributary.origin.identity.Signer;
import java.io.IOException;
import java.util.Optional;

/**
 * How a storage miner tells the chain that it has its column of a file. Implementations are safe
 * for use by many threads and may wait.
 */
public interface MinerReports {
  /**
   * Submits the report, signed by the miner.
   *
   * @param miner who has the column
   * @param fid the file
   * @param column the column, 0 to 11
   * @return empty if the chain took the report, else the name of the chain's reason
   * @throws IOException if the chain cannot be asked; try again later
   */
  Optional<String> report(Signer miner, Fid fid, int column) throws IOException;
}

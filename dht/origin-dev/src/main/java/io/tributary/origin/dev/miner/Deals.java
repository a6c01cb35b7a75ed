package io.tributary.origin.dev.miner;

import io.tributary.content.Fid;
import java.io.IOException;
import java.util.Optional;

/**
 * What a storage miner asks the chain: which file is ordered or stored. Implementations are safe
 * for use by many threads and may wait.
 */
public interface Deals {
  /**
   * Returns the deal of a file, open or done, or empty if the chain knows neither a deal nor a file
   * of this name.
   *
   * @throws IOException if the chain cannot be asked; try again later
   */
  Optional<StorageOrder> find(Fid fid) throws IOException;
}

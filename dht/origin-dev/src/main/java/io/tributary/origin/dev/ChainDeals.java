package io.tributary.origin.dev;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.content.Placement.Seat;
import io.tributary.origin.chain.BlockHash;
import io.tributary.origin.chain.Deal;
import io.tributary.origin.dev.chain.DevChain;
import io.tributary.origin.dev.chain.DevChain.AssignedDeal;
import io.tributary.origin.dev.miner.Deals;
import io.tributary.origin.dev.miner.StorageOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The deals of a dev chain in the same process.
 *
 * <p>A large file's record takes time to read and is asked for with each of its fragments, so the
 * last answers are kept until the chain has a new block.
 */
final class ChainDeals implements Deals {
  /** The most answers kept. */
  static final int MAX_KEPT = 16;

  private final DevChain chain;
  private final Map<Fid, Kept> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Fid, Kept> eldest) {
          return size() > MAX_KEPT;
        }
      };

  private record Kept(BlockHash head, Optional<StorageOrder> order) {}

  ChainDeals(DevChain chain) {
    this.chain = chain;
  }

  @Override
  public Optional<StorageOrder> find(Fid fid) {
    // Taken before the records are read: an answer is never kept for a block newer than itself.
    BlockHash head = chain.head().hash();
    synchronized (kept) {
      Kept known = kept.get(fid);
      if (known != null && known.head().equals(head)) {
        return known.order();
      }
    }
    Optional<StorageOrder> order =
        chain.deal(fid).map(ChainDeals::open).or(() -> chain.file(fid).map(ChainDeals::done));
    synchronized (kept) {
      kept.put(fid, new Kept(head, order));
    }
    return order;
  }

  private static StorageOrder open(AssignedDeal assigned) {
    return new StorageOrder(
        assigned.deal().manifest().segments(),
        assigned.miners(),
        assigned.deal().reports().stream().map(Deal.Report::column).collect(Collectors.toSet()));
  }

  private static StorageOrder done(FileRecord file) {
    List<AccountId> miners = file.placement().segments().get(0).stream().map(Seat::miner).toList();
    return new StorageOrder(
        file.manifest().segments(),
        miners,
        IntStream.range(0, Layout.COLUMNS).boxed().collect(Collectors.toSet()));
  }
}

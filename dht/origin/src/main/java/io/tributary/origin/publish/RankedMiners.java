package io.tributary.origin.publish;

import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import io.tributary.origin.chain.Miner;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The publisher's own choice of miners: those in good standing, ranked by the SHA-256 of fid and
 * account.
 *
 * <p>The rank spreads files over all miners and is the same at every attempt, with no state kept.
 */
public final class RankedMiners implements ColumnMiners {
  private final Supplier<List<Miner>> miners;

  /** Ranks the miners that the supplier lists, such as the chain's; it may block. */
  public RankedMiners(Supplier<List<Miner>> miners) {
    this.miners = miners;
  }

  @Override
  public List<Miner> assign(Fid fid) {
    List<Miner> first = ranked(fid).limit(Layout.COLUMNS).toList();
    if (first.size() < Layout.COLUMNS) {
      throw new PublishException(
          PublishException.Reason.NOT_ENOUGH_MINERS,
          "a file needs "
              + Layout.COLUMNS
              + " storage miners in good standing, the chain has "
              + first.size());
    }
    return first;
  }

  @Override
  public Optional<Miner> replace(Fid fid, int column, Set<Miner> taken) {
    return ranked(fid)
        .filter(miner -> taken.stream().noneMatch(t -> t.account().equals(miner.account())))
        .findFirst();
  }

  private Stream<Miner> ranked(Fid fid) {
    return miners.get().stream()
        .filter(miner -> miner.state() == Miner.State.POSITIVE)
        .sorted(Comparator.comparing(miner -> rank(fid, miner)));
  }

  private static Digest rank(Fid fid, Miner miner) {
    ByteBuffer both = ByteBuffer.allocate(2 * Digest.BYTES);
    both.put(fid.digest().toBytes()).put(miner.account().toBytes());
    return Sha256.of(both.flip());
  }
}

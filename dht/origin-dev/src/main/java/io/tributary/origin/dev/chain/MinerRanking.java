package io.tributary.origin.dev.chain;

import io.tributary.content.AccountId;
import io.tributary.content.Digest;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.content.Sha256;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The order in which miners are asked to store a file: by the SHA-256 of fid and account, so that
 * everybody can compute it and files spread evenly.
 */
final class MinerRanking {
  private final List<AccountId> ranked;

  private MinerRanking(List<AccountId> ranked) {
    this.ranked = ranked;
  }

  static MinerRanking of(Fid fid, List<AccountId> miners) {
    return new MinerRanking(
        miners.stream().sorted(Comparator.comparing(miner -> score(fid, miner))).toList());
  }

  /** Returns the miners of the columns, or empty if there are too few. */
  Optional<List<AccountId>> first() {
    return ranked.size() < Layout.COLUMNS
        ? Optional.empty()
        : Optional.of(ranked.subList(0, Layout.COLUMNS));
  }

  /** Returns who comes after a miner in the ranking, round and round, and is not taken yet. */
  Optional<AccountId> next(AccountId miner, List<AccountId> taken) {
    int from = ranked.indexOf(miner) + 1;
    for (int i = 0; i < ranked.size(); i++) {
      AccountId candidate = ranked.get((from + i) % ranked.size());
      if (!taken.contains(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static Digest score(Fid fid, AccountId miner) {
    MessageDigest sha256 = Sha256.newDigest();
    sha256.update(fid.digest().toBytes());
    sha256.update(miner.toBytes());
    return Digest.of(sha256.digest());
  }
}

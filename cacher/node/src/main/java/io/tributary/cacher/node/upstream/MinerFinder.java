package io.tributary.cacher.node.upstream;

import io.tributary.cacher.node.catalog.Catalog;
import io.tributary.cacher.node.catalog.Listing;
import io.tributary.cacher.node.catalog.MinerAddresses;
import io.tributary.content.AccountId;
import io.tributary.content.FileRecord;
import io.tributary.content.Layout;
import io.tributary.exchange.FragmentName;
import io.tributary.origin.miner.MinerClient;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds the storage miners that keep a fragment, by the chain: that of its column, and those of
 * other columns of the segment that hold the same bytes.
 */
public final class MinerFinder implements UpstreamFinder {
  private final Catalog catalog;
  private final MinerAddresses addresses;
  private final MinerClient client;

  /** Finds miners that are asked by a client. */
  public MinerFinder(Catalog catalog, MinerAddresses addresses, MinerClient client) {
    this.catalog = catalog;
    this.addresses = addresses;
    this.client = client;
  }

  @Override
  public CompletionStage<List<Upstream>> find(FragmentName name, boolean isAgain) {
    CompletionStage<Listing> listing =
        isAgain ? catalog.ask(name.fid()) : catalog.place(name.fid());
    return listing.thenCompose(
        told ->
            told instanceof Listing.Listed listed
                ? at(keepers(listed.file(), name))
                : catalog
                    .known(name.fid())
                    .map(file -> at(keepers(file, name)))
                    .orElseGet(() -> CompletableFuture.completedFuture(List.of())));
  }

  private static Set<AccountId> keepers(FileRecord file, FragmentName name) {
    Set<AccountId> keepers = new LinkedHashSet<>();
    keepers.add(file.placement().seat(name.segment(), name.column()).miner());
    for (int column = 0; column < Layout.COLUMNS; column++) {
      if (file.manifest().fragment(name.segment(), column).equals(name.hash())) {
        keepers.add(file.placement().seat(name.segment(), column).miner());
      }
    }
    return keepers;
  }

  private CompletionStage<List<Upstream>> at(Set<AccountId> keepers) {
    CompletionStage<List<Upstream>> found = CompletableFuture.completedFuture(List.of());
    for (AccountId keeper : keepers) {
      found =
          found.thenCombine(
              addresses.find(keeper),
              (some, endpoint) -> {
                List<Upstream> more = new ArrayList<>(some);
                endpoint.ifPresent(
                    at -> more.add(new MinerUpstream(client, addresses, keeper, at)));
                return more;
              });
    }
    return found;
  }
}

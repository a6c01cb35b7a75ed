package io.tributary.origin.dev.miner;

import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.content.Layout;
import io.tributary.origin.dev.Accounts;
import io.tributary.origin.dev.SampleFile;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.identity.Signer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** One miner on a real port and disk, with the deals of a table instead of a chain. */
final class MinerRig implements AutoCloseable {
  static final int MINER = 0;
  static final int COLUMN = 2;

  final DevRuntime runtime = DevRuntime.start(Clock.systemUTC(), new SplittableRandom(1));
  final Map<Fid, StorageOrder> orders = new ConcurrentHashMap<>();
  final List<String> reports = new CopyOnWriteArrayList<>();
  final AtomicBoolean chainDown = new AtomicBoolean();
  final DevMiner miner;

  MinerRig(Path directory, Duration tendEvery, SampleFile... ordered) throws IOException {
    for (SampleFile file : ordered) {
      order(file);
    }
    this.miner =
        DevMiner.start(
            runtime,
            new DevMiner.Config("rig", directory, 0, Accounts.number(MINER), tendEvery),
            this::find,
            this::report);
  }

  /** Orders a file of which the miner is to store {@link #COLUMN}. */
  void order(SampleFile file) {
    List<AccountId> miners = new ArrayList<>();
    for (int column = 0; column < Layout.COLUMNS; column++) {
      miners.add(Accounts.number(column == COLUMN ? MINER : 20 + column).account());
    }
    orders.put(file.fid(), new StorageOrder(file.manifest().segments(), miners, Set.of()));
  }

  private Optional<StorageOrder> find(Fid fid) throws IOException {
    if (chainDown.get()) {
      throw new IOException("the chain is down");
    }
    return Optional.ofNullable(orders.get(fid));
  }

  private Optional<String> report(Signer signer, Fid fid, int column) throws IOException {
    if (chainDown.get()) {
      throw new IOException("the chain is down");
    }
    StorageOrder order = Objects.requireNonNull(orders.get(fid));
    orders.put(fid, new StorageOrder(order.segments(), order.miners(), Set.of(column)));
    reports.add(signer.account() + " " + fid + " " + column);
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    miner.close();
    runtime.close();
  }
}

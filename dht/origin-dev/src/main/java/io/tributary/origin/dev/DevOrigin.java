package io.tributary.origin.dev;

import io.tributary.content.AccountId;
import io.tributary.content.Layout;
import io.tributary.origin.chain.Miner;
import io.tributary.origin.dev.chain.DevChain;
import io.tributary.origin.dev.chain.DevChainServer;
import io.tributary.origin.dev.miner.DevMiner;
import io.tributary.origin.dev.miner.FaultAdmin;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.dev.runtime.OperatorLog;
import io.tributary.origin.identity.SeedFile;
import io.tributary.origin.identity.Ss58Address;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One dev chain and some dev storage miners, kept in one directory.
 *
 * <pre>{@code
 * DIRECTORY/chain/chain.mv       blocks and state
 * DIRECTORY/miner-00/seed        the miner's account
 * DIRECTORY/miner-00/fragments   what it stores
 * ...
 * }</pre>
 *
 * <p>Started again with the same directory it goes on where it was; miners whose port changed are
 * registered anew, and miners that are no longer started are set offline. Safe for use by many
 * threads.
 */
public final class DevOrigin implements AutoCloseable {
  /** The most miners of one origin. */
  public static final int MAX_MINERS = 100;

  private final Deque<AutoCloseable> running;
  private final DevChain chain;
  private final DevChainServer server;
  private final List<DevMiner> miners;
  private final Optional<FaultAdmin> faultAdmin;

  /**
   * What to start.
   *
   * @param directory where everything is kept
   * @param miners how many miners, 1 to {@link #MAX_MINERS}; files need at least 12
   * @param chainPort the chain's port number, or 0 for any free one
   * @param firstMinerPort the first miner's port number, the others follow; or 0 for any free ones
   * @param faultPort the port number by which faults are switched, 0 for any free one; empty for
   *     none
   * @param tendEvery how often a miner looks at all its files
   */
  public record Config(
      Path directory,
      int miners,
      int chainPort,
      int firstMinerPort,
      OptionalInt faultPort,
      Duration tendEvery) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if there are too few or too many miners
     */
    public Config {
      if (miners < 1 || miners > MAX_MINERS) {
        throw new IllegalArgumentException(
            "an origin has 1 to " + MAX_MINERS + " miners, not " + miners);
      }
    }

    /** Returns twelve miners on free ports, without a port for faults. */
    public static Config inDirectory(Path directory) {
      return new Config(directory, Layout.COLUMNS, 0, 0, OptionalInt.empty(), DevMiner.TEND_EVERY);
    }

    /** Returns the same with any free port by which faults are switched. */
    public Config withFaultPort() {
      return new Config(directory, miners, chainPort, firstMinerPort, OptionalInt.of(0), tendEvery);
    }
  }

  private DevOrigin(
      Deque<AutoCloseable> running,
      DevChain chain,
      DevChainServer server,
      List<DevMiner> miners,
      Optional<FaultAdmin> faultAdmin) {
    this.running = running;
    this.chain = chain;
    this.server = server;
    this.miners = List.copyOf(miners);
    this.faultAdmin = faultAdmin;
  }

  /**
   * Starts everything.
   *
   * @param runtime what it runs on; stays the caller's
   * @param random where new accounts and signatures get their randomness
   * @throws IOException if the directory is in use, the disk fails or a port is taken; nothing is
   *     left running then
   */
  public static DevOrigin start(DevRuntime runtime, Config config, SecureRandom random)
      throws IOException {
    Deque<AutoCloseable> running = new ArrayDeque<>();
    try {
      Path chainDirectory = config.directory().resolve("chain");
      DevChain chain = DevChain.open(chainDirectory, runtime.clock());
      running.push(chain);
      DevChainServer server = DevChainServer.start(runtime, config.chainPort(), chain);
      running.push(server);
      OperatorLog.chainStarted(server.httpUrl(), chain.head().number(), chainDirectory);
      List<DevMiner> miners = new ArrayList<>();
      for (int number = 0; number < config.miners(); number++) {
        DevMiner miner = startMiner(runtime, config, random, chain, number);
        running.push(miner);
        miners.add(miner);
      }
      register(chain, miners);
      Optional<FaultAdmin> faultAdmin = Optional.empty();
      if (config.faultPort().isPresent()) {
        FaultAdmin admin = FaultAdmin.start(runtime, config.faultPort().getAsInt(), miners);
        running.push(admin);
        faultAdmin = Optional.of(admin);
      }
      return new DevOrigin(running, chain, server, miners, faultAdmin);
    } catch (IOException | RuntimeException e) {
      stop(running).ifPresent(e::addSuppressed);
      throw e;
    }
  }

  /** Returns the chain. */
  public DevChain chain() {
    return chain;
  }

  /** Returns the chain's JSON-RPC URL for HTTP. */
  public String chainHttpUrl() {
    return server.httpUrl();
  }

  /** Returns the chain's JSON-RPC URL for WebSocket. */
  public String chainWebSocketUrl() {
    return server.webSocketUrl();
  }

  /** Returns the miners by number. */
  public List<DevMiner> miners() {
    return miners;
  }

  /**
   * Returns a miner by its account.
   *
   * @throws IllegalArgumentException if none of the miners has it
   */
  public DevMiner miner(AccountId account) {
    return miners.stream()
        .filter(miner -> miner.account().equals(account))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no miner here is " + account));
  }

  /** Returns the URL by which faults are switched, if it was asked for. */
  public Optional<String> faultUrl() {
    return faultAdmin.map(admin -> admin.url() + "/dev/fault");
  }

  /** Stops everything, the chain last. */
  @Override
  public void close() throws IOException {
    Optional<IOException> failure = stop(running);
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static DevMiner startMiner(
      DevRuntime runtime, Config config, SecureRandom random, DevChain chain, int number)
      throws IOException {
    Path directory = config.directory().resolve(String.format(Locale.ROOT, "miner-%02d", number));
    int port = config.firstMinerPort() == 0 ? 0 : config.firstMinerPort() + number;
    DevMiner miner =
        DevMiner.start(
            runtime,
            new DevMiner.Config(
                Integer.toString(number),
                directory,
                port,
                SeedFile.readOrCreate(directory.resolve("seed"), random),
                config.tendEvery()),
            new ChainDeals(chain),
            new ChainReports(chain));
    OperatorLog.minerStarted(
        number, miner.url(), new Ss58Address(Ss58Address.CESS_TESTNET, miner.account()).toString());
    return miner;
  }

  private static void register(DevChain chain, List<DevMiner> miners) throws IOException {
    Set<AccountId> started = miners.stream().map(DevMiner::account).collect(Collectors.toSet());
    for (DevMiner miner : miners) {
      chain.registerMiner(miner.account(), miner.url());
    }
    for (Miner known : chain.miners()) {
      if (!started.contains(known.account()) && known.state() == Miner.State.POSITIVE) {
        chain.setMinerState(known.account(), Miner.State.OFFLINE);
      } else if (started.contains(known.account()) && known.state() == Miner.State.OFFLINE) {
        chain.setMinerState(known.account(), Miner.State.POSITIVE);
      }
    }
  }

  private static Optional<IOException> stop(Deque<AutoCloseable> running) {
    IOException failure = null;
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        IOException wrapped = e instanceof IOException io ? io : new IOException(e);
        if (failure == null) {
          failure = wrapped;
        } else {
          failure.addSuppressed(wrapped);
        }
      }
    }
    return Optional.ofNullable(failure);
  }
}

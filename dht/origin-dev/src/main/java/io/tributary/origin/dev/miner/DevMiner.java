package io.tributary.origin.dev.miner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.tributary.content.AccountId;
import io.tributary.content.Fid;
import io.tributary.origin.dev.miner.Fault.Kind;
import io.tributary.origin.dev.miner.Fault.Step;
import io.tributary.origin.dev.runtime.DevRuntime;
import io.tributary.origin.dev.runtime.DirectoryLock;
import io.tributary.origin.dev.runtime.ListeningPort;
import io.tributary.origin.dev.runtime.OperatorLog;
import io.tributary.origin.identity.Signer;
import io.tributary.origin.identity.Ss58Address;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A storage miner for development: CESS's miner HTTP API on one loopback port, over fragments in a
 * directory.
 *
 * <p>When it has all fragments of its column of a deal it reports to the chain. It looks again at
 * all its files when it starts and every {@link Config#tendEvery}, so that no report is lost, and
 * then also forgets files the chain has deleted.
 *
 * <p>Safe for use by many threads; {@link #setFault}, {@link #clearFault} and {@link #close} wait
 * for the network and must not be called on an event loop.
 */
public final class DevMiner implements AutoCloseable {
  /** How often a miner looks at all its files, by default. */
  public static final Duration TEND_EVERY = Duration.ofSeconds(30);

  private static final int MAX_REQUEST_LINE_CHARS = 4 << 10;
  private static final int MAX_HEADER_CHARS = 16 << 10;
  private static final int MAX_PIECE_BYTES = 64 << 10;
  private static final int IDLE_SECONDS = 60;
  private static final String VERSION = "tributary-dev";

  private final Config config;
  private final DevRuntime runtime;
  private final DirectoryLock lock;
  private final FragmentStore store;
  private final FaultSwitch faults;
  private final ColumnReporter reporter;
  private final MinerApi api;
  private final ListeningPort port;
  private final ScheduledFuture<?> tending;
  private boolean closed;

  /**
   * Who a miner is and where it lives.
   *
   * @param name what the log calls it
   * @param directory where its fragments lie
   * @param port its port number, or 0 for any free one
   * @param signer its account
   * @param tendEvery how often it looks at all its files
   */
  public record Config(String name, Path directory, int port, Signer signer, Duration tendEvery) {}

  private DevMiner(
      DevRuntime runtime, Config config, DirectoryLock lock, Deals deals, MinerReports reports)
      throws IOException {
    this.config = config;
    this.runtime = runtime;
    this.lock = lock;
    this.store = FragmentStore.open(config.directory());
    this.faults = new FaultSwitch(runtime.newRandom());
    this.reporter = new ColumnReporter(config.name(), config.signer(), store, deals, reports);
    this.api = new MinerApi(config.name(), store, deals, faults, this::status, this::lookLater);
    this.port = ListeningPort.open(runtime.loops(), runtime.reach(), config.port(), this::connect);
    this.tending =
        runtime
            .upkeep()
            .scheduleWithFixedDelay(
                () -> whileOpen(reporter::tend),
                0,
                config.tendEvery().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  /**
   * Starts a miner.
   *
   * @param deals what the chain knows of files
   * @param reports how the chain is told
   * @throws IOException if the directory is in use, the disk fails or the port is taken
   */
  public static DevMiner start(DevRuntime runtime, Config config, Deals deals, MinerReports reports)
      throws IOException {
    DirectoryLock lock = DirectoryLock.take(config.directory(), "dev miner");
    try {
      return new DevMiner(runtime, config, lock, deals, reports);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Returns what the log calls the miner. */
  public String name() {
    return config.name();
  }

  /** Returns the miner's account. */
  public AccountId account() {
    return config.signer().account();
  }

  /** Returns the base URL of the HTTP API. */
  public String url() {
    return port.url();
  }

  /** Returns the port number. */
  public int port() {
    return port.number();
  }

  /** Returns what is left of the rule by which the miner misbehaves at present. */
  public Optional<FaultRule> fault() {
    return faults.rule();
  }

  /**
   * Makes the miner misbehave, in place of the present rule.
   *
   * @throws IOException if the miner was down and its port has been taken by something else
   */
  public void setFault(FaultRule rule) throws IOException {
    switchFault(Optional.of(rule));
  }

  /**
   * Makes the miner behave.
   *
   * @throws IOException if the miner was down and its port has been taken by something else
   */
  public void clearFault() throws IOException {
    switchFault(Optional.empty());
  }

  /** Closes the port, waits for a report under way and gives up the directory; fragments stay. */
  @Override
  public void close() throws IOException {
    tending.cancel(false);
    port.close();
    synchronized (reporter) {
      closed = true;
    }
    lock.close();
  }

  /** Runs upkeep unless the miner is closed, and keeps it from being closed meanwhile. */
  private void whileOpen(Runnable upkeep) {
    synchronized (reporter) {
      if (!closed) {
        upkeep.run();
      }
    }
  }

  private synchronized void switchFault(Optional<FaultRule> rule) throws IOException {
    faults.set(rule);
    OperatorLog.faultSwitched(name(), rule.map(FaultRule::toString).orElse("well"));
    if (rule.isPresent() && isDown(rule.get())) {
      port.down();
    } else {
      port.up();
    }
  }

  private static boolean isDown(FaultRule rule) {
    return rule.fault().kind() == Kind.DOWN && rule.strikesEverything();
  }

  private void connect(Channel connection) {
    if (faults.draw(Step.CONNECT).isPresent()) {
      connection.config().setOption(ChannelOption.SO_LINGER, 0);
      connection.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
      return;
    }
    connection
        .pipeline()
        .addLast(
            new HttpServerCodec(MAX_REQUEST_LINE_CHARS, MAX_HEADER_CHARS, MAX_PIECE_BYTES),
            new IdleStateHandler(IDLE_SECONDS, 0, 0),
            new MinerHandler(name(), runtime.blocking(), api));
  }

  private void lookLater(Fid fid) {
    try {
      runtime.upkeep().execute(() -> whileOpen(() -> reporter.look(fid)));
    } catch (RejectedExecutionException stopping) {
      // The miner looks again when it starts.
      return;
    }
  }

  private JsonNode status() throws IOException {
    ObjectNode status = Envelope.JSON.createObjectNode();
    status.put("pid", ProcessHandle.current().pid());
    status.put("version", VERSION);
    status.put("cpu_cores", Runtime.getRuntime().availableProcessors());
    status.put("endpoint", url());
    status.put("rpc_state", true);
    status.put("state", "positive");
    status.put(
        "signature_account", new Ss58Address(Ss58Address.CESS_TESTNET, account()).toString());
    status.put("declaration_space", 0);
    status.put("idle_space", 0);
    status.put("service_space", store.usedBytes());
    status.put("lock_space", 0);
    status.put("is_challenge", false);
    return status;
  }
}

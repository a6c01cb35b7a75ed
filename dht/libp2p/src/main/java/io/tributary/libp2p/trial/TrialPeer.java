package io.tributary.libp2p.trial;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostListener;
import io.tributary.libp2p.autonat.AutoNat1Message;
import io.tributary.libp2p.autonat.AutoNatClient;
import io.tributary.libp2p.autonat.AutoNatLimits;
import io.tributary.libp2p.autonat.AutoNatMessage;
import io.tributary.libp2p.autonat.AutoNatServer;
import io.tributary.libp2p.dcutr.HolePuncher;
import io.tributary.libp2p.dcutr.PunchOptions;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.peers.PeerInfo;
import io.tributary.libp2p.perf.PerfService;
import io.tributary.libp2p.ping.PingService;
import io.tributary.libp2p.relay.RelayClient;
import io.tributary.libp2p.relay.RelayLimits;
import io.tributary.libp2p.relay.RelayServer;
import io.tributary.libp2p.stream.StreamReset;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A host that answers {@link TrialProtocols}, ping and perf, dials peers, tries a {@link TrialPlan}
 * with each, and tells every {@link TrialEvent}.
 *
 * <p>{@link #run} blocks its caller and must not be called on an event loop. Events are told one at
 * a time.
 */
public final class TrialPeer {

  /** A protocol that nobody speaks. */
  private static final String UNKNOWN_PROTOCOL = "/tributary/unknown/1.0.0";

  /** How long a step may outlast its own deadline before this class gives up on it. */
  private static final long SLACK_SECONDS = 15;

  private final Host host;
  private final Consumer<TrialEvent> events;
  private final PingService ping;
  private final List<TrialFailure> failures = Collections.synchronizedList(new ArrayList<>());
  private final Set<PeerId> identified = new HashSet<>();
  private final Optional<AutoNatClient> autoNat;
  private final boolean punches;

  /**
   * A peer around a host that has not been started, which does nothing about NATs.
   *
   * @param events told of everything, one at a time
   */
  public TrialPeer(Host host, Consumer<TrialEvent> events) {
    this(host, TrialNat.NONE, events);
  }

  /**
   * A peer around a host that has not been started.
   *
   * @param events told of everything, one at a time
   */
  public TrialPeer(Host host, TrialNat nat, Consumer<TrialEvent> events) {
    this.host = host;
    this.events = events;
    this.punches = nat.holePunching();
    if (nat.relayClient() || punches) {
      new RelayClient(host);
    }
    if (nat.relayServer()) {
      new RelayServer(host, RelayLimits.defaults()).open();
    }
    if (punches) {
      new HolePuncher(
          host, PunchOptions.defaults(), report -> tell(new TrialEvent.Punched(report)));
    }
    SecureRandom random = new SecureRandom();
    if (nat.autoNat()) {
      new AutoNatServer(host, AutoNatLimits.defaults(), random).open();
    }
    this.autoNat = nat.autoNat() ? Optional.of(new AutoNatClient(host, random)) : Optional.empty();
    this.ping = new PingService(host);
    PerfService.answer(host);
    TrialProtocols.serve(host, TrialProtocols.Observer.NONE);
    host.addListener(new Telling());
  }

  private final class Telling implements HostListener {
    @Override
    public void onConnected(Connection connection) {
      tell(new TrialEvent.Connected(connection));
    }

    @Override
    public void onDisconnected(Connection connection, CloseReason reason) {
      tell(new TrialEvent.Disconnected(connection.remotePeer(), reason));
    }

    @Override
    public void onIdentified(Connection connection, PeerInfo info) {
      PeerId peer = connection.remotePeer();
      boolean signed = host.addressBook().record(peer).isPresent();
      tell(new TrialEvent.Identified(peer, info, signed));
      synchronized (identified) {
        identified.add(peer);
        identified.notifyAll();
      }
    }
  }

  private void tell(TrialEvent event) {
    synchronized (events) {
      events.accept(event);
    }
  }

  /**
   * Starts the host and goes through the plan with each peer in turn. A step that fails does not
   * keep the next from being tried.
   *
   * @return what failed
   * @throws InterruptedException if interrupted while waiting
   */
  public List<TrialFailure> run(List<Multiaddr> peers, TrialPlan plan) throws InterruptedException {
    tell(new TrialEvent.Started(host.peerId()));
    attempt("listen", plan, host.start());
    for (Multiaddr address : host.listenAddresses()) {
      tell(new TrialEvent.Listening(address.withPeerId(host.peerId())));
    }
    for (Multiaddr peer : peers) {
      Optional<Connection> connection = attempt("dial", plan, host.connect(peer));
      if (connection.isPresent()) {
        tryAll(punches ? direct(connection.get(), plan) : connection.get(), plan);
      }
    }
    if (!peers.isEmpty()) {
      tell(new TrialEvent.Done(failures()));
    }
    return failures();
  }

  /** The connection to go on with: the direct one that comes to be beside a relayed one. */
  private Connection direct(Connection connection, TrialPlan plan) throws InterruptedException {
    if (!connection.isLimited()) {
      return connection;
    }
    Promise<Connection> promise = connection.eventLoop().newPromise();
    HostListener watch =
        new HostListener() {
          @Override
          public void onConnected(Connection other) {
            if (other.remotePeer().equals(connection.remotePeer()) && !other.isLimited()) {
              promise.trySuccess(other);
            }
          }
        };
    host.addListener(watch);
    host.connection(connection.remotePeer()).ifPresent(watch::onConnected);
    try {
      return attempt("dcutr", plan, promise).orElse(connection);
    } finally {
      host.removeListener(watch);
    }
  }

  private void askWhetherReached(Connection connection, AutoNatClient client, TrialPlan plan)
      throws InterruptedException {
    Set<String> protocols = connection.peerInfo().map(PeerInfo::protocols).orElse(Set.of());
    List<Multiaddr> addresses =
        host.addresses().stream().limit(AutoNatMessage.MAX_ADDRESSES).toList();
    if (protocols.contains(AutoNatMessage.PROTOCOL_ID)) {
      attempt("autonat", plan, client.ask(connection, addresses))
          .ifPresent(probe -> tell(new TrialEvent.Probed(probe)));
    }
    if (protocols.contains(AutoNat1Message.PROTOCOL_ID)) {
      attempt("autonat-1", plan, client.askByVersion1(connection, addresses))
          .ifPresent(probe -> tell(new TrialEvent.Probed(probe)));
    }
  }

  private List<TrialFailure> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  private void tryAll(Connection connection, TrialPlan plan) throws InterruptedException {
    PeerId peer = connection.remotePeer();
    Trial trial = new Trial(connection, plan.stepDeadline());
    awaitIdentify(peer, plan);
    if (autoNat.isPresent()) {
      askWhetherReached(connection, autoNat.get(), plan);
    }
    for (int i = 0; i < plan.pings(); i++) {
      attempt("ping", plan, ping.ping(connection))
          .ifPresent(roundTrip -> tell(new TrialEvent.Pinged(peer, roundTrip)));
    }
    if (plan.echoBytes() > 0) {
      exchange(peer, "echo", 1, plan, trial.echo(plan.echoBytes()));
    }
    if (plan.sinkBytes() > 0) {
      exchange(peer, "sink", 1, plan, trial.sink(plan.sinkBytes()));
    }
    if (plan.sourceBytes() > 0) {
      exchange(peer, "source", 1, plan, trial.source(plan.sourceBytes()));
    }
    if (plan.streams() > 0) {
      int streams = plan.streams();
      exchange(peer, "streams", streams, plan, trial.echoes(streams, TrialPlan.STREAM_BYTES));
    }
    if (plan.edges()) {
      exchange(peer, "half-close", 1, plan, trial.sink(0));
      end(peer, "reset", plan, trial.reset());
      end(peer, "refusal", plan, trial.refused(UNKNOWN_PROTOCOL));
      flood(peer, plan, trial);
    }
    if (plan.perfUpBytes() > 0 || plan.perfDownBytes() > 0) {
      attempt("perf", plan, PerfService.run(connection, plan.perfUpBytes(), plan.perfDownBytes()))
          .ifPresent(
              result ->
                  tell(
                      new TrialEvent.Measured(
                          peer, result.uploadBytes(), result.downloadBytes(), result.elapsed())));
    }
  }

  private void awaitIdentify(PeerId peer, TrialPlan plan) throws InterruptedException {
    long deadline = System.nanoTime() + plan.stepDeadline().toNanos();
    synchronized (identified) {
      while (!identified.contains(peer)) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          fail("identify", new IOException("the peer does not say what it is"));
          return;
        }
        identified.wait(left);
      }
    }
  }

  private void exchange(PeerId peer, String step, int streams, TrialPlan plan, Future<Moved> moving)
      throws InterruptedException {
    attempt(step, plan, moving)
        .ifPresent(moved -> tell(new TrialEvent.Exchanged(peer, step, streams, moved)));
  }

  private void flood(PeerId peer, TrialPlan plan, Trial trial) throws InterruptedException {
    attempt("back-pressure", plan, trial.flood())
        .map(taken -> new Moved(taken, 0, Trial.QUIET))
        .ifPresent(moved -> tell(new TrialEvent.Exchanged(peer, "back-pressure", 1, moved)));
  }

  private void end(PeerId peer, String step, TrialPlan plan, Future<StreamReset> ending)
      throws InterruptedException {
    attempt(step, plan, ending)
        .ifPresent(
            reset -> tell(new TrialEvent.Ended(peer, step, reset.reason().name(), reset.code())));
  }

  /** Waits for a step; empty if it failed, which has then been told. */
  private <T> Optional<T> attempt(String step, TrialPlan plan, Future<T> running)
      throws InterruptedException {
    if (!running.await(plan.stepDeadline().toSeconds() + SLACK_SECONDS, TimeUnit.SECONDS)) {
      fail(step, new IOException("it hangs"));
      return Optional.empty();
    }
    if (!running.isSuccess()) {
      fail(step, running.cause());
      return Optional.empty();
    }
    return Optional.ofNullable(running.getNow());
  }

  private void fail(String step, Throwable cause) {
    TrialFailure failure = TrialFailure.of(step, cause);
    failures.add(failure);
    tell(new TrialEvent.Failed(failure));
  }
}

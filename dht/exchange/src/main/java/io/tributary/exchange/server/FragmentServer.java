package io.tributary.exchange.server;

import io.tributary.exchange.ExchangeMetrics;
import io.tributary.exchange.wire.FragmentCodec;
import io.tributary.exchange.wire.HaveCodec;
import io.tributary.exchange.wire.LaneCodec;
import io.tributary.ledger.PricePerGib;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.time.Timekeeper.Timer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * The answering side of an exchange on a host: serves fragments, tells which there are, and takes
 * vouchers. Thread-safe.
 */
public final class FragmentServer implements AutoCloseable {
  private final Host host;
  private final FragmentSource source;
  private final Optional<ServedLanes> lanes;
  private final Delivery.Shared shared;
  private final ServerSettings settings;
  private final Timekeeper time;
  private final Semaphore questions;
  private Optional<Timer> ticking = Optional.empty();
  private boolean isStopped;

  /**
   * A server that does not answer yet.
   *
   * @param source where fragments come from
   * @param access who is served
   * @param payee who is paid
   * @param price what is asked for at first
   * @param computing runs what computes long: signatures are checked there
   * @param time what late vouchers go by
   */
  public FragmentServer(
      Host host,
      FragmentSource source,
      AccessPolicy access,
      Payee payee,
      PricePerGib price,
      ServerSettings settings,
      Executor computing,
      Timekeeper time,
      ExchangeMetrics metrics) {
    this(
        host,
        source,
        access,
        Optional.of(new ServedLanes(payee, price, settings, computing, time, metrics)),
        settings,
        time,
        metrics);
  }

  private FragmentServer(
      Host host,
      FragmentSource source,
      AccessPolicy access,
      Optional<ServedLanes> lanes,
      ServerSettings settings,
      Timekeeper time,
      ExchangeMetrics metrics) {
    this.host = host;
    this.source = source;
    this.settings = settings;
    this.time = time;
    this.lanes = lanes;
    this.shared =
        new Delivery.Shared(source, access, lanes, new PeerTurns(settings), settings, metrics);
    this.questions = new Semaphore(settings.maxQuestions());
  }

  /**
   * A server that gives everything away to whomever it serves, and has no lanes. It does not answer
   * yet.
   *
   * @param source where fragments come from
   * @param access who is served
   * @param time what its ticks go by
   */
  public static FragmentServer giving(
      Host host,
      FragmentSource source,
      AccessPolicy access,
      ServerSettings settings,
      Timekeeper time,
      ExchangeMetrics metrics) {
    return new FragmentServer(host, source, access, Optional.empty(), settings, time, metrics);
  }

  /** Begins to answer. */
  public synchronized void start() {
    lanes.ifPresent(
        paid ->
            host.handle(
                LaneCodec.PROTOCOL,
                stream -> new LaneStream(stream, paid, host.peerId(), settings)));
    // A question is a few words, so that it may come over a relay while a hole is punched.
    host.handle(
        HaveCodec.PROTOCOL, stream -> new HaveQuestion(stream, source, questions, settings), true);
    host.handle(FragmentCodec.PROTOCOL, stream -> new Delivery(stream, shared));
    schedule();
  }

  private synchronized void schedule() {
    if (!isStopped && lanes.isPresent()) {
      ticking = Optional.of(time.after(settings.tick(), this::tick));
    }
  }

  private void tick() {
    lanes.ifPresent(ServedLanes::tick);
    schedule();
  }

  /**
   * Asks for another price from now on; vouchers under way may still be computed with the old. A
   * server that gives everything away goes on doing so.
   */
  public void changePrice(PricePerGib price) {
    lanes.ifPresent(paid -> paid.changePrice(price));
  }

  /** What is asked for now. */
  public PricePerGib price() {
    return shared.price();
  }

  /** Takes no more requests; deliveries under way go on. */
  @Override
  public synchronized void close() {
    isStopped = true;
    ticking.ifPresent(Timer::cancel);
    host.unhandle(FragmentCodec.PROTOCOL);
    host.unhandle(HaveCodec.PROTOCOL);
    if (lanes.isPresent()) {
      host.unhandle(LaneCodec.PROTOCOL);
    }
  }
}

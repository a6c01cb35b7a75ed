package io.tributary.exchange.client;

import io.netty.util.concurrent.Future;
import io.tributary.exchange.Breakage;
import io.tributary.exchange.FragmentRequest;
import io.tributary.exchange.LanePayment;
import io.tributary.exchange.Reason;
import io.tributary.exchange.lane.PayerLane.BreakOff;
import io.tributary.exchange.wire.FragmentCodec;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.DialException;
import io.tributary.libp2p.Host;
import io.tributary.libp2p.Stream;
import java.time.Duration;
import java.util.Optional;

/**
 * The way of a fetch to the stream on which it asks: a direct connection, a lane on it, and leave
 * to ask for so many bytes. Confined to the fetch's {@link Home}, which moves to the connection's.
 *
 * <p>It ends with {@link Goal#onStream} or {@link Goal#onFailed}, once, and silently if the fetch
 * is over meanwhile. A connection that ends before anything was asked on it was perhaps ending
 * already when it was chosen: the way is then begun once more.
 */
final class Approach {

  /** The fetch that is on its way. */
  interface Goal {
    /** Whether nobody waits any more. */
    boolean isOver();

    /** There is a stream on which to say a request; also told if the fetch is over by then. */
    void onStream(Stream stream, FragmentRequest request);

    /** There is no way. */
    void onFailed(FetchException reason);
  }

  private final Transfer.Shared shared;
  private final Provider provider;
  private final FetchRequest wanted;
  private final Home home;
  private final Purchase purchase;
  private final Goal goal;
  private final long startNanos;
  private boolean isAgain;

  Approach(
      Transfer.Shared shared,
      Provider provider,
      FetchRequest wanted,
      Home home,
      Purchase purchase,
      Goal goal) {
    this.shared = shared;
    this.provider = provider;
    this.wanted = wanted;
    this.home = home;
    this.purchase = purchase;
    this.goal = goal;
    this.startNanos = shared.time().nanoTime();
  }

  void start() {
    shared
        .host()
        .connectDirectly(provider.peer(), provider.addresses(), directWithin())
        .addListener((Future<Connection> connecting) -> home.run(() -> onConnect(connecting)));
  }

  /** Fragments do not go over relays; while one waits another source may be asked. */
  private Duration directWithin() {
    Duration half = wanted.deadline().dividedBy(2);
    return half.compareTo(Host.DIRECT_WITHIN) < 0 ? half : Host.DIRECT_WITHIN;
  }

  private void onConnect(Future<Connection> connecting) {
    if (goal.isOver()) {
      return;
    }
    if (!connecting.isSuccess()) {
      goal.onFailed(
          new FetchException(
              isRelayedOnly(connecting.cause()) ? Breakage.RELAYED_ONLY : Breakage.UNREACHABLE,
              provider.peer() + " is not reached",
              connecting.cause()));
      return;
    }
    Connection connection = connecting.getNow();
    home.moveTo(connection.eventLoop());
    home.run(() -> meet(connection));
  }

  private static boolean isRelayedOnly(Throwable failure) {
    return failure instanceof DialException dial
        && dial.reason() == DialException.Reason.RELAYED_ONLY;
  }

  private void meet(Connection connection) {
    if (shared.lanes().isEmpty() || provider.payee().isEmpty()) {
      open(connection, Optional.empty());
      return;
    }
    PaidLanes lanes = shared.lanes().get();
    if (lanes.payer().ledger().trouble().isPresent()) {
      goal.onFailed(new FetchException(Breakage.LEDGER_TROUBLE, "vouchers cannot be written down"));
      return;
    }
    Optional<PaidLane> lane = lanes.lane(provider.payee().get());
    if (lane.isEmpty()) {
      goal.onFailed(new FetchException(Breakage.TOO_MANY_FETCHES, "no lane is free"));
      return;
    }
    lane.get().meet(connection, refused -> home.run(() -> onMet(connection, lane.get(), refused)));
  }

  private void onMet(Connection connection, PaidLane lane, Optional<Reason> refused) {
    if (goal.isOver()) {
      return;
    }
    if (refused.isPresent()) {
      if (refused.get() != Breakage.CONNECTION_LOST || !beginAgain()) {
        failOnLane(refused.get());
      }
      return;
    }
    lane.begin(
        wanted.range().length(), denied -> home.run(() -> onLeave(connection, lane, denied)));
  }

  private void onLeave(Connection connection, PaidLane lane, Optional<Reason> denied) {
    if (denied.isEmpty()) {
      purchase.begin(lane);
    }
    if (goal.isOver()) {
      purchase.brokenOff(BreakOff.CANCELLED_HERE);
    } else if (denied.isPresent()) {
      failOnLane(denied.get());
    } else {
      Payer payer = shared.lanes().orElseThrow().payer();
      long number = lane.lane().lane().lane();
      open(connection, Optional.of(new LanePayment(payer.address(), number, wanted.ceiling())));
    }
  }

  private void failOnLane(Reason reason) {
    goal.onFailed(
        new FetchException(
            reason,
            provider.peer()
                + " on the lane to "
                + provider.payee().map(Object::toString).orElse("nobody")));
  }

  private void open(Connection connection, Optional<LanePayment> payment) {
    long leftMillis =
        wanted.deadline().toMillis()
            - Duration.ofNanos(shared.time().nanoTime() - startNanos).toMillis();
    FragmentRequest request =
        new FragmentRequest(
            wanted.name(),
            wanted.range(),
            payment,
            Duration.ofMillis(
                Math.max(1, Math.min(leftMillis, FragmentRequest.MAX_DEADLINE.toMillis()))));
    connection
        .newStream(FragmentCodec.PROTOCOL)
        .addListener(
            (Future<Stream> opened) -> home.run(() -> onStream(connection, opened, request)));
  }

  private void onStream(Connection connection, Future<Stream> opened, FragmentRequest request) {
    if (opened.isSuccess()) {
      goal.onStream(opened.getNow(), request);
    } else if (connection.isOpen() || goal.isOver() || !beginAgain()) {
      goal.onFailed(
          new FetchException(
              Breakage.CONNECTION_LOST, "no stream to " + provider.peer(), opened.cause()));
    }
  }

  /** Takes the way once more, if this was the first time. Nothing has been asked for. */
  private boolean beginAgain() {
    if (isAgain) {
      return false;
    }
    isAgain = true;
    purchase.brokenOff(BreakOff.CANCELLED_HERE);
    start();
    return true;
  }
}

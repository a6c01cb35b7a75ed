package io.tributary.libp2p.relay;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.multiformats.AddressComponent;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.time.Timekeeper;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.TransportListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place at a relay where this host listens: a {@link Reservation} that is renewed until it is
 * {@linkplain #close given up} or lost. Thread-safe.
 *
 * <p>It is lost when the relay refuses to renew it, or can't be asked until it expires, or when the
 * connection to the relay ends and the relay does not grant it anew.
 */
public final class RelayPlace implements TransportListener {

  private static final Duration RETRY = Duration.ofSeconds(30);
  private static final Duration MIN_LIFE = Duration.ofMinutes(1);

  /** What part of a reservation's life passes before it is renewed. */
  private static final double RENEWED_AFTER = 0.75;

  /** Who asks the relay, and hears of the end. */
  interface Owner {
    Timekeeper time();

    Future<Reservation> renew(RelayPlace place);

    void onClosed(RelayPlace place);
  }

  private final PeerId relay;
  private final List<Multiaddr> reachedAt;
  private final Acceptor acceptor;
  private final Owner owner;
  private final Promise<Void> closed;
  private volatile Reservation reservation;
  private volatile @Nullable Throwable cause;
  private Timekeeper.@Nullable Timer timer;
  private boolean renewing;

  RelayPlace(
      PeerId relay,
      List<Multiaddr> reachedAt,
      Acceptor acceptor,
      Reservation reservation,
      Promise<Void> closed,
      Owner owner) {
    this.relay = relay;
    this.reachedAt = List.copyOf(reachedAt);
    this.acceptor = acceptor;
    this.reservation = reservation;
    this.closed = closed;
    this.owner = owner;
  }

  /** The relay. */
  public PeerId relay() {
    return relay;
  }

  /** What the relay has granted last. */
  public Reservation reservation() {
    return reservation;
  }

  /** Why the place was lost, if it was. */
  public Optional<Throwable> lostBy() {
    return Optional.ofNullable(cause);
  }

  /** Where the relay itself is reached. */
  List<Multiaddr> relayAddresses() {
    return reachedAt;
  }

  Acceptor acceptor() {
    return acceptor;
  }

  @Override
  public Multiaddr address() {
    return addresses().get(0);
  }

  /** The relay's addresses, each followed by {@code /p2p/RELAY/p2p-circuit}. */
  @Override
  public List<Multiaddr> addresses() {
    return reachedAt.stream()
        .map(each -> each.withPeerId(relay).with(AddressComponent.of(AddressProtocol.P2P_CIRCUIT)))
        .toList();
  }

  /** Waits until it is time to renew. */
  synchronized void scheduleRenewal() {
    Duration left = Duration.between(owner.time().clock().instant(), reservation.expiry());
    // A relay whose clock is late grants what has expired here already.
    Duration life = left.compareTo(MIN_LIFE) < 0 ? MIN_LIFE : left;
    if (life.compareTo(RelayLimits.MAX_LIFE) > 0) {
      // One may grant thousands of years, which is more than a timer takes.
      life = RelayLimits.MAX_LIFE;
    }
    renewAfter(Duration.ofMillis((long) (life.toMillis() * RENEWED_AFTER)));
  }

  private void renewAfter(Duration delay) {
    if (!closed.isDone()) {
      timer = owner.time().after(delay, () -> renew(true));
    }
  }

  /** The connection to the relay has ended, and with it the reservation. */
  void onRelayGone() {
    renew(false);
  }

  private void renew(boolean holdsStill) {
    synchronized (this) {
      if (renewing || closed.isDone()) {
        return;
      }
      renewing = true;
      cancelTimer();
    }
    owner
        .renew(this)
        .addListener(
            (Future<Reservation> result) -> {
              synchronized (this) {
                renewing = false;
              }
              if (result.isSuccess()) {
                reservation = result.getNow();
                scheduleRenewal();
              } else if (holdsStill && mayRetry(result.cause())) {
                synchronized (this) {
                  renewAfter(RETRY);
                }
              } else {
                lose(result.cause());
              }
            });
  }

  private boolean mayRetry(Throwable failure) {
    boolean refused =
        failure instanceof RelayException known
            && known.reason() != RelayException.Reason.NO_ANSWER
            && known.reason() != RelayException.Reason.RELAY_UNREACHABLE;
    return !refused && owner.time().clock().instant().plus(RETRY).isBefore(reservation.expiry());
  }

  private void lose(Throwable failure) {
    cause = failure;
    close();
  }

  @Override
  public Future<Void> closed() {
    return closed;
  }

  /** Gives the place up: takes no more circuits from the relay, and lets the reservation expire. */
  @Override
  public Future<Void> close() {
    synchronized (this) {
      cancelTimer();
    }
    if (closed.trySuccess(null)) {
      owner.onClosed(this);
    }
    return closed;
  }

  private void cancelTimer() {
    Timekeeper.Timer current = timer;
    if (current != null) {
      current.cancel();
    }
  }
}

package io.tributary.libp2p.dcutr;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.peers.PeerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The side of B, that was reached over the relay and begins. */
final class PunchInitiative extends PunchSide {
  /** How long the two may take to meet before the peer is dialled meanwhile. */
  static final Duration DIAL_AFTER = Duration.ofMillis(500);

  private volatile List<Multiaddr> theirs = List.of();
  private final List<Future<Connection>> meanwhile = new ArrayList<>();

  PunchInitiative(HolePuncher puncher, Connection relayed) {
    super(puncher, relayed);
  }

  @Override
  boolean isInitiative() {
    return true;
  }

  @Override
  void forget() {
    puncher.forget(this);
  }

  void begin(PeerInfo info) {
    List<Multiaddr> open = puncher.usable(info.listenAddresses());
    if (open.isEmpty()) {
      attempt(info);
      return;
    }
    dial(open, () -> attempt(info));
  }

  /** Dials as to anybody, and does something else if that fails. */
  private void dial(List<Multiaddr> addresses, Runnable otherwise) {
    if (puncher.options().reversalTime().isZero()) {
      otherwise.run();
      return;
    }
    Future<Connection> dialling = puncher.host().connect(peer(), addresses);
    after(puncher.options().reversalTime(), () -> dialling.cancel(false));
    dialling.addListener(
        (Future<Connection> result) -> {
          if (!isFinished() && (!result.isSuccess() || result.getNow().isLimited())) {
            otherwise.run();
          }
        });
  }

  private void attempt(PeerInfo info) {
    if (isFinished()) {
      return;
    }
    if (!info.protocols().isEmpty() && !info.protocols().contains(HolePunchMessage.PROTOCOL_ID)) {
      finish(PunchResult.UNSUPPORTED);
      return;
    }
    attempt();
  }

  private void attempt() {
    if (isFinished()) {
      return;
    }
    List<Multiaddr> own = puncher.ownAddresses();
    if (own.isEmpty()) {
      finish(PunchResult.NO_OWN_ADDRESS);
      return;
    }
    relayed
        .newStreamOnLimited(List.of(HolePunchMessage.PROTOCOL_ID))
        .addListener(
            (Future<Stream> opened) -> {
              if (opened.isSuccess()) {
                new PunchAsking(this, opened.getNow()).begin(own);
              } else {
                finish(PunchResult.RELAY_LOST);
              }
            });
  }

  /** Where the peer says it is seen. */
  void onAnswered(List<Multiaddr> addresses) {
    theirs = addresses;
  }

  /**
   * When the first attempt has not led to anything for a moment, the peer is dialled as by anybody
   * meanwhile: from other ports, so that it takes no such connection for one that both have agreed
   * on.
   */
  @Override
  void awaitAttempt() {
    if (attempts() > 1 || puncher.options().reversalTime().isZero()) {
      super.awaitAttempt();
      return;
    }
    Duration whole = puncher.options().attemptTime();
    Duration half = whole.dividedBy(2);
    Duration wait = half.compareTo(DIAL_AFTER) < 0 ? half : DIAL_AFTER;
    after(
        wait,
        () -> {
          dialMeanwhile();
          after(whole.minus(wait), this::onAttemptOver);
        });
  }

  private synchronized void dialMeanwhile() {
    if (!isFinished()) {
      theirs.forEach(each -> meanwhile.add(puncher.host().connectOnly(each.withPeerId(peer()))));
    }
  }

  @Override
  synchronized void stopPunching() {
    super.stopPunching();
    meanwhile.forEach(each -> each.cancel(false));
    meanwhile.clear();
  }

  @Override
  void onAttemptOver() {
    stopPunching();
    if (attempts() >= puncher.options().attempts()) {
      finish(PunchResult.NOT_MET);
    } else {
      attempt();
    }
  }
}

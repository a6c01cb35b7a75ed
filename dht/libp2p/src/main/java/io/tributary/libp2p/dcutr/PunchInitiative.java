package io.tributary.libp2p.dcutr;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.Connection;
import io.tributary.libp2p.Stream;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.peers.PeerInfo;
import java.util.List;

/** The side of B, that was reached over the relay and begins. */
final class PunchInitiative extends PunchSide {
  private volatile List<Multiaddr> theirs = List.of();

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

  @Override
  void onAttemptOver() {
    stopPunching();
    if (attempts() >= puncher.options().attempts()) {
      finish(PunchResult.NOT_MET);
    } else if (attempts() == 1) {
      dial(theirs, this::attempt);
    } else {
      attempt();
    }
  }
}

package io.tributary.libp2p.dcutr;

import io.tributary.libp2p.Connection;

/** The side of A, that made the relayed connection and answers. */
final class PunchReply extends PunchSide {
  PunchReply(HolePuncher puncher, Connection relayed) {
    super(puncher, relayed);
  }

  @Override
  boolean isInitiative() {
    return false;
  }

  @Override
  void forget() {
    puncher.forget(this);
  }

  /** The peer may ask again, so it is decided only when it has not for a while. */
  @Override
  void onAttemptOver() {
    stopPunching();
    if (attempts() >= puncher.options().attempts()) {
      finish(PunchResult.NOT_MET);
    } else {
      after(puncher.options().exchangeTime(), () -> finish(PunchResult.NOT_MET));
    }
  }
}

package io.tributary.libp2p.security;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A handshake under way, seen from outside: its deadline, the peer it must end at, and its one
 * outcome. For implementers of {@link SecurityProtocol}.
 *
 * <p>Made and used on the channel's event loop, except {@link #future}. An implementer adds its own
 * handlers, then calls {@link #start}, then one of {@link #succeed} and {@link #fail}.
 */
public final class PendingSession {
  private final Channel channel;
  private final Optional<PeerId> expectedPeer;
  private final Promise<SecureSession> promise;
  private final PlaintextGate gate = new PlaintextGate();

  public PendingSession(Channel channel, Optional<PeerId> expectedPeer) {
    this.channel = channel;
    this.expectedPeer = expectedPeer;
    this.promise = channel.eventLoop().newPromise();
  }

  /** The outcome, as {@link SecurityProtocol#secure} promises it. */
  public Future<SecureSession> future() {
    return promise;
  }

  /** Whether the outcome is known. */
  public boolean isDone() {
    return promise.isDone();
  }

  /** Whether the handshake has ended well. */
  public boolean isEstablished() {
    return promise.isSuccess();
  }

  /**
   * Puts the gate for early bytes at the pipeline's tail and starts the clock.
   *
   * @param deadline how long the handshake may take, by the event loop's clock
   */
  public void start(Duration deadline) {
    channel.pipeline().addLast(gate);
    ScheduledFuture<?> timer =
        channel
            .eventLoop()
            .schedule(
                () ->
                    fail(Reason.HANDSHAKE_TIMEOUT, "not done after " + deadline.toMillis() + " ms"),
                deadline.toNanos(),
                TimeUnit.NANOSECONDS);
    promise.addListener(
        done -> {
          timer.cancel(false);
          if (done.isCancelled()) {
            channel.close();
          }
        });
    channel
        .closeFuture()
        .addListener(closed -> fail(Reason.CONNECTION_CLOSED, "closed during the handshake"));
  }

  /**
   * Checks that a key is the one of the expected peer.
   *
   * @throws SecureChannelException with {@link Reason#PEER_ID_MISMATCH} if not
   */
  public void requireExpected(PublicKey remoteKey) throws SecureChannelException {
    PeerId actual = remoteKey.peerId();
    if (expectedPeer.isPresent() && !expectedPeer.get().equals(actual)) {
      throw new SecureChannelException(
          Reason.PEER_ID_MISMATCH,
          "expected peer " + expectedPeer.get() + ", the one at this address is " + actual);
    }
  }

  /**
   * Ends the handshake with a session and opens the gate after the listeners have run. The caller
   * has checked the key with {@link #requireExpected}.
   */
  public void succeed(PublicKey remoteKey, Optional<String> earlyMuxer) {
    if (promise.trySuccess(new SecureSession(remoteKey.peerId(), remoteKey, earlyMuxer))) {
      // A task of its own: should Netty have put off the listeners, they are queued before it.
      channel.eventLoop().execute(this::openGate);
    }
  }

  /** Ends the handshake with a failure and closes the channel; does nothing if it has ended. */
  public void fail(SecureChannelException failure) {
    if (promise.tryFailure(failure)) {
      channel.close();
    }
  }

  /** Ends the handshake with a failure and closes the channel; does nothing if it has ended. */
  public void fail(Reason reason, String detail) {
    if (!promise.isDone()) {
      fail(new SecureChannelException(reason, detail));
    }
  }

  private void openGate() {
    ChannelHandlerContext context = channel.pipeline().context(gate);
    if (context != null) {
      gate.open(context);
    }
  }
}

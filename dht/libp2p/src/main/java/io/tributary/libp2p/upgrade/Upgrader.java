package io.tributary.libp2p.upgrade;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.multistream.ChannelNegotiator;
import io.tributary.libp2p.multistream.Negotiation;
import io.tributary.libp2p.multistream.NegotiationException;
import io.tributary.libp2p.multistream.Proposer;
import io.tributary.libp2p.multistream.Responder;
import io.tributary.libp2p.muxer.StreamMuxer;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureChannelException;
import io.tributary.libp2p.security.SecureSession;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.upgrade.UpgradeException.Step;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Secures channels and finds their muxer.
 *
 * <pre>
 *  channel -> [multistream: /tls/1.0.0 | /noise] -> handshake -> muxer named in it?
 *                                                                  | no
 *                                                 [multistream: /yamux/1.0.0] -> upgraded
 * </pre>
 *
 * Thread-safe.
 */
public final class Upgrader {

  /** Default of {@code negotiationDeadline}. */
  public static final Duration DEFAULT_NEGOTIATION_DEADLINE = Duration.ofSeconds(10);

  private final Map<String, SecurityProtocol> securities = new LinkedHashMap<>();
  private final Map<String, StreamMuxer> muxers = new LinkedHashMap<>();
  private final Duration negotiationDeadline;

  /**
   * An upgrader.
   *
   * @param securities what to propose and accept, the preferred one first
   * @param muxers likewise
   * @param negotiationDeadline how long each of the two negotiations may take; the handshake has
   *     its own deadline
   */
  public Upgrader(
      List<SecurityProtocol> securities, List<StreamMuxer> muxers, Duration negotiationDeadline) {
    if (securities.isEmpty() || muxers.isEmpty()) {
      throw new IllegalArgumentException("at least one security protocol and one muxer are needed");
    }
    securities.forEach(each -> this.securities.put(each.id(), each));
    muxers.forEach(each -> this.muxers.put(each.protocolId(), each));
    this.negotiationDeadline = negotiationDeadline;
  }

  /** Told of the outcome, once, on the channel's event loop. */
  public interface Callback {

    /**
     * The channel is secured. The muxer must be attached before this returns, since its bytes may
     * have arrived.
     */
    void onUpgraded(SecureSession session, String security, StreamMuxer muxer);

    /** The upgrade failed; the channel is closed. */
    void onFailed(UpgradeException cause);
  }

  /**
   * Upgrades a channel. Must be called on its event loop, before anything is read.
   *
   * @param expectedPeer the only peer that will do; empty to take any
   */
  public void upgrade(
      Channel channel, Role role, Optional<PeerId> expectedPeer, Callback callback) {
    new Upgrade(channel, role, expectedPeer, callback).negotiateSecurity();
  }

  /** One upgrade under way. */
  private final class Upgrade {
    private final Channel channel;
    private final Role role;
    private final Optional<PeerId> expectedPeer;
    private final Callback callback;

    Upgrade(Channel channel, Role role, Optional<PeerId> expectedPeer, Callback callback) {
      this.channel = channel;
      this.role = role;
      this.expectedPeer = expectedPeer;
      this.callback = callback;
    }

    void negotiateSecurity() {
      negotiate(
          Step.SECURITY_NEGOTIATION,
          securities,
          (id, security) ->
              security
                  .secure(channel, role, expectedPeer, List.copyOf(muxers.keySet()))
                  .addListener((Future<SecureSession> result) -> onSecured(id, result)));
    }

    private void onSecured(String security, Future<SecureSession> result) {
      if (!result.isSuccess()) {
        Throwable cause = result.cause();
        fail(
            cause instanceof SecureChannelException failure
                ? new UpgradeException(Step.SECURITY_HANDSHAKE, failure)
                : new UpgradeException(Step.SECURITY_HANDSHAKE, cause));
        return;
      }
      SecureSession session = result.getNow();
      Optional<StreamMuxer> early = session.earlyMuxer().map(muxers::get);
      if (early.isPresent()) {
        callback.onUpgraded(session, security, early.get());
      } else {
        negotiate(
            Step.MUXER_NEGOTIATION,
            muxers,
            (id, muxer) -> callback.onUpgraded(session, security, muxer));
      }
    }

    private <P> void negotiate(Step step, Map<String, P> choices, Agreement<P> agreement) {
      Negotiation negotiation =
          role == Role.INITIATOR
              ? new Proposer(List.copyOf(choices.keySet()))
              : new Responder(choices.keySet());
      ChannelNegotiator.start(
          channel,
          negotiation,
          negotiationDeadline,
          new ChannelNegotiator.Callback() {
            @Override
            public void onAgreed(String protocol) {
              P choice = choices.get(protocol);
              if (choice == null) {
                throw new IllegalStateException("agreed on " + protocol + ", which is not offered");
              }
              try {
                agreement.accept(protocol, choice);
              } catch (RuntimeException e) {
                // The negotiation is over, so nobody else would end the channel.
                fail(new UpgradeException(step, e));
              }
            }

            @Override
            public void onFailed(NegotiationException cause) {
              fail(new UpgradeException(step, cause));
            }
          });
    }

    private void fail(UpgradeException cause) {
      channel.close();
      callback.onFailed(cause);
    }
  }

  private interface Agreement<P> {
    void accept(String id, P choice);
  }
}

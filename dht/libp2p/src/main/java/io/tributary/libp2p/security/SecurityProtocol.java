package io.tributary.libp2p.security;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.multiformats.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A protocol that secures a channel and proves the identity of the peer at its far end.
 *
 * <p>Thread-safe: one instance secures all connections of a host.
 */
public interface SecurityProtocol {

  /** How long a handshake may take, if the owner does not say otherwise. */
  Duration DEFAULT_HANDSHAKE_DEADLINE = Duration.ofSeconds(10);

  /** The id by which the protocol is negotiated, such as {@code /noise}. */
  String id();

  /**
   * Performs the handshake on a connected channel.
   *
   * <p>The protocol appends its handlers to the tail of the channel's pipeline. Once the returned
   * future has succeeded, handlers added behind them read and write plain bytes as {@code
   * ByteBuf}s.
   *
   * <p><b>Bytes that come early.</b> The peer may send plain bytes together with its last handshake
   * message. They, and a close of the channel that follows them, are held back until the event loop
   * has called the listeners of the returned future, and are then read by the handlers that are in
   * the pipeline. So the next handler must be added <em>in a listener that was registered before
   * the handshake ended</em>; that is certain if this method and {@code addListener} are called in
   * one task of the channel's event loop.
   *
   * <p><b>Failure.</b> The future fails with a {@link SecureChannelException} and the channel is
   * closed. Cancelling the future closes the channel too. What goes wrong later, such as bytes that
   * do not decrypt, arrives at the next handler as {@code exceptionCaught} with a {@link
   * SecureChannelException}, and the channel is closed.
   *
   * @param rawChannel a connected channel; calls from outside its event loop are moved there
   * @param role the part this side plays
   * @param expectedPeer the only peer that will do, verified before it learns who this side is
   *     where the protocol allows that; empty to take any
   * @param muxers ids of the muxers this side supports, the preferred one first; if empty, no muxer
   *     is agreed on in the handshake
   * @return completed on the channel's event loop
   */
  Future<SecureSession> secure(
      Channel rawChannel, Role role, Optional<PeerId> expectedPeer, List<String> muxers);
}

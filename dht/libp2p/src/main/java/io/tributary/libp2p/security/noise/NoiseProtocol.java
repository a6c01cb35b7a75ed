package io.tributary.libp2p.security.noise;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.security.PendingSession;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureSession;
import io.tributary.libp2p.security.SecurityProtocol;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The security protocol {@code /noise}: Noise XX with X25519, ChaCha20-Poly1305 and SHA-256.
 *
 * <p>Each connection has a static key of its own, made for it and signed by the identity key. The
 * muxers of both sides travel inside the handshake, encrypted.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/noise/README.md">noise-libp2p</a>
 */
public final class NoiseProtocol implements SecurityProtocol {
  /** The id under which it is negotiated. */
  public static final String ID = "/noise";

  private final PrivateKey identity;
  private final AeadProvider provider;
  private final DhKey.Generator keys;
  private final Duration handshakeDeadline;

  /** Secures with the fastest ciphers there are and the default deadline. */
  public NoiseProtocol(PrivateKey identity) {
    this(identity, AeadProvider.preferred(), DEFAULT_HANDSHAKE_DEADLINE, new SecureRandom());
  }

  /**
   * @param identity this peer's key
   * @param provider who computes the ciphers; must be available
   * @param handshakeDeadline how long a handshake may take
   * @param random the source of keys, where the provider does not have its own
   * @throws IllegalArgumentException if the provider is not available or the deadline not positive
   */
  public NoiseProtocol(
      PrivateKey identity, AeadProvider provider, Duration handshakeDeadline, SecureRandom random) {
    if (!provider.isAvailable()) {
      throw new IllegalArgumentException("provider " + provider + " is not available here");
    }
    if (handshakeDeadline.isNegative() || handshakeDeadline.isZero()) {
      throw new IllegalArgumentException(
          "handshakeDeadline " + handshakeDeadline + " is not positive");
    }
    this.identity = identity;
    this.provider = provider;
    this.keys =
        provider.security().map(NativeDhKey::generator).orElse(PortableDhKey.generator(random));
    this.handshakeDeadline = handshakeDeadline;
  }

  @Override
  public String id() {
    return ID;
  }

  /** Returns who computes the ciphers of this instance. */
  public AeadProvider provider() {
    return provider;
  }

  @Override
  public Future<SecureSession> secure(
      Channel rawChannel, Role role, Optional<PeerId> expectedPeer, List<String> muxers) {
    EventLoop loop = rawChannel.eventLoop();
    PendingSession pending = new PendingSession(rawChannel, expectedPeer);
    List<String> ours = List.copyOf(muxers);
    if (loop.inEventLoop()) {
      start(rawChannel, role, ours, pending);
    } else {
      loop.execute(() -> start(rawChannel, role, ours, pending));
    }
    return pending.future();
  }

  private void start(Channel channel, Role role, List<String> muxers, PendingSession pending) {
    NoiseHandshakeHandler handler =
        new NoiseHandshakeHandler(role, identity, provider, keys, muxers, pending);
    channel.pipeline().addLast(handler);
    pending.start(handshakeDeadline);
    handler.begin(channel.pipeline().context(handler));
  }
}

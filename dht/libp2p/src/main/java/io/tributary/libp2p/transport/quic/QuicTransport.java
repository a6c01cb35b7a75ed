package io.tributary.libp2p.transport.quic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.quic.Quic;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.AddressProtocol;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.muxer.ReceiveBudget;
import io.tributary.libp2p.muxer.SendBudget;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.tls.CertificateRotation;
import io.tributary.libp2p.transport.Acceptor;
import io.tributary.libp2p.transport.DialTarget;
import io.tributary.libp2p.transport.DialTarget.LocalPort;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.Transport;
import io.tributary.libp2p.transport.TransportConnection;
import io.tributary.libp2p.transport.TransportListener;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The transport of {@code /ip4/.../udp/.../quic-v1} and {@code /ip6/.../udp/.../quic-v1}: QUIC
 * version 1 with libp2p's TLS.
 *
 * <p><b>Sockets.</b> An address that is listened at has one UDP socket, and connections are dialled
 * from it too, so that peers and NATs see one port of this host. Where nothing suitable is listened
 * at, all dials of one IP version share a socket, which is closed after the last of its
 * connections. All connections of a socket live on one event loop.
 *
 * <p><b>Wire.</b> Each libp2p stream is a bidirectional QUIC stream that begins with
 * multistream-select; see {@link QuicOptions} for what is bounded. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9000">RFC 9000</a>
 * @see <a href="https://github.com/libp2p/specs/blob/master/quic/README.md">QUIC in libp2p</a>
 */
public final class QuicTransport implements Transport {

  private static final int NOISE_BYTES = 64;

  /** Leaves the bit out that every datagram of QUIC has set. */
  private static final int NOT_QUIC = ~0x40;

  private final QuicParts parts;
  private final List<QuicSocket> listeners = new CopyOnWriteArrayList<>();
  private final Map<DialKey, DialSocket> dialSockets = new HashMap<>();

  /** What dials must have in common to share a socket. */
  private record DialKey(boolean ip4, boolean loopback) {
    static DialKey of(InetAddress remote) {
      return new DialKey(remote instanceof Inet4Address, remote.isLoopbackAddress());
    }

    InetSocketAddress anyPort() {
      try {
        String any = ip4 ? "0.0.0.0" : "::";
        String loop = ip4 ? "127.0.0.1" : "::1";
        return new InetSocketAddress(InetAddress.getByName(loopback ? loop : any), 0);
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address in digits is looked up nowhere", e);
      }
    }
  }

  /** A transport with default options and a certificate of its own. */
  public QuicTransport(IoEngine io, PrivateKey identity) {
    this(
        io,
        new CertificateRotation(identity, InstantSource.system(), new SecureRandom()),
        QuicOptions.defaults());
  }

  /**
   * A transport that signs its Retry tokens with a random secret.
   *
   * @param certificates what this host presents; may be shared with TLS over TCP
   */
  public QuicTransport(IoEngine io, CertificateRotation certificates, QuicOptions options) {
    this(io, certificates, options, new SecureRandom());
  }

  private QuicTransport(
      IoEngine io, CertificateRotation certificates, QuicOptions options, SecureRandom random) {
    this(
        io,
        certificates,
        options,
        ReceiveBudget.ofDefaultSize(),
        SendBudget.ofDefaultSize(),
        randomSecret(random),
        random);
  }

  /**
   * A transport that shares its bounds on memory with the host's muxer and signs its Retry tokens
   * with a random secret.
   *
   * @param certificates what this host presents; may be shared with TLS over TCP
   * @param receiveBudget the bound on what all connections together hold
   * @param sendBudget the bound on what all connections together are to send
   */
  public QuicTransport(
      IoEngine io,
      CertificateRotation certificates,
      QuicOptions options,
      ReceiveBudget receiveBudget,
      SendBudget sendBudget) {
    this(
        io,
        certificates,
        options,
        receiveBudget,
        sendBudget,
        randomSecret(new SecureRandom()),
        new SecureRandom());
  }

  /**
   * A transport.
   *
   * @param receiveBudget the bound on what all connections together hold
   * @param sendBudget the bound on what all connections together are to send
   * @param retrySecret signs Retry tokens, at least 32 bytes; hosts behind one address may share it
   * @param random makes connection ids
   * @throws IllegalArgumentException if the secret is too short
   */
  public QuicTransport(
      IoEngine io,
      CertificateRotation certificates,
      QuicOptions options,
      ReceiveBudget receiveBudget,
      SendBudget sendBudget,
      byte[] retrySecret,
      SecureRandom random) {
    this.parts =
        new QuicParts(
            io,
            options,
            new QuicTls(certificates),
            RetryTokens.key(retrySecret),
            random,
            certificates.clock(),
            receiveBudget,
            sendBudget);
  }

  private static byte[] randomSecret(SecureRandom random) {
    byte[] secret = new byte[RetryTokens.SECRET_BYTES];
    random.nextBytes(secret);
    return secret;
  }

  /** Whether QUIC works here: its native library is on the class path and loads. */
  public static boolean isAvailable() {
    return Quic.isAvailable();
  }

  @Override
  public String name() {
    return "quic";
  }

  @Override
  public int pendingInbound() {
    return listeners.stream().mapToInt(QuicSocket::inboundHandshakes).sum();
  }

  @Override
  public boolean canDial(Multiaddr address) {
    List<AddressProtocol> protocols = address.protocols();
    int last = protocols.size() - 1;
    return last >= 2
        && protocols.get(last) == AddressProtocol.QUIC_V1
        && protocols.get(last - 1) == AddressProtocol.UDP
        && !address.isRelayed()
        && address.toSocketAddress().isPresent();
  }

  @Override
  public boolean canListen(Multiaddr address) {
    return canDial(address);
  }

  private static InetSocketAddress socketAddress(Multiaddr address) {
    return address
        .toSocketAddress()
        .orElseThrow(() -> new IllegalArgumentException(address + " is no address of QUIC"));
  }

  // Dialling

  /**
   * Connects.
   *
   * @param target its role must be that of the initiator: where hole punching makes the other side
   *     dial, this side sends {@linkplain #send datagrams} instead
   */
  @Override
  public Future<TransportConnection> dial(DialTarget target) {
    InetSocketAddress remote = socketAddress(target.address());
    if (target.role() != Role.INITIATOR) {
      throw new IllegalArgumentException("who dials by QUIC is the initiator");
    }
    Optional<QuicSocket> listener =
        target.localPort() == LocalPort.FRESH ? Optional.empty() : listenerFor(remote.getAddress());
    if (listener.isPresent()) {
      Promise<TransportConnection> promise = listener.get().eventLoop().newPromise();
      listener.get().dial(target, remote, promise, () -> {});
      return promise;
    }
    if (target.localPort() == LocalPort.LISTENING) {
      return parts
          .io()
          .group()
          .next()
          .newFailedFuture(new BindException("no listener whose socket could be used"));
    }
    return dialFromOwnSocket(target, remote);
  }

  private Future<TransportConnection> dialFromOwnSocket(
      DialTarget target, InetSocketAddress remote) {
    DialSocket from = dialSocket(DialKey.of(remote.getAddress()), target.localPort());
    Promise<TransportConnection> promise = from.loop.newPromise();
    from.socket.addListener(
        (Future<QuicSocket> result) -> {
          if (result.isSuccess()) {
            result.getNow().dial(target, remote, promise, () -> release(from));
          } else {
            release(from);
            promise.tryFailure(result.cause());
          }
        });
    return promise;
  }

  /** A socket that only dials, which may not be bound yet; retired when nobody uses it. */
  private static final class DialSocket {
    final DialKey key;
    final EventLoop loop;
    final Future<QuicSocket> socket;
    int uses;

    DialSocket(DialKey key, EventLoop loop, Future<QuicSocket> socket) {
      this.key = key;
      this.loop = loop;
      this.socket = socket;
    }
  }

  private DialSocket dialSocket(DialKey key, LocalPort port) {
    synchronized (dialSockets) {
      DialSocket known = port == LocalPort.FRESH ? null : dialSockets.get(key);
      if (known == null) {
        EventLoop loop = parts.io().group().next();
        known = new DialSocket(key, loop, QuicSocket.forDialling(parts, loop, key.anyPort()));
        if (port != LocalPort.FRESH) {
          dialSockets.put(key, known);
        }
      }
      known.uses++;
      return known;
    }
  }

  private void release(DialSocket socket) {
    synchronized (dialSockets) {
      socket.uses--;
      if (socket.uses > 0) {
        return;
      }
      dialSockets.remove(socket.key, socket);
    }
    if (socket.socket.isSuccess()) {
      socket.socket.getNow().retire();
    }
  }

  private Optional<QuicSocket> listenerFor(InetAddress remote) {
    for (QuicSocket listener : listeners) {
      InetAddress bound = listener.boundTo().getAddress();
      boolean sameFamily = (bound instanceof Inet4Address) == (remote instanceof Inet4Address);
      if (sameFamily
          && (bound.isAnyLocalAddress()
              || bound.isLoopbackAddress() == remote.isLoopbackAddress())) {
        return Optional.of(listener);
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean dialsAsResponder() {
    return false;
  }

  /** Sends a datagram of noise. */
  @Override
  public Future<Void> openHole(Multiaddr address) {
    byte[] noise = new byte[NOISE_BYTES];
    parts.random().nextBytes(noise);
    noise[0] &= NOT_QUIC;
    return send(address, Unpooled.wrappedBuffer(noise));
  }

  /**
   * Sends a datagram that is not QUIC from the socket that is listened at, such as one that opens a
   * hole in a NAT. What the peer sends to this socket that is not QUIC is dropped.
   *
   * @param to where to, an address of QUIC
   * @param payload which is released in any case; its first byte must not have the bit 0x40 set
   * @return failed with {@link BindException} if nothing suitable is listened at
   */
  public Future<Void> send(Multiaddr to, ByteBuf payload) {
    InetSocketAddress remote = socketAddress(to);
    Optional<QuicSocket> listener = listenerFor(remote.getAddress());
    if (listener.isEmpty()) {
      payload.release();
      return parts
          .io()
          .group()
          .next()
          .newFailedFuture(new BindException("no listener whose socket could be used"));
    }
    return listener.get().send(remote, payload);
  }

  // Listening

  @Override
  public Future<TransportListener> listen(Multiaddr address, Acceptor acceptor) {
    EventLoop loop = parts.io().group().next();
    Promise<TransportListener> promise = loop.newPromise();
    QuicSocket.forListening(parts, loop, socketAddress(address), acceptor)
        .addListener(
            (Future<QuicSocket> result) -> {
              if (!result.isSuccess()) {
                promise.tryFailure(result.cause());
                return;
              }
              QuicSocket socket = result.getNow();
              listeners.add(socket);
              Listener listener = new Listener(socket);
              if (!promise.trySuccess(listener)) {
                listener.close();
              }
            });
    return promise;
  }

  private final class Listener implements TransportListener {
    private final QuicSocket socket;

    Listener(QuicSocket socket) {
      this.socket = socket;
      socket.closed().addListener(ignored -> listeners.remove(socket));
    }

    @Override
    public Multiaddr address() {
      return Multiaddr.quicV1(socket.boundTo());
    }

    @Override
    public Future<Void> closed() {
      return socket.closed();
    }

    /** Takes no more connections; the socket is closed when those there are have ended. */
    @Override
    public Future<Void> close() {
      listeners.remove(socket);
      return socket.retire();
    }
  }
}

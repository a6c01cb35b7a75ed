package io.tributary.libp2p;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.limits.Resource;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.muxer.MuxedConnection;
import io.tributary.libp2p.muxer.MuxerListener;
import io.tributary.libp2p.muxer.MuxerStats;
import io.tributary.libp2p.muxer.StreamRefusedException;
import io.tributary.libp2p.peers.PeerInfo;
import io.tributary.libp2p.stream.ByteStream;
import io.tributary.libp2p.stream.ResetReason;
import io.tributary.libp2p.stream.StreamReset;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection of a {@link Host}: a muxed connection, with protocols on its streams and limits. */
final class HostConnection implements Connection, MuxerListener, NegotiatedStream.Owner {

  private final HostParts parts;
  private final ConnectionFacts facts;
  private final Instant openedAt;
  private final Promise<CloseReason> closed;
  private final EventLoop loop;
  private volatile Optional<PeerInfo> peerInfo = Optional.empty();
  private volatile boolean outdone;
  private volatile boolean ending;
  private volatile @Nullable CloseReason gracefulReason;
  private volatile @Nullable MuxedConnection muxed;

  HostConnection(HostParts parts, ConnectionFacts facts, EventLoop loop) {
    this.parts = parts;
    this.facts = facts;
    this.loop = loop;
    this.openedAt = parts.clock().instant();
    this.closed = loop.newPromise();
  }

  /** Gives it the muxer; on the event loop, once. */
  void start(MuxedConnection started) {
    muxed = started;
  }

  private MuxedConnection muxed() {
    MuxedConnection current = muxed;
    if (current == null) {
      throw new IllegalStateException("the connection has not started");
    }
    return current;
  }

  // What it is

  @Override
  public PeerId remotePeer() {
    return facts.session().remotePeer();
  }

  @Override
  public PublicKey remoteKey() {
    return facts.session().remoteKey();
  }

  @Override
  public Multiaddr localAddress() {
    return facts.localAddress();
  }

  @Override
  public Multiaddr remoteAddress() {
    return facts.remoteAddress();
  }

  @Override
  public Direction direction() {
    return facts.direction();
  }

  @Override
  public String transport() {
    return facts.transport();
  }

  @Override
  public String security() {
    return facts.security();
  }

  @Override
  public String muxer() {
    return facts.muxer();
  }

  @Override
  public boolean isLimited() {
    return facts.limited();
  }

  @Override
  public Instant openedAt() {
    return openedAt;
  }

  @Override
  public boolean isOpen() {
    MuxedConnection current = muxed;
    return !ending && !closed.isDone() && (current == null || current.isOpen());
  }

  @Override
  public EventLoop eventLoop() {
    return loop;
  }

  @Override
  public Optional<PeerInfo> peerInfo() {
    return peerInfo;
  }

  void peerInfo(PeerInfo info) {
    peerInfo = Optional.of(info);
  }

  // Streams

  @Override
  public Future<Stream> newStream(List<String> protocols) {
    if (isLimited()) {
      return refuse(StreamRefusedException.Reason.LIMITED_CONNECTION);
    }
    return newStreamOnLimited(protocols);
  }

  @Override
  public Future<Stream> newStreamOnLimited(List<String> protocols) {
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException("no protocol to propose");
    }
    if (!mayLend() || !acquireStream(Resource.OUTBOUND_STREAMS)) {
      return refuse(StreamRefusedException.Reason.LIMIT_REACHED);
    }
    Promise<Stream> promise = loop.newPromise();
    muxed()
        .openStream()
        .addListener(
            (Future<ByteStream> result) -> {
              if (result.isSuccess()) {
                negotiate(result.getNow(), protocols, promise);
              } else {
                releaseStream(Resource.OUTBOUND_STREAMS);
                promise.tryFailure(result.cause());
              }
            });
    return promise;
  }

  private Future<Stream> refuse(StreamRefusedException.Reason reason) {
    return loop.newFailedFuture(new StreamRefusedException(reason));
  }

  private void negotiate(ByteStream raw, List<String> protocols, Promise<Stream> promise) {
    Optional<String> sure =
        protocols.size() == 1 ? Optional.of(protocols.get(0)) : known(protocols);
    if (sure.isEmpty()) {
      NegotiatedStream.propose(
          this, raw, this, protocols, parts.times().streamNegotiation(), promise);
      return;
    }
    NegotiatedStream stream = NegotiatedStream.propose(this, raw, this, sure.get());
    if (stream.isEnded()) {
      promise.tryFailure(
          new StreamRefusedException(StreamRefusedException.Reason.CONNECTION_CLOSED));
    } else if (!onProtocol(stream)) {
      stream.refuse(ResetReason.LIMIT_REACHED);
      promise.tryFailure(new StreamRefusedException(StreamRefusedException.Reason.LIMIT_REACHED));
    } else if (!promise.trySuccess(stream)) {
      stream.reset(StreamReset.NO_CODE);
    }
  }

  private Optional<String> known(List<String> protocols) {
    Set<String> spoken = peerInfo.map(PeerInfo::protocols).orElse(Set.of());
    return protocols.stream().filter(spoken::contains).findFirst();
  }

  @Override
  public void onInboundStream(ByteStream raw) {
    if (mayLend() && acquireStream(Resource.INBOUND_STREAMS)) {
      NegotiatedStream.answer(
          this, raw, this, parts.protocols().ids(isLimited()), parts.times().streamNegotiation());
    } else {
      raw.reset(StreamReset.NO_CODE);
      parts.metrics().streamRefused(Direction.INBOUND, ResetReason.LIMIT_REACHED);
    }
  }

  /** Whether a relay has not carried all yet that this host lets run over one. */
  private boolean mayLend() {
    if (!isLimited()) {
      return true;
    }
    MuxerStats used = stats();
    return used.bytesReceived() + used.bytesSent() < parts.lentBytes();
  }

  private boolean acquireStream(Resource resource) {
    if (!parts.resources().acquire(resource)) {
      return false;
    }
    if (!parts.resources().acquire(remotePeer(), resource)) {
      parts.resources().release(resource);
      return false;
    }
    return true;
  }

  private void releaseStream(Resource resource) {
    parts.resources().release(remotePeer(), resource);
    parts.resources().release(resource);
  }

  private static Resource resource(NegotiatedStream stream) {
    return stream.isInitiator() ? Resource.OUTBOUND_STREAMS : Resource.INBOUND_STREAMS;
  }

  private static Direction direction(NegotiatedStream stream) {
    return stream.isInitiator() ? Direction.OUTBOUND : Direction.INBOUND;
  }

  @Override
  public boolean onProtocol(NegotiatedStream stream) {
    if (!parts.resources().acquire(remotePeer(), stream.protocol(), resource(stream))) {
      return false;
    }
    stream.counted = true;
    parts.metrics().streamOpened(direction(stream), stream.protocol());
    return true;
  }

  @Override
  public Optional<ProtocolHandler> taker(NegotiatedStream stream) {
    return parts.protocols().handler(stream.protocol());
  }

  @Override
  public void onEnded(NegotiatedStream stream, Optional<ResetReason> reset) {
    if (stream.counted) {
      parts.resources().release(remotePeer(), stream.protocol(), resource(stream));
      parts.metrics().streamEnded(direction(stream), stream.protocol(), reset);
    } else {
      reset.ifPresent(reason -> parts.metrics().streamRefused(direction(stream), reason));
    }
    releaseStream(resource(stream));
  }

  // Its end

  @Override
  public Future<Duration> ping() {
    return muxed().ping();
  }

  @Override
  public MuxerStats stats() {
    return muxed().stats();
  }

  @Override
  public void close() {
    close(CloseReason.CLOSED_LOCALLY);
  }

  void close(CloseReason reason) {
    ending = true;
    muxed().close(reason);
  }

  @Override
  public void closeGracefully() {
    closeGracefully(CloseReason.CLOSED_LOCALLY);
  }

  void closeGracefully(CloseReason reason) {
    gracefulReason = reason;
    muxed().closeGracefully();
  }

  /** Another connection is better; this one goes when its streams have, after a grace. */
  void onOutdone() {
    outdone = true;
    loop.schedule(
        () -> closeGracefully(CloseReason.DUPLICATE),
        parts.times().duplicateGrace().toNanos(),
        NANOSECONDS);
  }

  boolean isOutdone() {
    return outdone;
  }

  @Override
  public void onClosed(CloseReason reason) {
    CloseReason graceful = gracefulReason;
    CloseReason told = reason == CloseReason.CLOSED_LOCALLY && graceful != null ? graceful : reason;
    Resource resource =
        direction() == Direction.INBOUND
            ? Resource.INBOUND_CONNECTIONS
            : Resource.OUTBOUND_CONNECTIONS;
    parts.resources().release(remotePeer(), resource);
    parts.resources().release(resource);
    closed.trySuccess(told);
  }

  @Override
  public Future<CloseReason> closed() {
    return closed;
  }

  @Override
  public String toString() {
    return facts.direction() + " " + facts.transport() + " connection to " + remotePeer();
  }
}

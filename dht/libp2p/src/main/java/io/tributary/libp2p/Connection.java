package io.tributary.libp2p;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.tributary.libp2p.identity.PublicKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.multiformats.PeerId;
import io.tributary.libp2p.muxer.CloseReason;
import io.tributary.libp2p.muxer.MuxerStats;
import io.tributary.libp2p.peers.PeerInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A secured connection to one peer, carrying streams. Thread-safe. */
public interface Connection {

  /** The peer, proven by the handshake. */
  PeerId remotePeer();

  /** The peer's identity key. */
  PublicKey remoteKey();

  /** The address of this side's end. */
  Multiaddr localAddress();

  /** The address of the peer's end, without its id. */
  Multiaddr remoteAddress();

  /** Who dialled. */
  Direction direction();

  /** The transport's name, such as {@code tcp}. */
  String transport();

  /** The security protocol's id, such as {@code /tls/1.0.0}. */
  String security();

  /** The muxer's id, such as {@code /yamux/1.0.0}. */
  String muxer();

  /**
   * Whether the connection is lent, with limits on bytes and time, as relayed ones are. Only
   * protocols registered for it are spoken on it.
   */
  boolean isLimited();

  /** When it was established. */
  Instant openedAt();

  /** Whether it has not ended, and is not being closed at once. */
  boolean isOpen();

  /** The loop on which the connection and its streams live. */
  EventLoop eventLoop();

  /** What the peer has said of itself so far. */
  Optional<PeerInfo> peerInfo();

  /**
   * Opens a stream.
   *
   * <p>With one protocol, or where the peer has said what it speaks, the stream is there at once
   * and its first bytes travel with the negotiation. Else the future waits for the peer's choice.
   *
   * @param protocols ids, the most wanted first; at least one
   * @return the stream, on which a handler is to be set; or a failure with {@code
   *     StreamRefusedException} or {@code StreamResetException}
   */
  Future<Stream> newStream(List<String> protocols);

  /** Opens a stream for one protocol. */
  default Future<Stream> newStream(String protocol) {
    return newStream(List.of(protocol));
  }

  /** Opens a stream even if the connection {@link #isLimited()}. */
  Future<Stream> newStreamOnLimited(List<String> protocols);

  /** Measures the round trip below the streams. */
  Future<Duration> ping();

  /** A snapshot of its counters. */
  MuxerStats stats();

  /** Ends it at once, streams and all. */
  void close();

  /** Takes no more streams and ends when those that are open have ended. */
  void closeGracefully();

  /** Why it ended, once it has. */
  Future<CloseReason> closed();
}

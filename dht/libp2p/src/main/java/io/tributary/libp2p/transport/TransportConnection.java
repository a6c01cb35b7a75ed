package io.tributary.libp2p.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.muxer.MuxedConnection;
import io.tributary.libp2p.muxer.MuxerListener;
import io.tributary.libp2p.security.SecureSession;

/** A connection as a transport yields it. */
public sealed interface TransportConnection {

  /** The address of this side. */
  Multiaddr localAddress();

  /** The address of the peer, without its id. */
  Multiaddr remoteAddress();

  /** Whether the connection is lent with limits on bytes and time, as relayed ones are. */
  boolean isLimited();

  /** The loop on which it lives. */
  EventLoop eventLoop();

  /** Closes it. */
  void close();

  /**
   * Plain bytes, still to be secured and given a muxer.
   *
   * @param channel connected; nothing has been read
   * @param isFromListenPort whether it was dialled from a port this host listens on
   */
  record Raw(
      Channel channel,
      Multiaddr localAddress,
      Multiaddr remoteAddress,
      boolean isLimited,
      boolean isFromListenPort)
      implements TransportConnection {
    @Override
    public EventLoop eventLoop() {
      return channel.eventLoop();
    }

    @Override
    public void close() {
      channel.close();
    }
  }

  /**
   * A connection that is secured and carries streams by the transport's own means.
   *
   * @param session who the peer is
   * @param security the protocol that secured it, such as {@code /tls/1.0.0}
   * @param muxer what carries its streams, such as {@code quic}
   * @param start begins to take streams
   */
  record Muxed(
      Multiaddr localAddress,
      Multiaddr remoteAddress,
      boolean isLimited,
      SecureSession session,
      String security,
      String muxer,
      Start start)
      implements TransportConnection {
    @Override
    public EventLoop eventLoop() {
      return start.eventLoop();
    }

    @Override
    public void close() {
      start.close();
    }
  }

  /** The one thing to be done with a {@link Muxed} connection. */
  interface Start {

    /** Gives it its owner. Called on the connection's event loop, at most once. */
    MuxedConnection attach(MuxerListener listener);

    /** The loop on which it lives. */
    EventLoop eventLoop();

    /** Closes it, attached or not. */
    void close();
  }
}

package io.tributary.libp2p.muxer;

import io.netty.channel.Channel;
import io.tributary.libp2p.security.Role;

/** A protocol that carries many streams over one secured channel. */
public interface StreamMuxer {

  /** The protocol id by which the muxer is negotiated. */
  String protocolId();

  /**
   * Starts the protocol on a channel that delivers and takes plain bytes. Must be called on the
   * channel's event loop, before any byte of the muxer is read; adds its handler at the pipeline's
   * end.
   *
   * @param channel the secured channel, which the connection owns from now on
   * @param role the part this side plays, the same as in the security handshake
   * @param listener told of inbound streams and of the end
   */
  MuxedConnection attach(Channel channel, Role role, MuxerListener listener);

  /** What all its connections together hold in memory now. */
  default MuxerMemory memory() {
    return MuxerMemory.UNKNOWN;
  }
}

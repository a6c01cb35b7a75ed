package io.tributary.libp2p.transport;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.multiformats.Multiaddr;

/** A place where a transport listens. Thread-safe. */
public interface TransportListener {

  /** The bound address: the port is known, but the IP address may still mean all interfaces. */
  Multiaddr address();

  /** Stops listening. Connections that have been accepted go on. */
  Future<Void> close();
}

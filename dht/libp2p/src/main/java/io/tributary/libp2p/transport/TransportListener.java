package io.tributary.libp2p.transport;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.List;

/** A place where a transport listens. Thread-safe. */
public interface TransportListener {

  /** The bound address: the port is known, but the IP address may still mean all interfaces. */
  Multiaddr address();

  /** All addresses by which peers get here. */
  default List<Multiaddr> addresses() {
    return List.of(address());
  }

  /** Done when this has stopped listening, by {@link #close} or of itself. */
  Future<Void> closed();

  /** Stops listening. Connections that have been accepted go on. */
  Future<Void> close();
}

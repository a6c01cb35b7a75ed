package io.tributary.libp2p.portmap;

import java.net.Inet4Address;
import java.util.Optional;

/**
 * Says which router leads out of this host's network. May read files; is asked on no event loop.
 */
public interface GatewayRoutes {

  /** The router by which everything goes that is not nearby, if there is one. */
  Optional<Inet4Address> gateway();
}

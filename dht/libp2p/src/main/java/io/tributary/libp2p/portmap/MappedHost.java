package io.tributary.libp2p.portmap;

import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.Set;

/** The host for which ports are mapped. Thread-safe. */
public interface MappedHost {

  /** Where it listens, with one address for each network interface. */
  Set<Multiaddr> listenAddresses();

  /** Under which addresses enough peers see it. */
  Set<Multiaddr> observedAddresses();

  /** Hears where it might be reached by mapped ports from now on, and nowhere else by them. */
  void onMapped(Set<Multiaddr> addresses);
}

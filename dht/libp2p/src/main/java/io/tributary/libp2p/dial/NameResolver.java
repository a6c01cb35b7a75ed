package io.tributary.libp2p.dial;

import io.netty.util.concurrent.Future;
import io.tributary.libp2p.multiformats.Multiaddr;
import java.util.List;

/** Turns addresses that begin with a name into addresses that begin with an IP address. */
public interface NameResolver extends AutoCloseable {

  /**
   * Resolves one address.
   *
   * @return the addresses it stands for, itself if it begins with no name; empty if the name leads
   *     nowhere
   */
  Future<List<Multiaddr>> resolve(Multiaddr address);

  @Override
  void close();
}

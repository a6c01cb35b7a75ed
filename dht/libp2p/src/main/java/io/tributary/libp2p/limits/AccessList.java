package io.tributary.libp2p.limits;

import io.tributary.libp2p.multiformats.PeerId;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who may connect and be dialled. What is denied is refused; what is allowed passes the rate limit
 * on handshakes and is never trimmed; where both match, denial wins. May be changed at any time,
 * with effect on new connections. Thread-safe.
 */
public final class AccessList {

  private final Set<PeerId> deniedPeers = ConcurrentHashMap.newKeySet();
  private final Set<PeerId> allowedPeers = ConcurrentHashMap.newKeySet();
  private final List<IpPrefix> deniedPrefixes = new CopyOnWriteArrayList<>();
  private final List<IpPrefix> allowedPrefixes = new CopyOnWriteArrayList<>();

  /** Denies a peer. */
  public void deny(PeerId peer) {
    deniedPeers.add(peer);
  }

  /** Denies a block of addresses. */
  public void deny(IpPrefix prefix) {
    deniedPrefixes.add(prefix);
  }

  /** Allows a peer. */
  public void allow(PeerId peer) {
    allowedPeers.add(peer);
  }

  /** Allows a block of addresses. */
  public void allow(IpPrefix prefix) {
    allowedPrefixes.add(prefix);
  }

  /** Takes a peer off both lists. */
  public void forget(PeerId peer) {
    deniedPeers.remove(peer);
    allowedPeers.remove(peer);
  }

  /** Takes a block off both lists. */
  public void forget(IpPrefix prefix) {
    deniedPrefixes.removeIf(prefix::equals);
    allowedPrefixes.removeIf(prefix::equals);
  }

  public boolean isDenied(PeerId peer) {
    return deniedPeers.contains(peer);
  }

  public boolean isDenied(InetAddress address) {
    return matches(deniedPrefixes, address);
  }

  public boolean isAllowed(PeerId peer) {
    return allowedPeers.contains(peer);
  }

  public boolean isAllowed(InetAddress address) {
    return matches(allowedPrefixes, address);
  }

  private static boolean matches(List<IpPrefix> prefixes, InetAddress address) {
    for (IpPrefix prefix : prefixes) {
      if (prefix.contains(address)) {
        return true;
      }
    }
    return false;
  }
}

package io.tributary.libp2p.limits;

import io.tributary.libp2p.multiformats.PeerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * The count of all connections and streams of a host, scope within scope. Whatever an acquire
 * method granted must be given back by the release method with the same arguments. Thread-safe.
 */
public final class Resources {

  private record PeerProtocol(PeerId peer, String protocol) {}

  private final ResourceLimits limits;
  private final BiConsumer<ScopeKind, Resource> onRefused;
  private final ResourceScope total;
  private final Map<Object, ResourceScope> scopes = new ConcurrentHashMap<>();

  /**
   * Counters at zero.
   *
   * @param onRefused told of each refusal, for metrics
   */
  public Resources(ResourceLimits limits, BiConsumer<ScopeKind, Resource> onRefused) {
    this.limits = limits;
    this.onRefused = onRefused;
    this.total = new ResourceScope(limits.total());
  }

  /** The limits. */
  public ResourceLimits limits() {
    return limits;
  }

  /** Counts one more in the host; false if that would pass its limit. */
  public boolean acquire(Resource resource) {
    return granted(total.tryAcquire(resource), ScopeKind.TOTAL, resource);
  }

  /** Counts one less in the host. */
  public void release(Resource resource) {
    total.release(resource);
  }

  /** Counts one more of a peer; false if that would pass the peer's limit. */
  public boolean acquire(PeerId peer, Resource resource) {
    return granted(acquireIn(peer, limits.perPeer(), resource), ScopeKind.PEER, resource);
  }

  /** Counts one less of a peer. */
  public void release(PeerId peer, Resource resource) {
    releaseIn(peer, resource);
  }

  /** Counts one more stream of a protocol with a peer; false if that would pass a limit. */
  public boolean acquire(PeerId peer, String protocol, Resource resource) {
    if (!granted(
        acquireIn(protocol, limits.ofProtocol(protocol), resource), ScopeKind.PROTOCOL, resource)) {
      return false;
    }
    PeerProtocol both = new PeerProtocol(peer, protocol);
    if (!granted(
        acquireIn(both, limits.perPeerAndProtocol(), resource),
        ScopeKind.PEER_PROTOCOL,
        resource)) {
      releaseIn(protocol, resource);
      return false;
    }
    return true;
  }

  /** Counts one less stream of a protocol with a peer. */
  public void release(PeerId peer, String protocol, Resource resource) {
    releaseIn(protocol, resource);
    releaseIn(new PeerProtocol(peer, protocol), resource);
  }

  /** How much the host uses. */
  public int used(Resource resource) {
    return total.count(resource);
  }

  /** How much a peer uses. */
  public int used(PeerId peer, Resource resource) {
    ResourceScope scope = scopes.get(peer);
    return scope == null ? 0 : scope.count(resource);
  }

  private boolean granted(boolean granted, ScopeKind kind, Resource resource) {
    if (!granted) {
      onRefused.accept(kind, resource);
    }
    return granted;
  }

  private boolean acquireIn(Object key, ScopeLimit limit, Resource resource) {
    boolean[] granted = new boolean[1];
    scopes.compute(
        key,
        (ignored, present) -> {
          ResourceScope scope = present == null ? new ResourceScope(limit) : present;
          granted[0] = scope.tryAcquire(resource);
          return scope.isIdle() ? null : scope;
        });
    return granted[0];
  }

  private void releaseIn(Object key, Resource resource) {
    scopes.computeIfPresent(
        key,
        (ignored, scope) -> {
          scope.release(resource);
          return scope.isIdle() ? null : scope;
        });
  }
}

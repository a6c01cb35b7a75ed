package io.tributary.libp2p.dial;

import io.tributary.libp2p.multiformats.Multiaddr;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The failure of every attempt to connect. */
public final class RaceLostException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Map<Multiaddr, Throwable> failures;

  RaceLostException(Map<Multiaddr, Throwable> failures) {
    super("no address of " + failures.size() + " leads to the peer: " + failures);
    this.failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
  }

  /** Why each address failed, in the order of failing. */
  public Map<Multiaddr, Throwable> failures() {
    return failures;
  }
}

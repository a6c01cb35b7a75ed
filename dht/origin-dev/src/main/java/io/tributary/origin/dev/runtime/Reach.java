package io.tributary.origin.dev.runtime;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * From where the ports of a dev origin can be reached.
 *
 * @param host the name by which other machines reach this one; empty to be reached from this
 *     machine only
 */
public record Reach(Optional<String> host) {
  /** From this machine only. */
  public static final Reach LOOPBACK = new Reach(Optional.empty());

  /** From all machines that reach this one by a name or address. */
  public static Reach byName(String host) {
    return new Reach(Optional.of(host));
  }

  /** Where a port of a number listens. */
  InetSocketAddress listenAt(int number) {
    return new InetSocketAddress(host.isPresent() ? anyIp4() : loopback(), number);
  }

  /** What the URL of a port begins with. */
  String urlHost() {
    return host.orElseGet(() -> loopback().getHostAddress());
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private static InetAddress anyIp4() {
    try {
      return InetAddress.getByAddress(new byte[4]);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}

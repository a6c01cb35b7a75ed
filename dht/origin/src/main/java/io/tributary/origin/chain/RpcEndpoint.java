package io.tributary.origin.chain;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/**
 * The address of a chain node's JSON-RPC service: {@code http}, {@code https}, {@code ws} or {@code
 * wss}.
 *
 * @param uri the address
 */
public record RpcEndpoint(URI uri) {
  private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");
  private static final int MAX_PORT = 65_535;

  /**
   * Checks the address.
   *
   * @throws IllegalArgumentException if its scheme is another, it has no host, its port is none, or
   *     it carries a user or a fragment
   */
  public RpcEndpoint {
    String scheme = uri.getScheme();
    if (scheme == null || !SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "an RPC endpoint begins with http://, https://, ws:// or wss://");
    }
    if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "an RPC endpoint has a host, and neither a user nor a fragment");
    }
    if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
      throw new IllegalArgumentException("port " + uri.getPort() + " is not 1 to " + MAX_PORT);
    }
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static RpcEndpoint parse(String text) {
    try {
      return new RpcEndpoint(new URI(text));
    } catch (URISyntaxException e) {
      // The text itself stays out of the message: providers put their customers' keys in it.
      throw new IllegalArgumentException(
          "an RPC endpoint is a URI, this is not: " + e.getReason(), e);
    }
  }

  /** Tells whether the node is spoken to over WebSocket. */
  public boolean isWebSocket() {
    return uri.getScheme().toLowerCase(Locale.ROOT).startsWith("ws");
  }

  /** Returns scheme, host and port; the rest may hold a key and stays out of logs. */
  @Override
  public String toString() {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}

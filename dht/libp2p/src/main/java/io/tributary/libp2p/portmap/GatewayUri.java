package io.tributary.libp2p.portmap;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * The addresses of web pages that a gateway names: none but its own are asked, or anybody in the
 * network could have this host send requests to anybody else.
 */
final class GatewayUri {

  /** The longest address that is read. */
  static final int MAX_CHARS = 1024;

  private static final int HTTP_PORT = 80;

  private GatewayUri() {}

  static Optional<URI> parse(String text) {
    if (text.length() > MAX_CHARS) {
      return Optional.empty();
    }
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Whether it is one of plain HTTP that has the digits of the gateway's address. */
  static boolean leadsTo(Inet4Address gateway, URI uri) {
    return "http".equalsIgnoreCase(uri.getScheme())
        && uri.getHost() != null
        && uri.getUserInfo() == null
        && uri.getPort() != 0
        && uri.getPort() <= 0xFFFF
        && Ip4.parse(uri.getHost()).filter(gateway::equals).isPresent();
  }

  static InetSocketAddress socket(Inet4Address gateway, URI uri) {
    return new InetSocketAddress(gateway, uri.getPort() < 0 ? HTTP_PORT : uri.getPort());
  }

  /** What is asked for: the path and the query, never empty. */
  static String target(URI uri) {
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }
}

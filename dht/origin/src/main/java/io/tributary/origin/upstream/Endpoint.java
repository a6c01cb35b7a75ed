package io.tributary.origin.upstream;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of an HTTP service of CESS, as a miner or gateway wrote it on the chain.
 *
 * <pre>{@code
 * [http:// | https://] host [:port] [/path] [/] [NUL ...]
 * }</pre>
 *
 * <p>The text is whatever a stranger wrote, so it is read strictly: a name, an IPv4 address or an
 * IPv6 address in brackets; no user, query, fragment, escapes or dot segments.
 *
 * @param tls whether the scheme is https
 * @param host the name or address, in lower case, IPv6 with its brackets
 * @param port the port, 1 to 65535
 * @param path what comes before the paths of the service: empty, or starting with a slash and not
 *     ending with one
 */
public record Endpoint(boolean tls, String host, int port, String path) {
  /** The most characters of an endpoint's text, with scheme and port, without padding. */
  public static final int MAX_CHARS = 256;

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final int MAX_PORT = 65535;
  private static final int MAX_HOST_CHARS = 253;

  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?<scheme>[a-zA-Z]+)://)?"
              + "(?<host>\\[[0-9a-fA-F:.]{2,45}\\]|[a-zA-Z0-9.-]{1,253})"
              + "(?::(?<port>[0-9]{1,5}))?"
              + "(?<path>(?:/[a-zA-Z0-9._~-]+)*)/?");
  private static final Pattern PATH = Pattern.compile("(?:/[a-zA-Z0-9._~-]+)*");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern OCTET = Pattern.compile("0|[1-9][0-9]{0,2}");

  /**
   * Checks every part.
   *
   * @throws MalformedEndpointException if a part is not as described
   */
  public Endpoint {
    host = host.toLowerCase(Locale.ROOT);
    if (!isHost(host)) {
      throw new MalformedEndpointException("the host of an endpoint is no name and no address");
    }
    if (port < 1 || port > MAX_PORT) {
      throw new MalformedEndpointException("a port is 1 to " + MAX_PORT + ", this is " + port);
    }
    if (!PATH.matcher(path).matches()) {
      throw new MalformedEndpointException("the path of an endpoint needs escapes or is open");
    }
    for (String segment : path.split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw new MalformedEndpointException("the path of an endpoint has a dot segment");
      }
    }
    int chars = text(tls, host, port, path).length();
    if (chars > MAX_CHARS) {
      throw new MalformedEndpointException(
          "an endpoint written in full has at most " + MAX_CHARS + " characters, this " + chars);
    }
  }

  /**
   * Reads an endpoint. Zero characters at the end, which some miners pad with, are dropped; without
   * a scheme it is http; without a port it is the scheme's.
   *
   * @throws MalformedEndpointException if the text is not of the form above
   */
  public static Endpoint parse(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    if (end == 0 || end > MAX_CHARS) {
      throw new MalformedEndpointException(
          "an endpoint has 1 to " + MAX_CHARS + " characters, this has " + end);
    }
    Matcher parts = FORM.matcher(text.substring(0, end));
    if (!parts.matches()) {
      throw new MalformedEndpointException("an endpoint is [http[s]://]host[:port][/path]");
    }
    boolean tls = isTls(Optional.ofNullable(parts.group("scheme")).orElse("http"));
    int port =
        Optional.ofNullable(parts.group("port"))
            .map(Integer::parseInt)
            .orElse(tls ? HTTPS_PORT : HTTP_PORT);
    return new Endpoint(tls, parts.group("host"), port, parts.group("path"));
  }

  /**
   * Returns the address of one of the service's resources.
   *
   * @param resource a path that starts with a slash and needs no escapes
   */
  public URI resolve(String resource) {
    return URI.create(this + resource);
  }

  /** Returns the endpoint with scheme and port, without a slash at the end. */
  @Override
  public String toString() {
    return text(tls, host, port, path);
  }

  private static String text(boolean tls, String host, int port, String path) {
    return (tls ? "https://" : "http://") + host + ":" + port + path;
  }

  private static boolean isTls(String scheme) {
    return switch (scheme.toLowerCase(Locale.ROOT)) {
      case "http" -> false;
      case "https" -> true;
      default -> throw new MalformedEndpointException("the scheme of an endpoint is http or https");
    };
  }

  private static boolean isHost(String host) {
    if (host.startsWith("[")) {
      return isUriHost(host);
    }
    if (host.length() > MAX_HOST_CHARS) {
      return false;
    }
    String[] labels = host.split("\\.", -1);
    boolean numeric = labels[labels.length - 1].chars().allMatch(c -> c >= '0' && c <= '9');
    if (numeric) {
      return isIpv4(labels);
    }
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        return false;
      }
    }
    return isUriHost(host);
  }

  /**
   * Only four decimal numbers: other spellings of an address mean different hosts to different
   * readers.
   */
  private static boolean isIpv4(String[] labels) {
    if (labels.length != 4) {
      return false;
    }
    for (String label : labels) {
      if (!OCTET.matcher(label).matches() || Integer.parseInt(label) > 255) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUriHost(String host) {
    try {
      return host.equals(new URI("http://" + host + "/").getHost());
    } catch (URISyntaxException e) {
      return false;
    }
  }
}

package io.tributary.nodekit.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the HTTP server tells its operator. */
final class HttpLog {
  private static final Logger LOG = LoggerFactory.getLogger("tributary.http");

  private HttpLog() {}

  /** A handler failed in a way that nobody foresaw. */
  static void unexpected(String traceId, String method, Throwable cause) {
    LOG.error(
        "request {} ({}) failed by a mistake in this program; please report it with this log",
        traceId,
        method,
        cause);
  }

  /** An answer broke off after its head was sent. */
  static void broken(String traceId, Throwable cause) {
    LOG.debug("answer {} broke off", traceId, cause);
  }
}

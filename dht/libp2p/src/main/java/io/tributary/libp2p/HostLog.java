package io.tributary.libp2p;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the host tells the operator of a node. */
public final class HostLog {
  private static final Logger LOG = LoggerFactory.getLogger("tributary.libp2p");

  private HostLog() {}

  public static void interfacesUnknown(Exception why) {
    LOG.warn("cannot list the network interfaces; their addresses are not announced", why);
  }

  public static void noHandler(long stream, Throwable bug) {
    LOG.warn("no handler for inbound stream {}; it is reset", stream, bug);
  }

  public static void closing(Object channel, Object reason, Throwable cause) {
    LOG.warn("closing {}: {}", channel, reason, cause);
  }

  public static void handlerFailedAtReset(long stream, Throwable bug) {
    LOG.warn("the handler of stream {} failed at its reset", stream, bug);
  }

  public static void handlerFailedAtEnd(long stream, Throwable bug) {
    LOG.warn("the handler of stream {} failed at its end", stream, bug);
  }

  public static void handlerFailed(long stream, Throwable bug) {
    LOG.warn("the handler of stream {} failed; the stream is reset", stream, bug);
  }

  public static void resetsUnknown(Throwable why) {
    LOG.info("Netty can't be asked about QUIC streams that were reset", why);
  }

  public static void mappingsForgotten(Object gateway) {
    LOG.info("the gateway {} has forgotten its mappings", gateway);
  }

  public static void portsNotTakenBack(Object gateway, Throwable why) {
    LOG.info("the gateway {} does not take ports back; they end by themselves", gateway, why);
  }

  public static void routesUnreadable(Object table, Exception why) {
    LOG.warn("cannot read {}; no ports are mapped", table, why);
  }
}

package io.tributary.retriever.node;

import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a retriever tells its operator. */
final class RetrieverLog {
  private static final Logger LOG = LoggerFactory.getLogger("tributary.retriever");

  private RetrieverLog() {}

  static void serving(URI http, URI admin) {
    LOG.info("serving files at {}; the operator's pages are at {}", http, admin);
  }

  static void noOverlay(String network) {
    LOG.warn(
        "network {} has no overlay: files are read from storage miners only, which is slower",
        network);
  }

  static void noWallet() {
    LOG.warn("no wallet is configured: cachers that want to be paid will not serve this node");
  }

  static void noMembers(String region) {
    LOG.warn(
        "no cacher of region {} is found in the overlay; check overlay.region and the profile's"
            + " bootstrap addresses",
        region);
  }

  static void stopping() {
    LOG.info("stopping: answers under way may end, new requests are refused");
  }
}

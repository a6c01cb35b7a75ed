package io.tributary.bench.cacher;

import java.util.List;
import java.util.Locale;

/** What is measured together: the same requests to each server that can answer them. */
enum Row {
  /** Whole fragments, plain HTTP. */
  HTTP_LARGE("http 8 MiB", "plain", false),
  /** 4 KiB, plain HTTP: files to others, ranges of fragments to a cacher. */
  HTTP_SMALL("http 4 KiB", "plain", true),
  /** Whole fragments, TLS 1.3. */
  TLS_LARGE("tls 8 MiB", "tls", false),
  /** 4 KiB, TLS 1.3. */
  TLS_SMALL("tls 4 KiB", "tls", true),
  /** Whole fragments but their last page, the exchange over libp2p and TLS 1.3. */
  LIBP2P("libp2p 8 MiB", "libp2p", false);

  private static final int LARGE_CONNECTIONS = 4;
  private static final int SMALL_CONNECTIONS = 32;

  /** Who answers. */
  enum Server {
    /** nginx. */
    NGINX,
    /** Varnish, which gets what it does not have from nginx. */
    VARNISH,
    /** TLS over the cacher's bytes, in its process, with nothing of ours between. */
    BARE_TLS,
    /** Tributary. */
    CACHER;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final String label;
  private final String command;
  private final boolean isSmall;

  Row(String label, String command, boolean isSmall) {
    this.label = label;
    this.command = command;
    this.isSmall = isSmall;
  }

  String label() {
    return label;
  }

  /** What the client is told to do. */
  String command() {
    return command;
  }

  boolean isSmall() {
    return isSmall;
  }

  int connections() {
    return isSmall ? SMALL_CONNECTIONS : LARGE_CONNECTIONS;
  }

  List<Server> servers() {
    return switch (this) {
      case HTTP_SMALL -> List.of(Server.NGINX, Server.VARNISH, Server.CACHER);
      case HTTP_LARGE, TLS_LARGE, TLS_SMALL -> List.of(Server.NGINX, Server.CACHER);
      case LIBP2P -> List.of(Server.BARE_TLS, Server.CACHER);
    };
  }
}

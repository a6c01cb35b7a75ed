package io.tributary.libp2p.transport.tcp;

import java.time.Duration;

/**
 * How TCP sockets are used.
 *
 * @param connectTimeout how long a connection may take to be established
 * @param backlog connections the kernel keeps for a listener that lags behind
 * @param reusePort whether dialled connections come from the port this host listens on, where it
 *     listens on the same kind of address; peers then see one address of it, and holes can be
 *     punched
 * @param writeHighWaterBytes bytes waiting for the socket at which a connection stops taking more
 * @param readBytes the largest single read
 */
public record TcpOptions(
    Duration connectTimeout,
    int backlog,
    boolean reusePort,
    int writeHighWaterBytes,
    int readBytes) {

  /** 10 s to connect, backlog of 1024, port reuse on, 1 MiB to write, reads of 256 KiB. */
  public static TcpOptions defaults() {
    return new TcpOptions(Duration.ofSeconds(10), 1024, true, 1 << 20, 256 << 10);
  }

  public TcpOptions {
    require(!connectTimeout.isNegative() && !connectTimeout.isZero(), "connectTimeout");
    require(backlog > 0, "backlog");
    require(writeHighWaterBytes > 1, "writeHighWaterBytes");
    require(readBytes > 0, "readBytes");
  }

  private static void require(boolean holds, String name) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be positive");
    }
  }
}

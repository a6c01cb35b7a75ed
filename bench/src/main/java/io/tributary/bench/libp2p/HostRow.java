package io.tributary.bench.libp2p;

import io.tributary.libp2p.Host;
import io.tributary.libp2p.HostBuilder;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.multiformats.Multiaddr;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.noise.AeadProvider;
import io.tributary.libp2p.security.noise.NoiseProtocol;
import io.tributary.libp2p.security.tls.TlsProtocol;
import io.tributary.libp2p.transport.IoEngine;
import io.tributary.libp2p.transport.quic.QuicTransport;
import java.security.SecureRandom;
import java.time.Duration;

/** The hosts of the rows that measure this library. */
final class HostRow {

  /** The protocol of the shortest exchange: what comes goes back. */
  static final String ECHO = "/tributary/bench/echo/1.0.0";

  /** The system property that tells a measured JVM how long its event loop waits awake. */
  static final String SPIN_NANOS = "tributary.bench.spin.nanos";

  /** Loopback is one block of addresses, and all connections come from it. */
  private static final int UNLIMITED = 1_000_000;

  private HostRow() {}

  static IoEngine engine() {
    Duration spin = Duration.ofNanos(Long.getLong(SPIN_NANOS, 0));
    return IoEngine.start(IoEngine.Kind.preferred(), 1, spin);
  }

  static Multiaddr listenAddress(Row row) {
    return Multiaddr.parse(
        row == Row.QUIC ? "/ip4/127.0.0.1/udp/0/quic-v1" : "/ip4/127.0.0.1/tcp/0");
  }

  static HostBuilder builder(Row row, IoEngine io) {
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    HostBuilder builder = Host.builder(key).io(io).inboundRate(UNLIMITED, UNLIMITED);
    return switch (row) {
      case TLS -> builder.security(new TlsProtocol(key));
      case NOISE -> builder.security(new NoiseProtocol(key));
      case NOISE_JDK ->
          builder.security(
              new NoiseProtocol(
                  key,
                  AeadProvider.JDK,
                  SecurityProtocol.DEFAULT_HANDSHAKE_DEADLINE,
                  new SecureRandom()));
      case QUIC -> builder.transport(engine -> new QuicTransport(engine, key));
      default -> throw new IllegalArgumentException(row + " is no row of this library");
    };
  }
}

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
import java.security.SecureRandom;

/** The hosts of the rows that measure this library. */
final class HostRow {

  /** The protocol of the shortest exchange: what comes goes back. */
  static final String ECHO = "/tributary/bench/echo/1.0.0";

  /** Loopback is one block of addresses, and all connections come from it. */
  private static final int UNLIMITED = 1_000_000;

  private HostRow() {}

  static IoEngine engine() {
    return IoEngine.start(IoEngine.Kind.preferred(), 1);
  }

  static Multiaddr listenAddress(Row row) {
    return Multiaddr.parse(
        row == Row.QUIC ? "/ip4/127.0.0.1/udp/0/quic-v1" : "/ip4/127.0.0.1/tcp/0");
  }

  static HostBuilder builder(Row row, IoEngine io) {
    PrivateKey key = PrivateKey.generate(new SecureRandom());
    return Host.builder(key)
        .io(io)
        .inboundRate(UNLIMITED, UNLIMITED)
        .security(
            switch (row) {
              case NOISE -> new NoiseProtocol(key);
              case NOISE_JDK ->
                  new NoiseProtocol(
                      key,
                      AeadProvider.JDK,
                      SecurityProtocol.DEFAULT_HANDSHAKE_DEADLINE,
                      new SecureRandom());
              case TLS -> new TlsProtocol(key);
              default -> throw new IllegalArgumentException(row + " is no row of this library");
            });
  }
}

package io.tributary.libp2p.security.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Who computes TLS. */
public enum TlsProvider {
  /** BoringSSL, through netty-tcnative; absent where it has no native library for the platform. */
  BORINGSSL(SslProvider.OPENSSL),
  /** The JDK's own engine, for every platform. */
  JDK(SslProvider.JDK);

  private final SslProvider netty;

  TlsProvider(SslProvider netty) {
    this.netty = netty;
  }

  /** Returns the fastest of those that work here; the choice is the same for the whole process. */
  public static TlsProvider preferred() {
    return BORINGSSL.isAvailable() ? BORINGSSL : JDK;
  }

  /** Whether it works on this platform. */
  public boolean isAvailable() {
    return this == JDK || (OpenSsl.isAvailable() && SslProvider.isTlsv13Supported(netty));
  }

  SslProvider netty() {
    return netty;
  }
}

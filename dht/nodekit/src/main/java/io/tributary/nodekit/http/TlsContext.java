package io.tributary.nodekit.http;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;

/** Makes TLS contexts: BoringSSL where its library loads, else the JDK; HTTP/2 by ALPN. */
final class TlsContext {
  private TlsContext() {}

  static SslContext server(TlsIdentity identity) throws IOException {
    for (Path file : List.of(identity.certificateChain(), identity.privateKey())) {
      if (!Files.isReadable(file)) {
        throw new IOException("cannot read " + file);
      }
    }
    try {
      return SslContextBuilder.forServer(
              identity.certificateChain().toFile(), identity.privateKey().toFile())
          .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  ApplicationProtocolConfig.Protocol.ALPN,
                  ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                  ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2,
                  ApplicationProtocolNames.HTTP_1_1))
          .build();
    } catch (IllegalArgumentException | SSLException e) {
      throw new IOException(
          "no TLS identity in " + identity.certificateChain() + " and " + identity.privateKey(), e);
    }
  }
}

package io.tributary.libp2p.security.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.security.Peers;
import io.tributary.libp2p.security.Role;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.SecurityProtocolContract;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TlsProtocolTest {
  private static TlsProtocol tls(PrivateKey identity, TlsProvider provider) {
    return new TlsProtocol(
        new CertificateRotation(identity, InstantSource.system(), new SecureRandom()),
        provider,
        SecurityProtocol.DEFAULT_HANDSHAKE_DEADLINE);
  }

  /** BoringSSL with itself. */
  @Nested
  class Boring extends Contract {
    Boring() {
      super(TlsProvider.BORINGSSL, TlsProvider.BORINGSSL);
    }
  }

  /** The JDK with itself. */
  @Nested
  class Jdk extends Contract {
    Jdk() {
      super(TlsProvider.JDK, TlsProvider.JDK);
    }

    /** JDK 25 wipes such a record and leaves it unread, so what is seen next is no record. */
    @Override
    protected Set<Reason> reasonsOfAlteredBytes() {
      return Set.of(Reason.DECRYPT_FAILED, Reason.MALFORMED);
    }
  }

  /** One with the other. */
  @Nested
  class Mixed extends Contract {
    Mixed() {
      super(TlsProvider.JDK, TlsProvider.BORINGSSL);
    }
  }

  abstract static class Contract extends SecurityProtocolContract {
    private final TlsProvider initiators;
    private final TlsProvider responders;

    Contract(TlsProvider initiators, TlsProvider responders) {
      this.initiators = initiators;
      this.responders = responders;
    }

    @Override
    protected SecurityProtocol initiatorOf(PrivateKey identity) {
      return tls(identity, initiators);
    }

    @Override
    protected SecurityProtocol responderOf(PrivateKey identity) {
      return tls(identity, responders);
    }

    @Override
    protected int initiatorFlights() {
      return 2;
    }

    @Test
    void noMuxerInCommon_fallsBackToNegotiation() {
      begin(List.of(MPLEX), List.of(YAMUX));
      pair.pump();
      assertThat(pair.initiator.session().earlyMuxer()).isEmpty();
      assertThat(pair.responder.session().earlyMuxer()).isEmpty();
    }

    @Test
    void clientHello_namesNoHost() {
      begin();
      pair.pump();
      String hello = new String(pair.initiator.sent.get(0), StandardCharsets.ISO_8859_1);
      assertThat(hello).contains("libp2p").doesNotContain(Peers.BOB.peerId().toString());
    }

    @Test
    void clientWithoutCertificate_isRefused() throws Exception {
      meet("TLSv1.3");
      assertThat(pair.responder.failure()).isEqualTo(Reason.BAD_CERTIFICATE);
    }

    @Test
    void clientOfTls12_isRefused() throws Exception {
      meet("TLSv1.2");
      assertThat(pair.responder.failure()).isEqualTo(Reason.TLS_FAILED);
    }

    /** Lets a client of plain TLS meet the responder. */
    private void meet(String version) throws Exception {
      pair.responder.secure(responderOf(Peers.BOB), Role.RESPONDER, Optional.empty(), YAMUX);
      SslContext client =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.JDK)
              .protocols(version)
              .trustManager(InsecureTrustManagerFactory.INSTANCE)
              .endpointIdentificationAlgorithm(null)
              .build();
      pair.initiator
          .channel
          .pipeline()
          .addLast(client.newHandler(pair.initiator.channel.alloc()), new Indifferent());
      pair.pump();
    }

    /** A client to whom a refusal is no failure. */
    private static final class Indifferent extends ChannelInboundHandlerAdapter {
      @Override
      public void exceptionCaught(ChannelHandlerContext ctx, Throwable refusal) {
        ctx.close();
      }
    }

    @Test
    void noTls_isRefused() {
      begin();
      pair.responder.arrive(text("GET / HTTP/1.1\r\nHost: nobody\r\n\r\n"));
      assertThat(pair.responder.failure()).isEqualTo(Reason.MALFORMED);
    }
  }
}

package io.tributary.libp2p.security.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.libp2p.identity.PrivateKey;
import io.tributary.libp2p.security.Peers;
import io.tributary.libp2p.security.SecureChannelException.Reason;
import io.tributary.libp2p.security.SecurityProtocol;
import io.tributary.libp2p.security.SecurityProtocolContract;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
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
    void noTls_isRefused() {
      begin();
      pair.responder.arrive(text("GET / HTTP/1.1\r\nHost: nobody\r\n\r\n"));
      assertThat(pair.responder.failure()).isEqualTo(Reason.MALFORMED);
    }
  }
}

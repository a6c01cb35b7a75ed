package io.tributary.libp2p.security.tls;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tributary.libp2p.security.SecureChannelException;
import java.time.Instant;

class PeerCertificateFuzzTest {
  @FuzzTest(maxDuration = "30s")
  void certificate_isReadOrRefused(byte[] der) {
    try {
      PeerCertificate.decode(der).verify(Instant.parse("2026-11-21T12:00:00Z"));
    } catch (SecureChannelException refused) {
      // Anything else that is thrown is the finding.
    }
  }

  @FuzzTest(maxDuration = "30s")
  void signedKey_isReadOrRefused(byte[] content) {
    try {
      SignedKey.decode(content);
    } catch (SecureChannelException refused) {
      // Anything else that is thrown is the finding.
    }
  }
}

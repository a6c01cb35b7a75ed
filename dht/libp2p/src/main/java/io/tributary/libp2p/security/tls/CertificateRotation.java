package io.tributary.libp2p.security.tls;

import io.tributary.libp2p.identity.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The certificate this host presents now: one for all connections, replaced by a new one from time
 * to time.
 *
 * <p>Thread-safe. Making a certificate takes a few milliseconds of the caller that comes first.
 */
public final class CertificateRotation {
  /** How long one certificate is presented; well under its validity. */
  public static final Duration PERIOD = Duration.ofDays(7);

  private final PrivateKey identity;
  private final InstantSource clock;
  private final SecureRandom random;
  private HostCertificate current;
  private Instant replaceAt;

  /** Makes the first certificate. */
  public CertificateRotation(PrivateKey identity, InstantSource clock, SecureRandom random) {
    this.identity = identity;
    this.clock = clock;
    this.random = random;
    Instant now = clock.instant();
    current = HostCertificate.issue(identity, now, random);
    replaceAt = now.plus(PERIOD);
  }

  /** Returns the certificate to present; the same object until it is replaced. */
  public synchronized HostCertificate current() {
    Instant now = clock.instant();
    if (!now.isBefore(replaceAt)) {
      current = HostCertificate.issue(identity, now, random);
      replaceAt = now.plus(PERIOD);
    }
    return current;
  }

  /** The clock by which certificates are made and judged. */
  public InstantSource clock() {
    return clock;
  }
}

package io.tributary.libp2p.identity;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a {@link SignedEnvelope} is for: a domain, so that a signature made for one purpose means
 * nothing for another, and the bytes that name the type of the payload. Immutable.
 *
 * @see <a
 *     href="https://github.com/libp2p/specs/blob/master/RFC/0002-signed-envelopes.md#domain-separation">Domain
 *     separation</a>
 */
public final class EnvelopeKind {
  private final String domain;
  private final byte[] payloadType;

  private EnvelopeKind(String domain, byte[] payloadType) {
    this.domain = domain;
    this.payloadType = payloadType;
  }

  /**
   * Makes a kind.
   *
   * @param domain the domain that goes into the signature and is not sent
   * @param payloadType the bytes that are sent and signed, exactly as they are
   */
  public static EnvelopeKind of(String domain, byte[] payloadType) {
    if (domain.isEmpty() || payloadType.length == 0) {
      throw new IllegalArgumentException("an envelope has a domain and a payload type");
    }
    return new EnvelopeKind(domain, payloadType.clone());
  }

  /** Returns the domain. */
  public String domain() {
    return domain;
  }

  /** Returns the bytes of the payload's type in a new array. */
  public byte[] payloadType() {
    return payloadType.clone();
  }

  byte[] domainBytes() {
    return domain.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EnvelopeKind that
        && domain.equals(that.domain)
        && Arrays.equals(payloadType, that.payloadType);
  }

  @Override
  public int hashCode() {
    return 31 * domain.hashCode() + Arrays.hashCode(payloadType);
  }

  /** Returns the domain and the type in hexadecimal. */
  @Override
  public String toString() {
    return domain + "/" + HexFormat.of().formatHex(payloadType);
  }
}

/**
 * The security protocol {@code /tls/1.0.0}: {@link io.tributary.libp2p.security.tls.TlsProtocol},
 * TLS 1.3 with certificates that carry a peer's identity key; the certificates serve QUIC too.
 */
@NullMarked
package io.tributary.libp2p.security.tls;

import org.jspecify.annotations.NullMarked;

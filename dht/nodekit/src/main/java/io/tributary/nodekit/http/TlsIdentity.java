package io.tributary.nodekit.http;

import java.nio.file.Path;

/**
 * What a server shows clients that ask for TLS.
 *
 * @param certificateChain a PEM file: the server's certificate first, then those that signed it
 * @param privateKey a PEM file: the certificate's key in PKCS #8, without a password
 */
public record TlsIdentity(Path certificateChain, Path privateKey) {}

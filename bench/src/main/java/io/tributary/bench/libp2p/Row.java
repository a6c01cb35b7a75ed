package io.tributary.bench.libp2p;

import java.util.Locale;
import java.util.Optional;

/** What is measured: a way to move bytes between two processes. */
public enum Row {
  /** Netty on a TCP socket, nothing else. */
  RAW(Kind.BARE),
  /** Netty and BoringSSL on a TCP socket, no muxer. */
  BARE_TLS(Kind.BARE),
  /** TLS and Yamux over TCP. */
  TLS(Kind.HOST),
  /** Noise and Yamux over TCP, with the cipher a host chooses at start. */
  NOISE(Kind.HOST),
  /** Noise and Yamux over TCP, with the JDK's own cipher. */
  NOISE_JDK(Kind.HOST),
  /** QUIC. */
  QUIC(Kind.HOST),
  /** js-libp2p's Noise and Yamux over TCP. */
  JS_NOISE(Kind.JS),
  /** js-libp2p's TLS and Yamux over TCP. */
  JS_TLS(Kind.JS),
  /** js-libp2p's QUIC. */
  JS_QUIC(Kind.JS);

  /** Whose programs run. */
  enum Kind {
    /** Netty without a host. */
    BARE,
    /** Two hosts of this library. */
    HOST,
    /** Two peers of js-libp2p. */
    JS
  }

  private final Kind kind;

  Row(Kind kind) {
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** The row's name in commands and reports, such as {@code bare-tls}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The row of a name; empty if there is none. */
  public static Optional<Row> of(String label) {
    for (Row row : values()) {
      if (row.label().equals(label)) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return label();
  }
}

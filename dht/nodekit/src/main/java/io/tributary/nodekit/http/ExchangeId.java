package io.tributary.nodekit.http;

import java.util.HexFormat;

/**
 * The name of an exchange, which its answer tells: 32 hexadecimal digits. Not a secret.
 *
 * @param server the same in all exchanges of a server
 * @param number another in each
 */
public record ExchangeId(long server, long number) {
  /** Returns the 32 hexadecimal digits. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(server) + hex.toHexDigits(number);
  }

  /** Writes the 32 hexadecimal digits. */
  void write(HeadWriter out) {
    out.hex(server).hex(number);
  }
}

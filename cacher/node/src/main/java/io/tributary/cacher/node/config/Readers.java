package io.tributary.cacher.node.config;

import io.tributary.ledger.Amount;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How texts of the configuration become values; what cannot be read says what would be right. */
final class Readers {
  private static final Pattern BYTES = Pattern.compile("([0-9]{1,15}) ?([KMGT]?i?B)");
  private static final Map<String, Integer> SHIFTS =
      Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30, "TiB", 40);
  private static final Pattern SOCKET =
      Pattern.compile("(\\[[0-9a-fA-F:]+\\]|[0-9.]+):([0-9]{1,5})");
  private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,39}");

  private Readers() {}

  /** Reads a number of bytes, such as {@code 10 GiB}. */
  static long bytes(String text) {
    Matcher parts = BYTES.matcher(text);
    if (!parts.matches() || !SHIFTS.containsKey(parts.group(2))) {
      throw new IllegalArgumentException("is not a size such as 512 MiB or 10 GiB");
    }
    long number = Long.parseLong(parts.group(1));
    int shift = SHIFTS.getOrDefault(parts.group(2), 0);
    if (number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("is too large");
    }
    return number << shift;
  }

  /** Reads an IP address and a port, such as {@code 127.0.0.1:9601}. */
  static InetSocketAddress socket(String text) {
    Matcher parts = SOCKET.matcher(text);
    if (!parts.matches() || Integer.parseInt(parts.group(2)) > 0xffff) {
      throw new IllegalArgumentException("is not an IP address and port such as 127.0.0.1:9601");
    }
    try {
      return new InetSocketAddress(
          InetAddress.getByName(parts.group(1)), Integer.parseInt(parts.group(2)));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "is not an IP address: " + text.toLowerCase(Locale.ROOT), e);
    }
  }

  /** Reads a sum of money in the token's base units. */
  static Amount amount(String text) {
    if (!AMOUNT.matcher(text).matches()) {
      throw new IllegalArgumentException("is not a whole number of the token's base units");
    }
    return new Amount(new BigInteger(text));
  }
}

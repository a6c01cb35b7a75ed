package io.tributary.nodekit.admin;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where the admin listener stands and who may use it.
 *
 * @param bind the address it listens on
 * @param token what callers must send as {@code Authorization: Bearer TOKEN}; must be there unless
 *     the address is a loopback one
 */
public record AdminSettings(InetSocketAddress bind, Optional<String> token) {
  /** The fewest characters of a token. */
  public static final int MIN_TOKEN_CHARS = 16;

  /** Checks that nobody but this machine gets in without a token. */
  public AdminSettings {
    if (bind.isUnresolved()) {
      throw new IllegalArgumentException("admin address " + bind + " is not an IP address");
    }
    if (token.isEmpty() && !bind.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "admin address "
              + bind
              + " can be reached from other machines: set a token, or listen on 127.0.0.1");
    }
    token
        .filter(t -> t.length() < MIN_TOKEN_CHARS)
        .ifPresent(
            t -> {
              throw new IllegalArgumentException(
                  "the admin token has fewer than " + MIN_TOKEN_CHARS + " characters");
            });
  }

  @Override
  public String toString() {
    return "AdminSettings[" + bind + (token.isPresent() ? ", token" : "") + "]";
  }
}

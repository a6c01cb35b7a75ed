package io.tributary.nodekit.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A strong validator of a representation: equal tags mean equal bytes (RFC 9110, section 8.8.3).
 *
 * @param value the text between the quotes: visible characters without a quote
 */
public record EntityTag(String value) {
  /** Checks the characters. */
  public EntityTag {
    for (int i = 0; i < value.length(); i++) {
      if (!isTagCharacter(value.charAt(i))) {
        throw new IllegalArgumentException("entity tag has a character that cannot be in one");
      }
    }
  }

  /** Whether an If-None-Match names it (weak comparison) or says {@code *}. */
  boolean isNamedBy(String header) {
    return isNamed(header, true);
  }

  /** Whether an If-Match names it (strong comparison) or says {@code *}. */
  boolean isStronglyNamedBy(String header) {
    return isNamed(header, false);
  }

  /** Whether an If-Range is exactly this tag; dates and weak tags never are. */
  boolean is(String header) {
    return header.strip().equals(toString());
  }

  /** Returns it as in an ETag header, with its quotes. */
  @Override
  public String toString() {
    return '"' + value + '"';
  }

  private boolean isNamed(String header, boolean weakCounts) {
    if (header.strip().equals("*")) {
      return true;
    }
    return list(header)
        .map(
            tags -> tags.stream().anyMatch(t -> t.value.equals(value) && (weakCounts || !t.isWeak)))
        .orElse(false);
  }

  private record Named(boolean isWeak, String value) {}

  /** Reads a list of tags; empty if it is malformed anywhere. */
  private static Optional<List<Named>> list(String header) {
    List<Named> tags = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < header.length() && " \t,".indexOf(header.charAt(at)) >= 0) {
        at++;
      }
      if (at == header.length()) {
        return Optional.of(tags);
      }
      boolean weak = header.startsWith("W/", at);
      at += weak ? 2 : 0;
      int close = at < header.length() ? header.indexOf('"', at + 1) : -1;
      if (close < 0 || header.charAt(at) != '"') {
        return Optional.empty();
      }
      tags.add(new Named(weak, header.substring(at + 1, close)));
      at = close + 1;
      if (at < header.length() && " \t,".indexOf(header.charAt(at)) < 0) {
        return Optional.empty();
      }
    }
  }

  private static boolean isTagCharacter(char c) {
    return c == 0x21 || (c >= 0x23 && c <= 0x7e);
  }
}
